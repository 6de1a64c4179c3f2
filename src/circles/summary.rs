//! What has come of checking in: totals that only grow, and what has helped.
//!
//! A total is a count of rows. Words are erased when they are old while their
//! rows stay, so a total goes down only where its own pass takes something
//! away. There is no run of days in it that could end.

use std::{cmp::Reverse, collections::HashMap};

use chrono::Datelike;
use futures_util::TryStreamExt;

use super::{check_in::CheckInContent, check_in::HELPED, model::Asks, service::Circles, store, token::PassToken};
use crate::http::ApiError;

/// The most things that are told of.
const MOST_TOLD: usize = 50;

/// What has helped somebody.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Helped {
    /// A code, or own words.
    pub what: String,
    /// How often. Own words are erased when they are old, and a number that
    /// counted them would fall: they have none.
    pub times: Option<u32>,
}

/// What has come of checking in.
#[derive(Debug)]
pub(super) struct Summary {
    pub weeks_checked_in: i64,
    pub check_ins: i64,
    pub answers_given: i64,
    /// Most often first.
    pub helped: Vec<Helped>,
}

impl Circles {
    /// What has come of checking in for a pass.
    pub(super) async fn summary(&self, token: &PassToken) -> Result<Summary, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        pass.circle()?;
        let answers_given = store::count_answers(&mut connection, pass.id).await?;
        let keys = self.keys_of_authors(std::iter::once(pass.id.0)).await?;
        let (mut weeks, mut check_ins, mut tally) = (std::collections::BTreeSet::new(), 0, Tally::default());
        let mut days = store::own_days(&mut connection, pass.id);
        while let Some(row) = days.try_next().await? {
            let week = row.day.iso_week();
            weeks.insert((week.year(), week.week()));
            check_ins += 1;
            if let Some(key) = keys.get(&pass.id.0) {
                let content = CheckInContent::open(key, row.id, &row.marks, row.words.as_deref())?;
                content.helped.into_iter().for_each(|what| tally.add(what));
            }
        }
        let weeks_checked_in = i64::try_from(weeks.len()).unwrap_or(i64::MAX);
        Ok(Summary { weeks_checked_in, check_ins, answers_given, helped: tally.told() })
    }
}

/// How often what helped; of own words, the latest come first where they helped
/// as often.
#[derive(Debug, Default)]
struct Tally(HashMap<String, (u32, usize)>);

impl Tally {
    fn add(&mut self, what: String) {
        let seen = self.0.len();
        self.0.entry(what).or_insert((0, seen)).0 += 1;
    }

    fn told(self) -> Vec<Helped> {
        let mut all: Vec<(String, (u32, usize))> = self.0.into_iter().collect();
        all.sort_by_key(|(_, (times, seen))| (Reverse(*times), *seen));
        all.truncate(MOST_TOLD);
        let told = |(what, (times, _)): (String, (u32, usize))| {
            let times = HELPED.contains(&what.as_str()).then_some(times);
            Helped { what, times }
        };
        all.into_iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helped_most_often_comes_first_and_own_words_have_no_number() {
        let mut tally = Tally::default();
        for what in ["tea", "rest", "meeting", "rest", "tea", "the dog", "rest"] {
            tally.add(what.to_owned());
        }
        let told: Vec<(String, Option<u32>)> = tally.told().into_iter().map(|one| (one.what, one.times)).collect();
        let expected = [("rest", Some(3)), ("tea", None), ("meeting", Some(1)), ("the dog", None)];
        assert_eq!(told, expected.map(|(what, times)| (what.to_owned(), times)));
    }
}
