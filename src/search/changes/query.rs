//! What is asked for.

use super::cursor::Cursor;
use crate::{
    http::{QueryString, Refusal},
    kernel::{IntergroupId, Invalid},
    search::named::Named,
};

/// The most items of a page.
pub const MAX_LIMIT: usize = 2_000;
/// How many it has where nothing is said.
pub const DEFAULT_LIMIT: usize = 1_000;

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesQuery {
    /// An intergroup with all that belong to it; everything where it is absent.
    pub intergroup: Option<Named<IntergroupId>>,
    /// The most items of the page.
    pub limit: usize,
    pub(super) cursor: Option<Cursor>,
}

impl ChangesQuery {
    /// Reads all parameters.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn parse(mut query: QueryString) -> Result<Self, Vec<Invalid>> {
        let intergroup = query.take_one("intergroup_id", |text| {
            text.parse().map_err(|error| Refusal::new("invalid", format!("an id or slug {error}")))
        });
        let limit = query.take_one("limit", |text| match text.parse() {
            Ok(limit @ 1..=MAX_LIMIT) if !text.starts_with(['+', '0']) => Ok(limit),
            _ => Err(Refusal::new("out_of_range", format!("must be a whole number from 1 to {MAX_LIMIT}"))),
        });
        let cursor = query.take_one("cursor", |text| {
            let not_ours = || Refusal::new("invalid_cursor", "must be the next_cursor of an answer, unchanged");
            Cursor::decode(text).ok_or_else(not_ours)
        });
        query.finish()?;
        Ok(Self { intergroup, limit: limit.unwrap_or(DEFAULT_LIMIT), cursor })
    }

    /// The number of the clock that a snapshot must have to answer.
    pub fn revision(&self) -> Option<i64> {
        self.cursor.map(|cursor| cursor.tick.revision)
    }
}
