//! What the words of an item without an id of its own are sealed for.

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

/// Of an answer.
pub fn answer_sealed_as(item: Uuid, n: i16) -> Uuid {
    Uuid::from_u128(item.as_u128() ^ u128::from(n.unsigned_abs()))
}

/// Of a nudge.
pub fn nudge_sealed_as(to: Uuid, day: NaiveDate) -> Uuid {
    Uuid::from_u128(to.as_u128() ^ u128::from(day.num_days_from_ce().unsigned_abs()))
}
