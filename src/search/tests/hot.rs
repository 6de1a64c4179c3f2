//! Pages that are kept for many.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{of, page, parse, sunday};
use crate::search::{
    hot::{Answered, HotPage, HotPages},
    snapshot::Snapshot,
    testing::{meeting, online},
};

/// More often than a page is asked for before it is kept.
const OFTEN: usize = 40;

fn snapshot(meetings: u32) -> Snapshot {
    Snapshot::build(of(&(1..=meetings).map(|n| online(meeting(n))).collect::<Vec<_>>()))
}

fn ask(pages: &HotPages, snapshot: &Snapshot, raw: &str, now: DateTime<Utc>) -> Option<Arc<HotPage>> {
    match pages.answer(snapshot, (&parse(raw).unwrap(), raw), now).unwrap() {
        Answered::Often(hot) => Some(hot),
        Answered::Once(_) => None,
    }
}

fn ask_often(pages: &HotPages, snapshot: &Snapshot, raw: &str, now: DateTime<Utc>) -> Option<Arc<HotPage>> {
    (0..OFTEN).fold(None, |_, _| ask(pages, snapshot, raw, now))
}

#[test]
fn a_page_is_kept_once_it_is_asked_for_often_and_is_the_one_that_a_search_finds() {
    let (pages, snapshot) = (HotPages::default(), snapshot(3));
    let raw = "day=1&limit=2";
    assert!((0..10).all(|_| ask(&pages, &snapshot, raw, sunday()).is_none()), "seldom");
    let hot = ask_often(&pages, &snapshot, raw, sunday()).unwrap();
    let found = page(&snapshot, raw);
    assert_eq!(
        (hot.edition.body(), &hot.next_cursor, hot.changes_at),
        (&*found.body, &found.next_cursor, found.changes_at)
    );
    let again = ask(&pages, &snapshot, raw, sunday() + TimeDelta::seconds(59)).unwrap();
    assert!(Arc::ptr_eq(&hot, &again), "the same within a minute");
    assert!(ask(&pages, &snapshot, raw, sunday() + TimeDelta::minutes(1)).is_none());
}

#[test]
fn one_query_has_one_page_however_it_is_spelled_and_another_has_another() {
    let (pages, snapshot) = (HotPages::default(), snapshot(3));
    let asked = |raw: &str| ask_often(&pages, &snapshot, raw, sunday()).unwrap();
    let one = asked("day=1&day=3&limit=2");
    assert!(Arc::ptr_eq(&one, &asked("limit=2&day=3&day=1")));
    let others =
        ["day=1&day=3&limit=1", "day=1&day=3&limit=2&fields=name", "day=1&limit=2", "day=1&day=3&limit=2&sort=next"];
    for other in others {
        assert!(!Arc::ptr_eq(&one, &asked(other)), "{other}");
        assert_eq!(asked(other).edition.body(), page(&snapshot, other).body, "{other}");
    }
}

#[test]
fn what_follows_a_cursor_is_never_kept() {
    let (pages, snapshot) = (HotPages::default(), snapshot(3));
    let cursor = page(&snapshot, "limit=2").next_cursor.unwrap();
    assert!(ask_often(&pages, &snapshot, &format!("limit=2&cursor={cursor}"), sunday()).is_none());
}

#[test]
fn what_is_kept_has_a_bound() {
    let (pages, snapshot) = (HotPages::default(), snapshot(100));
    let first = ask_often(&pages, &snapshot, "limit=100", sunday()).unwrap().edition.body().len() as u64;
    assert!(pages.bytes() >= first);
    let within = |minutes: u32| {
        ask_often(&pages, &snapshot, &format!("limit=100&within_minutes={}", 10_080 - minutes), sunday());
        pages.bytes() <= 16 << 20
    };
    assert!((0..400).all(within));
    assert!(pages.bytes() > 8 << 20, "and is filled: {} of pages of {first}", pages.bytes());
}
