//! A source as its office connects it: how it is read, and how it is.

mod address;
mod input;
mod mending;
mod store;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use address::FeedAddress;
pub use input::{FeedFormat, FeedInput, GuardInput, KeptField};
pub use store::{delete_feed, find_feed, insert_feed, list_feeds, update_feed};
pub(super) use store::{
    let_be, note_failed, note_read, note_unchanged, settle_feed, show_anew, tell_failing, tell_held,
};

use crate::kernel::{FeedId, ImportId, IntergroupId};

/// The most sources of an intergroup.
pub const MOST_FEEDS: usize = 50;

/// How a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedState {
    /// The directory says what it says.
    Ok,
    /// It has not been read for twice as long as it should have been.
    Stale,
    /// What it says waits for a person.
    Held,
    /// It cannot be read.
    Failing,
}

impl FeedState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Stale, Self::Held, Self::Failing];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Stale => "stale",
            Self::Held => "held",
            Self::Failing => "failing",
        }
    }
}

/// A source as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFeed {
    /// Its id.
    pub id: FeedId,
    /// Whose it is.
    pub intergroup_id: IntergroupId,
    /// How the office wants it.
    pub settings: FeedInput,
    /// How it is.
    pub state: FeedState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// Why, as one word for programs.
    pub state_code: Option<String>,
    /// Why, in words for whoever looks after it.
    pub state_reason: Option<String>,
    /// When it is read next.
    pub due_at: Option<DateTime<Utc>>,
    /// When its source last answered with what can be read.
    pub read_at: Option<DateTime<Utc>>,
    /// The day of its last run that was applied.
    pub synced_on: Option<NaiveDate>,
    /// Its latest run.
    pub last_import: Option<ImportId>,
    /// Counts its own changes, from 1.
    pub version: i64,
}
