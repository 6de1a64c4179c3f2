//! Who may do what: every operation by every kind of caller, and what is left
//! of that where only the database looks.
//!
//! To add an operation of the public or an office (those of members, passes and
//! moderators are in [`peers`]): its row in [`rows`], its body in [`requests`], and in
//! [`world`] what it needs that is not there yet.

mod answers;
mod callers;
pub mod document;
mod endings;
mod forged;
mod logs;
mod matrix;
mod peers;
mod refusals;
mod requests;
mod row_security;
pub mod rows;
mod world;
