//! Stories: what helped somebody, by topic and language, for all members.
//!
//! Whoever brings a voucher gets an author's pass, which is in no circle and
//! has one story. A moderator reads a story before it shows; an edit goes back
//! to be read, and the version that was let through shows meanwhile. Members
//! read with their account's token, which is joined in the main database in a
//! transaction of its own; only then are circles asked, and no row holds both.
//!
//! Thanks are counted by a key that the device derives for each story; who
//! thanked is not kept, so that a person who means to can thank twice with two
//! keys. The count is the author's alone.
//!
//! Invariants: a story is sealed with its author's key, and leaving destroys it;
//! a reader sees no pass and no alias; every edit opens a new review, so that a
//! decision is always about the words that the moderator saw; what a decision
//! returned or took down can be let through or shown again by an appeal against
//! that decision alone, and no more once its author has written anew. To add a topic:
//! a variant of [`Topic`], and its names in `data/vocabulary.json`.

mod language;
mod model;
mod reading;
mod reviews;
mod routes;
mod store;
mod writing;

pub use model::{Content, Topic};
pub use reviews::{found, let_through, now_shown, read_draft, read_shown, send_back, show_again, take_down};
pub use routes::*;
pub use store::StoryRow;
