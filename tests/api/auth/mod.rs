//! Signing in to act for an office.

mod bodies;
mod enrol;
mod letters;
mod pages;
mod password;
mod second_factor;
mod sessions;
mod sign_in;
mod tokens;
