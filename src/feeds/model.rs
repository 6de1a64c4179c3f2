//! What reading a source gives: rows, refused rows, problems.
//!
//! A [`FeedRow`] is one meeting on one day, whatever the format that it came
//! in; the plan compares rows by [`FeedRow::hash`], which covers what the
//! directory shows and nothing that sources re-mint (ids, links to
//! themselves, times of update).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::problems::RowProblem;
use crate::{
    directory::MeetingContent,
    kernel::{Slug, fold},
};

/// What a source does not say of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedContext {
    /// The zone of rows that have neither a zone nor exact coordinates.
    pub default_timezone: Tz,
    type_map: BTreeMap<String, Vec<String>>,
}

impl FeedContext {
    /// Of a source whose office has said nothing else of it.
    pub const fn of(default_timezone: Tz) -> Self {
        Self { default_timezone, type_map: BTreeMap::new() }
    }

    /// The same, and what the source writes for types: of each word the codes
    /// that it stands for, before the vocabulary is asked. No codes: it stands
    /// for nothing.
    #[must_use]
    pub fn with_types(self, words: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        let type_map = words.into_iter().map(|(word, codes)| (fold(&word), codes)).collect();
        Self { type_map, ..self }
    }

    /// The codes that the office says a word stands for.
    pub(super) fn codes(&self, word: &str) -> Option<&[String]> {
        if self.type_map.is_empty() {
            return None;
        }
        self.type_map.get(&fold(word)).map(Vec::as_slice)
    }
}

/// One meeting of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedRow {
    /// Position in the source, from 1.
    pub row: u32,
    /// What the source calls it: its slug as written (or the one that was made
    /// for it), with `-<day>` after it for one day of several, unique among
    /// the rows of one reading.
    pub source_key: String,
    /// Its slug with us, unique among the rows of one reading.
    pub slug: Slug,
    /// What it says.
    pub content: MeetingContent,
    /// What the row says beyond its content: hidden, never published.
    pub source_fields: Map<String, Value>,
    /// When the source says that it was last changed.
    pub updated: Option<DateTime<Utc>>,
}

impl FeedRow {
    /// SHA-256 of slug and content in canonical JSON (fields in the order of
    /// their declaration, absent ones left out). Neither `source_fields` nor
    /// `updated` counts.
    pub fn hash(&self) -> [u8; 32] {
        #[derive(Serialize)]
        struct Meaningful<'a> {
            slug: &'a Slug,
            content: &'a MeetingContent,
        }
        let meaningful = Meaningful { slug: &self.slug, content: &self.content };
        // Serialising plain structs of strings and numbers into memory cannot
        // fail; were it to, all such rows would hash alike and be compared anew.
        let json = serde_json::to_vec(&meaningful).unwrap_or_default();
        Sha256::digest(json).into()
    }
}

/// A row that is not used. The plan leaves the meeting alone that it stands
/// for; for a row of several days that is every meeting whose key begins with
/// `source_key` and a hyphen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Position in the source, from 1.
    pub row: u32,
    /// What the source calls it, where it can be told.
    pub source_key: Option<String>,
    /// Its name, where it has one.
    pub name: Option<String>,
}

/// Everything that a source gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadFeed {
    /// Meetings, in the order of the source.
    pub rows: Vec<FeedRow>,
    /// Rows that are not used.
    pub refused: Vec<RefusedRow>,
    /// What the office should look at, in the order of the source.
    pub problems: Vec<RowProblem>,
    /// How many rows the source has.
    pub row_count: u32,
}
