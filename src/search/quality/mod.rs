//! What an office's listings lack, for the volunteers who keep them.
//!
//! Data flows: `kept` is filled when a snapshot is built, a few bytes a
//! meeting; `report` finds what is lacking now, with `duplicates` over the
//! office's own meetings; `view` says it in words, a page at a time (`query`).
//!
//! Invariants: a report looks at the office's own meetings alone, not at its
//! descendants' (each office cleans its own), and takes time in proportion to
//! them; it speaks of what is published; no finding repeats anything that is
//! hidden, as a contact's name. Nothing public reads what is kept here, and
//! whoever serves a report checks that the caller may see the office's things.
//!
//! What is no finding: a full name in a meeting's name or notes, because most
//! names of meetings look like one. What an office hardly ever gives (regions,
//! end times) is not missed where it is absent either.
//!
//! To add a kind: a variant with its words in `kind`, and where it is found:
//! in `kept` if the meeting alone says it, else in `report`.

mod duplicates;
mod kept;
mod kind;
mod query;
mod report;
mod view;

pub(in crate::search) use kept::Kept;
pub use kind::{FindingKind, OpenFindingKind};
pub use query::QualityQuery;
pub use report::count_lacking;
pub use view::{FindingView, KindTotal, MeetingRef, QualityView};
