//! Rows of what is written, still sealed.

use chrono::NaiveDate;
use uuid::Uuid;

/// What somebody wrote, and who.
#[derive(Debug)]
pub(in crate::circles) struct WrittenRow {
    pub id: Uuid,
    pub pass_id: Uuid,
    pub alias: String,
    /// The day, or the Monday of the week.
    pub day: NaiveDate,
    pub version: i64,
    pub marks: Vec<u8>,
    /// `None` once it is erased.
    pub words: Option<Vec<u8>>,
}

/// What a pass itself wrote.
#[derive(Debug)]
pub(in crate::circles) struct StoredItem {
    pub id: Uuid,
    /// The day, or the Monday of the week.
    pub day: NaiveDate,
    pub version: i64,
    pub marks: Vec<u8>,
    /// `None` once it is erased.
    pub words: Option<Vec<u8>>,
}

/// What is to be kept.
#[derive(Debug)]
pub(in crate::circles) struct NewVersion<'a> {
    pub id: Uuid,
    pub version: i64,
    pub marks: &'a [u8],
    pub words: &'a [u8],
}

impl StoredItem {
    /// With its author, the pass that asks.
    pub(in crate::circles) fn of(self, pass_id: Uuid, alias: &str) -> WrittenRow {
        let Self { id, day, version, marks, words } = self;
        WrittenRow { id, pass_id, alias: alias.to_owned(), day, version, marks, words }
    }
}
