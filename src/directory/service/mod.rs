//! Writing the directory: what an office does to it, whoever asks for it.
//!
//! Every function takes the connection of a transaction that holds the
//! directory's clock ([`crate::db::begin_write`]) and has the scope of the
//! caller; who may do what has been decided before. A refusal may come after a
//! statement, so the caller gives its transaction up on any error.
//!
//! The order of answers is the contract's: an outcome that equals what is
//! stored is unchanged, even when stale; then `If-Match`; then what is wrong
//! with the content; then what the directory does not let happen.
//!
//! Every change makes the thing's next version, its line in the log, and a new
//! revision of all meetings that show it.

mod batch;
mod corrections;
mod groups;
mod intergroups;
mod locations;
mod meetings;
mod notices;
mod regions;
mod zones;

use std::collections::HashSet;

pub use batch::{ItemOutcome, MOST_ITEMS, upsert_meetings};
pub use corrections::check_correction;
pub use groups::{create_group, delete_group, patch_group, restore_group};
pub use intergroups::{create_child, patch_intergroup};
pub use locations::{create_location, delete_location, patch_location, restore_location};
pub use meetings::{create_meeting, delete_meeting, patch_meeting, restore_meeting, revert_meeting, verify_meeting};
pub use notices::{NoticeSubject, add_notice, delete_notice};
pub use regions::{create_region, delete_region, patch_region, restore_region};

use super::{
    WriteError,
    input::{Document, Touched},
    store::Stored,
};
use crate::{
    http::IfMatch,
    kernel::{IntergroupId, Invalid, Slug, slugify},
};

/// Into which intergroups the caller may move things: those that it may write,
/// which are fewer than those that its scope shows it.
pub type MayWrite<'a> = &'a (dyn Fn(IntergroupId) -> bool + Sync);

const NOT_YOURS: &str = "must be an intergroup that you may write";

/// The outcome of a PATCH, before it is written: the next document and what it
/// changes, or what is wrong with it.
type Judged<D> = Result<(D, Touched), Vec<Invalid>>;

/// Whether a PATCH goes on; `None` when it changes nothing.
///
/// # Errors
/// When the thing is deleted, `If-Match` does not fit, or something is wrong.
fn decide<Id, D: Document>(
    stored: &Stored<Id, D>,
    judged: Judged<D>,
    if_match: &IfMatch,
) -> Result<Option<(D, Touched)>, WriteError> {
    if stored.deleted {
        return Err(WriteError::Deleted);
    }
    if judged.as_ref().is_ok_and(|(document, _)| *document == stored.document) {
        return Ok(None);
    }
    if_match.check(stored.version)?;
    Ok(Some(judged?))
}

/// A slug of a name that nothing has yet.
fn free_slug(name: &str, otherwise: &str, taken: &HashSet<String>) -> Result<Slug, WriteError> {
    let base = slugify(name).or_else(|| slugify(otherwise)).ok_or(WriteError::SlugTaken)?;
    let numbered = (2u32..10_000).filter_map(|n| base.with_suffix(&n.to_string()).ok());
    let mut candidates = std::iter::once(base.clone()).chain(numbered);
    candidates.find(|slug| !taken.contains(slug.as_str())).ok_or(WriteError::SlugTaken)
}
