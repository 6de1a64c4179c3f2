//! Signing in to act for an office.

mod bodies;
mod enrol;
mod letters;
mod password;
mod second_factor;
mod sessions;
mod sign_in;
mod tokens;
