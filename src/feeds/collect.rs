//! Rows, of whatever format, to a [`ReadFeed`]: each row's fields to content,
//! days of a row to rows of their own, and every slug made unique.
//!
//! A reader of a format gives its rows as fields with the Meeting Guide's
//! names; texts are enough, for everything a field can be is read from text
//! too.
//!
//! Slugs of the source come first: what we make up (for a row without one, for
//! a day of several, for a repeated one) never takes one that the source
//! gives to any of its rows. A row that repeats an earlier one word for word
//! under the same slug is refused: it says nothing new, and a second meeting
//! at the same time and place would be a ghost.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{
    limits::SOURCE_ROWS,
    meeting_guide::{self, Origin, RowRead},
    model::{FeedContext, FeedRow, ReadFeed, RefusedRow},
    normalise::slug,
    problems::{ProblemCode, RowProblem},
    row::Row,
};

/// The source has more than `SOURCE_ROWS` rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source has more than 100,000 rows")]
pub struct TooManyRows;

/// What has been read so far.
pub struct Collector {
    context: FeedContext,
    feed: ReadFeed,
    origins: Vec<Origin>,
    /// The position that the source itself gives its next row.
    position: Option<u32>,
}

impl Collector {
    /// An empty one.
    pub fn new(context: &FeedContext) -> Self {
        Self { context: context.clone(), feed: ReadFeed::default(), origins: Vec::new(), position: None }
    }

    /// The next row stands at this position in the source, which does not count
    /// as we do.
    pub fn at(&mut self, position: u32) {
        self.position = Some(position);
    }

    /// Adds the next row of the source. `mended` says that some of it was not
    /// valid UTF-8.
    ///
    /// # Errors
    /// When the bound of rows is passed.
    pub fn push(&mut self, fields: Map<String, Value>, mended: bool) -> Result<(), TooManyRows> {
        let mut row = self.next(fields)?;
        if mended {
            row.problem(ProblemCode::NotUtf8, "", "");
        }
        let number = row.number();
        match meeting_guide::read_row(row, number, &self.context) {
            RowRead::Rows(rows, problems) => {
                for (row, origin) in rows {
                    self.feed.rows.push(row);
                    self.origins.push(origin);
                }
                self.feed.problems.extend(problems);
            }
            RowRead::Refused(refused, problems) => {
                self.feed.refused.push(refused);
                self.feed.problems.extend(problems);
            }
        }
        if self.feed.rows.len() > SOURCE_ROWS as usize { Err(TooManyRows) } else { Ok(()) }
    }

    /// Adds a row that cannot be read at all; `fields` is what is known of it.
    ///
    /// # Errors
    /// When the bound of rows is passed.
    pub fn refuse(&mut self, fields: Map<String, Value>, code: ProblemCode, value: &str) -> Result<(), TooManyRows> {
        let mut row = self.next(fields)?;
        row.problem(code, "", value);
        let number = row.number();
        if let RowRead::Refused(refused, problems) = meeting_guide::refuse(row, number) {
            self.feed.refused.push(refused);
            self.feed.problems.extend(problems);
        }
        Ok(())
    }

    fn next(&mut self, fields: Map<String, Value>) -> Result<Row, TooManyRows> {
        self.feed.row_count += 1;
        if self.feed.row_count > SOURCE_ROWS {
            return Err(TooManyRows);
        }
        Ok(Row::new(self.position.take().unwrap_or(self.feed.row_count), fields))
    }

    /// Makes every slug unique, and gives everything.
    pub fn finish(self) -> ReadFeed {
        let mut feed = self.feed;
        let shared = shared_slugs(&feed);
        if shared.is_empty() && keys_are_unique(&feed.rows) {
            return feed;
        }
        let mut names = Names::new(&feed, &self.origins);
        let mut repeats = Repeats { seen: HashSet::new(), refused: Vec::new(), problems: Vec::new() };
        let mut origins = self.origins.into_iter();
        // In place: a second list of rows would double what memory holds.
        feed.rows.retain_mut(|row| {
            let origin = origins.next().unwrap_or(Origin::Made);
            if shared.contains(row.slug.as_str()) && !repeats.seen.insert(row.hash()) {
                repeats.refuse(row);
                return false;
            }
            let before = row.slug.clone();
            if names.settle(row, origin) && origin != Origin::Made {
                repeats.problem(row, ProblemCode::DuplicateSlug, before.as_str());
            }
            true
        });
        feed.refused.extend(repeats.refused);
        feed.refused.sort_by_key(|refused| refused.row);
        feed.problems.extend(repeats.problems);
        feed.problems.sort_by_key(|problem| problem.row);
        feed
    }
}

