//! Moderation: reports by peers and members, stories before they show, what
//! moderators decide, and appeals.
//!
//! A report is about one item and holds a copy of it, of up to five that the
//! reporter picked beside it, and their words, all sealed with a key of the
//! report's own (`pass_keys`, by the report's id): it can be judged after its
//! author has left, and nothing of it can be read once it has ended, 90 days
//! after it was closed. A review is about a story that waits; it holds nothing,
//! since the story itself is what is read.
//!
//! Who reported is known to the row alone, for their own list. Moderators see
//! words and an alias, never a pass, an account or the rest of a circle; the
//! one whom a decision is about sees the decision, never who asked for it.
//! However many report it, nothing is hidden until a person has decided.
//! Nothing here alerts anybody to a danger: help is behind `support`.
//!
//! Invariants: decisions are only added to, each with the hash of the one
//! before (`chain`; `openchair doctor` walks along it); who decided does not
//! decide the appeal, which makes nothing worse; what a decision
//! takes away is what was reported, or nothing; a moderator's account is asked
//! in the main database before circles are touched, and no transaction spans
//! both. To add a kind of item: a variant of [`ItemKind`], its rows in
//! `store/items.rs`.

mod chain;
mod deciding;
mod effects;
mod items;
mod model;
mod reporting;
mod routes;
mod store;
mod tidy;

pub use chain::Chain;
pub use model::{Category, Decision, ItemKind, Reason};
pub use routes::*;
pub use store::check_chain;
pub use tidy::tidy;
