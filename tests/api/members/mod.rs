//! Accounts without identity.

mod sign_in;
