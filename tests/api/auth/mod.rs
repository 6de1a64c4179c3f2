//! Signing in with a password: to act for an office, and as a moderator.

mod audiences;
mod bodies;
mod enrol;
mod letters;
mod moderators;
mod pages;
mod password;
mod second_factor;
mod sessions;
mod sign_in;
mod tokens;
