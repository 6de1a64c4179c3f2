//! What offices do over HTTP: their directory, who may keep it, who did what.
//!
//! A request passes the [`Guard`] in its handler's signature: the token or key,
//! the rights of this moment, the thing, and the transaction whose scope is
//! those rights. What is written goes through `directory`, which knows neither
//! HTTP nor rights; the answer waits until this node shows it.
//!
//! Invariants: nothing is decided on what was read before the transaction;
//! what is not the caller's to know of is not there; an answer is never kept by
//! a cache; a repeated write is done once.

mod asks;
mod claim;
mod finish;
mod guard;
mod import_views;
mod page;
mod pages;
mod routes;
mod store;
mod target;
mod views;

pub use asks::{Answers, Asks, Edits, Looks, ReadsInbox, Searches, Writes};
pub use finish::{done, private, single};
pub use guard::Guard;
#[cfg(debug_assertions)]
pub use guard::TrustsDatabaseAlone;
pub use page::{limit, paged};
pub use pages::import_page;
pub use routes::*;
pub use target::Target;
