//! What a letter tells of.

use crate::sync::{FeedState, RunsOfWeek, StoredFeed};

/// The week of an office.
#[derive(Debug)]
pub(super) struct OfficeWeek {
    /// Its name.
    pub office: String,
    /// How its sources are.
    pub sources: Vec<StoredFeed>,
    /// What their runs did, and which wait.
    pub runs: RunsOfWeek,
    /// How many corrections wait; 0 for who may not read them.
    pub corrections: u32,
    /// How much its listings lack.
    pub lacks: u32,
}

impl OfficeWeek {
    /// Whether something happened, or waits for somebody. What a list lacks is
    /// told beside it, and alone is no news.
    pub(super) fn is_news(&self) -> bool {
        let RunsOfWeek { applied, failed, held, .. } = self.runs;
        applied + failed + held + self.corrections > 0
            || self.sources.iter().any(|source| source.state != FeedState::Ok)
    }

    /// Whether there is anything to say of it beside others.
    pub(super) fn is_worth_a_line(&self) -> bool {
        self.is_news() || !self.sources.is_empty() || self.lacks > 0
    }
}
