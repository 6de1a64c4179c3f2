//! What offices do.

mod feeds;
mod fetching;
mod held;
mod imports;
mod meetings;
