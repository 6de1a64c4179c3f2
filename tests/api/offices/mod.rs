//! What offices do.

mod changing;
mod digest;
mod feeds;
mod fetching;
mod followers;
mod held;
mod imports;
mod meetings;
mod second_factor;
mod told;
