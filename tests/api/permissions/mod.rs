//! Who may do what: every operation by every kind of caller, and what is left
//! of that where only the database looks.
//!
//! To add an operation: its row in [`rows`], its body in [`requests`], and in
//! [`world`] what it needs that is not there yet.

mod answers;
mod callers;
pub mod document;
mod endings;
mod forged;
mod logs;
mod matrix;
mod refusals;
mod requests;
mod row_security;
mod rows;
mod world;
