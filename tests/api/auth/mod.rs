//! Signing in to act for an office.

mod sign_in;
