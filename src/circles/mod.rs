//! Circles: small groups of peers who see one another's check-ins.
//!
//! Who comes in has a pass: an alias in this circle, a key of its own, and
//! tokens that open nothing else. A pass is made by whoever brings a voucher
//! (which starts a circle) or an invitation (which joins one); no request
//! brings an account, and no row, key or address ties a pass to one, or to
//! another pass.
//!
//! A request's token is read first and without the database ([`PassToken`]);
//! [`Circles::enter`] joins its session and pass in the transaction that does
//! the work, [`Circles::look`] in one statement. Whatever somebody typed or
//! ticked is sealed with the key of their pass ([`Sealer`]), which is destroyed
//! when they leave.
//!
//! Invariants: this module knows nothing of accounts; store functions take the
//! pass or circle they work for; no row holds a moment; every answer carries the
//! same [`crate::helplines::SupportView`]; no answer tells that a number fell. All SQL runs as the
//! role `circles`, and that of keys as `pass_keys`.

mod answer;
mod answering;
mod author;
mod check_in;
mod checking_in;
mod export;
mod goal;
mod goals;
mod invitation;
mod joining;
mod leaving;
mod links;
mod milestone;
mod milestones;
mod model;
mod nudging;
mod posting;
mod reading;
mod routes;
mod sealing;
mod service;
mod store;
mod summary;
mod text;
#[cfg(test)]
mod text_tests;
mod tidy;
mod token;
#[cfg(test)]
mod vocabulary_tests;
mod week;
mod writing;

pub use answer::{MOST_ANSWERS, Reaction, sealed_as as answer_sealed_as};
pub use author::Author;
pub use check_in::{CheckInKind, HELPED};
pub use goal::{GoalOutcome, MOST_GOALS};
pub use invitation::InvitationCode;
pub use milestone::MilestoneKind;
pub use model::{AGREEMENT_VERSION, Asks, Pass, PassKind, this_week};
pub use nudging::sealed_as as nudge_sealed_as;
pub use posting::random;
pub use routes::*;
pub use sealing::{Sealed, Sealer, TextKey};
pub use service::Circles;
pub use text::{Label, Words};
pub use tidy::{tidy, tidy_keys};
pub use token::{LeavingToken, PassToken};
