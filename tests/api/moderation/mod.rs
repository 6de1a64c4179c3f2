//! Moderation: what waits, what is decided, what is appealed.

mod appeals;
mod chain;
mod deciding;
mod reviews;
mod suspensions;
mod versions;