/// Slugs that two rows have, or a row and a refused one.
fn shared_slugs(feed: &ReadFeed) -> HashSet<String> {
    let mut seen = HashSet::new();
    let of_refused = refused_slugs(feed);
    let of_rows =
        feed.rows.iter().map(|row| row.slug.as_str()).filter(|slug| of_refused.contains(*slug) || !seen.insert(*slug));
    of_rows.map(str::to_owned).collect()
}

fn refused_slugs(feed: &ReadFeed) -> HashSet<String> {
    let keys = feed.refused.iter().filter_map(|refused| refused.source_key.as_deref());
    keys.filter_map(slug::from_source).map(|(slug, _)| slug.to_string()).collect()
}

fn keys_are_unique(rows: &[FeedRow]) -> bool {
    let mut seen = HashSet::new();
    rows.iter().all(|row| seen.insert(row.source_key.as_str()))
}

struct Repeats {
    seen: HashSet<[u8; 32]>,
    refused: Vec<RefusedRow>,
    problems: Vec<RowProblem>,
}

impl Repeats {
    fn refuse(&mut self, row: &FeedRow) {
        self.problem(row, ProblemCode::DuplicateRow, row.slug.as_str());
        self.refused.push(RefusedRow {
            row: row.row,
            source_key: Some(row.source_key.clone()),
            name: Some(row.content.name.clone()),
        });
    }

    /// Once for a row of several days.
    fn problem(&mut self, row: &FeedRow, code: ProblemCode, value: &str) {
        if self.problems.last().is_some_and(|last| last.row == row.row && last.code == code) {
            return;
        }
        self.problems.push(RowProblem {
            row: row.row,
            slug: Some(row.slug.to_string()),
            field: "slug".to_owned(),
            value: value.to_owned(),
            code,
            message: code.sentence().to_owned(),
            action: code.action(),
        });
    }
}

/// The slugs and keys that are given away.
struct Names {
    /// Slugs that the source itself gives, and who has them already.
    given: HashMap<String, bool>,
    slugs: HashSet<String>,
    keys: HashSet<String>,
    /// The number that a repeated slug was last given.
    last: HashMap<String, u32>,
}

impl Names {
    fn new(feed: &ReadFeed, origins: &[Origin]) -> Self {
        let of_source = feed.rows.iter().zip(origins).filter(|(_, origin)| **origin == Origin::Source);
        let of_source = of_source.map(|(row, _)| row.slug.to_string());
        let given = of_source.chain(refused_slugs(feed)).map(|slug| (slug, false)).collect();
        Self { given, slugs: HashSet::new(), keys: HashSet::new(), last: HashMap::new() }
    }

    /// Gives a row its slug and key; says whether a number was added.
    fn settle(&mut self, row: &mut FeedRow, origin: Origin) -> bool {
        let free = match self.given.get_mut(row.slug.as_str()) {
            Some(claimed) => origin == Origin::Source && !std::mem::replace(claimed, true),
            None => !self.slugs.contains(row.slug.as_str()),
        };
        // A key that the source wrote in two ways that make one slug is free.
        if free && self.keys.insert(row.source_key.clone()) {
            self.slugs.insert(row.slug.to_string());
            return false;
        }
        let mut number = self.last.get(row.slug.as_str()).copied().unwrap_or(1);
        loop {
            number += 1;
            let Ok(slug) = row.slug.with_suffix(&number.to_string()) else { return true };
            let key = format!("{}-{number}", row.source_key);
            if self.given.contains_key(slug.as_str()) || self.slugs.contains(slug.as_str()) || self.keys.contains(&key)
            {
                continue;
            }
            self.last.insert(row.slug.to_string(), number);
            self.slugs.insert(slug.to_string());
            self.keys.insert(key.clone());
            (row.slug, row.source_key) = (slug, key);
            return true;
        }
    }
}

#[cfg(test)]
#[path = "collect_tests.rs"]
mod tests;
