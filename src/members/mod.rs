//! Members: anonymous accounts, which know nothing of circles.
//!
//! An account is a handle that we drew, hashes of keys that the device derives,
//! and weeks. No name, no address; nothing says when its owner acted beyond the
//! week. Whoever has the device's recovery code has the account; we cannot give
//! it back.
//!
//! A request brings a token, which is read first and without the database
//! ([`MemberToken`]); [`Members::enter`] then joins its session and account in
//! the transaction that does the work.
//!
//! [`disclose`] is everything that can be said of an account.
//!
//! Invariants: no transaction here touches a circle, no row holds a moment, and
//! what is handed out once (vouchers) is not kept. All SQL runs as the role
//! `members`, which sees nothing else.

mod account;
mod disclosure;
mod model;
mod routes;
mod service;
mod store;
mod tidy;
mod token;
mod vault;

pub use disclosure::{DisclosedSession, Disclosure, disclose};
pub use routes::*;
pub use service::Members;
pub use store::AccountRow;
pub use tidy::tidy;
pub use token::{LeavingToken, MemberToken};
