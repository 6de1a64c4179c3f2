//! What offices do.

mod feeds;
mod fetching;
mod followers;
mod held;
mod imports;
mod meetings;
