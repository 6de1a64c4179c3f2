//! What offices do.

mod feeds;
mod meetings;
