//! Answers a search from a snapshot.
//!
//! Invariants: the order is total and made before the page is cut; a meeting
//! that does not change comes exactly once over the pages of an answer,
//! whatever else is written between them, because a page goes on after the last
//! *key* and orders by the `now` of the first page. What is shown of a meeting
//! is as of the actual `now`.
//!
//! The way of a query: `filter` finds, `order` ranks and cuts, `page` writes.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    area::Area,
    cursor::Cursor,
    filter::Filter,
    grid::Placed,
    order::{self, First, Hit, Position},
    page::{self, Page},
    query::SearchQuery,
    snapshot::Snapshot,
};
use crate::kernel::{Invalid, ZoneClock};

/// Radii that `nearest` tries before it looks at everything, in metres: twenty
/// meetings are a few kilometres away in a city and a few hundred in a desert.
const NEAREST_RADII_M: [u64; 4] = [5_000, 25_000, 150_000, 1_000_000];

/// The minute of an instant. Meetings start and end with one, so that is as
/// finely as anything is found or ordered; whoever asks within a minute is
/// answered with the same bytes.
pub(super) fn to_minute(now: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(now.timestamp().div_euclid(60) * 60, 0).unwrap_or(now)
}

/// One page of the answer to `query`.
///
/// # Errors
/// A cursor that is not one of this query's, named `cursor`.
pub fn search(snapshot: &Snapshot, query: &SearchQuery, now: DateTime<Utc>) -> Result<Page, Invalid> {
    let cursor = Cursor::of(query, now)?;
    let order_now = cursor.as_ref().map_or(to_minute(now), |cursor| cursor.now);
    let after = cursor.as_ref().map(Position::after);
    // `nearest` is one page of all, however many tie.
    let limit = if query.reach_of_nearest().is_some() { usize::MAX } else { usize::from(query.limit) };
    let (mut matches, mut first) = (0, First::new(limit));
    visit(snapshot, query, &Area::of(query), order_now, |hit, _| {
        matches += 1;
        let key = order::key(snapshot, &hit, query.sort, order_now);
        first.offer(hit, key, || {
            let position = Position::of(snapshot, &hit, query.sort, key);
            after.is_none_or(|after| position > after).then_some(position)
        });
    });
    let total = cursor.as_ref().map_or(matches, |cursor| cursor.total as usize);
    let (shown, more) = first.finish();
    let last = shown.last().filter(|_| more);
    let next_cursor = last.map(|(position, hit)| {
        let cursor = Cursor {
            hash: query.canonical_hash(),
            now: order_now,
            total: u32::try_from(total).unwrap_or(u32::MAX),
            joined: hit.joined,
            id: snapshot.entries[hit.meeting as usize].id,
            key: position.key(),
        };
        cursor.encode()
    });
    let viewer = query.in_zone.map(ZoneClock::of);
    let mut page = page::write(
        snapshot,
        shown.iter().map(|(_, hit)| hit),
        total,
        next_cursor,
        (viewer.as_ref(), query.fields),
        now,
    );
    if query.moves() {
        // Somebody else's time may come with the next minute.
        let next_minute = to_minute(now) + TimeDelta::minutes(1);
        page.changes_at = Some(page.changes_at.map_or(next_minute, |change| change.min(next_minute)));
    }
    Ok(page)
}

/// Shows every match of `query`, of which that is the area, to `visit`, in no
/// order and with what the grid knows of it where it was found there; `now` is
/// that of the first page.
pub(super) fn visit(
    snapshot: &Snapshot,
    query: &SearchQuery,
    area: &Area,
    now: DateTime<Utc>,
    mut visit: impl FnMut(Hit, Option<Placed<'_>>),
) {
    let filter = Filter::new(snapshot, query, now);
    match query.reach_of_nearest() {
        Some(count) => {
            nearest(&filter, &Area::of(query), usize::from(count)).into_iter().for_each(|hit| visit(hit, None));
        }
        None => filter.visit(area, visit),
    }
}

/// The `count` nearest matches and all that tie with the last of them.
fn nearest(filter: &Filter<'_>, area: &Area, count: usize) -> Vec<Hit> {
    let within = |area: &Area| {
        let mut hits = Vec::new();
        filter.visit(area, |hit, _| hits.push(hit));
        hits
    };
    // As soon as enough lie within a circle, the nearest are among them.
    let mut circles = NEAREST_RADII_M.iter().map(|metres| within(&area.narrowed(metres * 1000)));
    let mut hits = circles.find(|hits| hits.len() >= count).unwrap_or_else(|| within(area));
    if hits.len() > count {
        let (_, last, _) = hits.select_nth_unstable_by_key(count - 1, |hit| hit.distance_mm);
        let farthest = last.distance_mm;
        hits.retain(|hit| hit.distance_mm <= farthest);
    }
    hits
}
