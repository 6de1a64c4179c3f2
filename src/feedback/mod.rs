//! Corrections from anyone: given without a name, followed by a receipt,
//! answered by the office.
//!
//! `model` is what a correction is and what it says beside the meeting of
//! today; `input` what is sent; `service` takes one in and tells what became of
//! it; `routes` has that, the inbox, and the office's answers, which change the
//! meeting as the office's own writes do. `store` has all SQL.
//!
//! Invariants: nothing of who sent it is kept or logged, not even what would
//! tell two of them apart; of the receipt only its SHA-256 is stored; the words
//! are for the office alone, and go some time after the answer
//! (`auth::store::tidy`); so much waits, and no more; one is answered once.
//!
//! To let the public propose another field: a line in
//! `directory::CorrectionInput`. To add a kind: in `model`, in the table's
//! check, and what accepting it does in `routes::decisions`.

mod input;
mod model;
mod routes;
mod service;
mod store;
mod target;
mod views;

pub use model::{FeedbackKind, FeedbackStatus};
pub use routes::{accept_feedback, create_feedback, decline_feedback, get_feedback, list_feedback};
pub use service::Inbox;
pub use store::count_open;
