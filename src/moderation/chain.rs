//! Decisions in a chain: each row holds the hash of the one before, so that a
//! row that was changed, taken out or put in between shows. The last row has
//! nobody after it: whoever wants to notice its going writes down the head that
//! `openchair doctor` prints.

use std::fmt::Write as _;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What stands in the first row for the hash of the one before.
pub(super) const FIRST: [u8; 32] = [0; 32];

/// A decision as it is kept.
#[derive(Debug, Clone)]
pub(super) struct DecisionRow {
    pub seq: i64,
    pub id: Uuid,
    pub report_id: Uuid,
    pub on_appeal: bool,
    pub decision: String,
    pub reason: String,
    pub moderator_id: Uuid,
    pub decided_on: NaiveDate,
    /// What it is about was another by then, or gone.
    pub changed_since: bool,
    pub words: Option<Vec<u8>>,
    pub previous: Vec<u8>,
}

impl DecisionRow {
    /// SHA-256 over every column, each behind its length, so that no two rows
    /// read alike.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut take = |part: &[u8]| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        take(&self.seq.to_be_bytes());
        take(self.id.as_bytes());
        take(self.report_id.as_bytes());
        take(&[u8::from(self.on_appeal)]);
        take(self.decision.as_bytes());
        take(self.reason.as_bytes());
        take(self.moderator_id.as_bytes());
        take(self.decided_on.format("%Y-%m-%d").to_string().as_bytes());
        take(&[u8::from(self.changed_since)]);
        take(&[u8::from(self.words.is_some())]);
        take(self.words.as_deref().unwrap_or_default());
        take(&self.previous);
        hash.finalize().into()
    }
}

/// What a walk along the chain has found so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// How many decisions there are.
    pub length: i64,
    /// The hash of the last.
    pub head: [u8; 32],
    /// The first place at which it does not hold.
    pub broken_at: Option<i64>,
}

impl Chain {
    /// Before the first row.
    pub(super) const START: Self = Self { length: 0, head: FIRST, broken_at: None };

    /// With one row more.
    pub(super) fn follow(self, row: &DecisionRow) -> Self {
        let length = self.length + 1;
        let holds = row.seq == length && row.previous == self.head;
        let broken_at = self.broken_at.or((!holds).then_some(length));
        Self { length, head: row.hash(), broken_at }
    }

    /// Its head, to be written down.
    pub fn head_text(&self) -> String {
        self.head.iter().fold(String::with_capacity(64), |mut text, byte| {
            _ = write!(text, "{byte:02x}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain_of(rows: &[DecisionRow]) -> Chain {
        rows.iter().fold(Chain::START, Chain::follow)
    }

    fn rows(count: i64) -> Vec<DecisionRow> {
        let mut rows: Vec<DecisionRow> = Vec::new();
        for seq in 1..=count {
            let previous = rows.last().map_or(FIRST, DecisionRow::hash).to_vec();
            let number = u128::from(seq.unsigned_abs());
            rows.push(DecisionRow {
                seq,
                id: Uuid::from_u128(number),
                report_id: Uuid::from_u128(number << 64),
                on_appeal: false,
                decision: "remove".to_owned(),
                reason: "spam".to_owned(),
                moderator_id: Uuid::from_u128(7),
                decided_on: NaiveDate::from_ymd_opt(2026, 5, 4).unwrap(),
                changed_since: false,
                words: Some(vec![1, 2, 3]),
                previous,
            });
        }
        rows
    }

    #[test]
    fn a_chain_holds_as_it_was_written() {
        assert_eq!(chain_of(&[]), Chain::START);
        let whole = chain_of(&rows(5));
        assert_eq!((whole.length, whole.broken_at), (5, None));
        assert_eq!(whole.head_text().len(), 64);
    }

    #[test]
    fn whatever_is_changed_taken_out_or_moved_shows() {
        let changes: [fn(&mut DecisionRow); 10] = [
            |row| row.id = Uuid::nil(),
            |row| row.report_id = Uuid::nil(),
            |row| row.on_appeal = true,
            |row| row.decision = "keep".to_owned(),
            |row| row.reason = "other".to_owned(),
            |row| row.moderator_id = Uuid::nil(),
            |row| row.decided_on = NaiveDate::from_ymd_opt(2026, 5, 5).unwrap(),
            |row| row.changed_since = true,
            |row| row.words = None,
            |row| row.words = Some(Vec::new()),
        ];
        for change in changes {
            let mut rows = rows(5);
            change(&mut rows[2]);
            assert_eq!(chain_of(&rows).broken_at, Some(4));
        }
        let mut gone = rows(5);
        gone.remove(2);
        assert_eq!(chain_of(&gone).broken_at, Some(3));
        let mut swapped = rows(5);
        swapped.swap(1, 2);
        assert_eq!(chain_of(&swapped).broken_at, Some(2));
        let mut first = rows(5);
        first.remove(0);
        assert_eq!(chain_of(&first).broken_at, Some(1));
        let mut last = rows(5);
        last.pop();
        assert_ne!(chain_of(&last).head, chain_of(&rows(5)).head);
    }
}
