//! What offices do.

mod meetings;
