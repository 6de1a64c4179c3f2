//! Matching of rows and meetings of few possibilities.

use proptest::prelude::*;

use super::*;
use crate::directory::{MeetingContent, TimezoneSource};

fn identity(name: u8) -> Identity {
    Identity::of(&MeetingContent {
        name: format!("Meeting {name}"),
        start: None,
        duration_minutes: None,
        timezone: chrono_tz::UTC,
        timezone_source: TimezoneSource::Given,
        location: None,
        group: None,
        region: Vec::new(),
        district: None,
        types: Vec::new(),
        notes: None,
        conference: crate::directory::Conference::default(),
        contribution: crate::directory::Contribution::default(),
        website: None,
        feedback_url: None,
        contacts: Vec::new(),
    })
}

fn candidate<'a>(key: Option<&'a str>, slug: &'a str, name: u8, deleted: bool) -> Candidate<'a> {
    Candidate { key, slug, aliases: Vec::new(), identity: identity(name), deleted }
}

fn listing(slug: &str, name: u8) -> Listing<'_> {
    Listing { names: [slug, slug], identity: identity(name) }
}

const SLUGS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Candidates whose slugs, and whose keys, are unique as the database has
/// them: number `i` has the slug `i`, a key of a permutation, and a name.
fn any_candidates() -> impl Strategy<Value = Vec<Candidate<'static>>> {
    let keys = Just(SLUGS.to_vec()).prop_shuffle();
    let rest = prop::collection::vec((0..4_u8, any::<bool>(), any::<bool>()), 0..=SLUGS.len());
    (keys, rest).prop_map(|(keys, rest)| {
        let each = rest.into_iter().zip(keys).zip(SLUGS);
        each.map(|(((name, known, deleted), key), slug)| {
            candidate((known && !deleted).then_some(key), slug, name, deleted)
        })
        .collect()
    })
}

/// Rows of unique slugs.
fn any_rows() -> impl Strategy<Value = Vec<(&'static str, u8)>> {
    let slugs = prop::sample::subsequence(SLUGS.to_vec(), 0..=SLUGS.len()).prop_shuffle();
    let names = prop::collection::vec(0..5_u8, SLUGS.len());
    (slugs, names).prop_map(|(slugs, names)| slugs.into_iter().zip(names).collect())
}

fn listings(rows: &[(&'static str, u8)]) -> Vec<Listing<'static>> {
    rows.iter().map(|(slug, name)| listing(slug, *name)).collect()
}

proptest! {
    #[test]
    fn matching_is_one_to_one(candidates in any_candidates(), rows in any_rows()) {
        let matched = match_rows(&candidates, &listings(&rows));
        prop_assert_eq!(matched.len(), rows.len());
        let taken: Vec<usize> = matched.into_iter().flatten().collect();
        prop_assert!(taken.iter().all(|index| *index < candidates.len()));
        prop_assert_eq!(taken.iter().collect::<HashSet<_>>().len(), taken.len());
    }

    #[test]
    fn an_identity_that_both_sides_have_once_decides(candidates in any_candidates(), rows in any_rows()) {
        let matched = match_rows(&candidates, &listings(&rows));
        for (row, (_, name)) in rows.iter().enumerate() {
            let same = |other: u8| identity(other) == identity(*name);
            let living = (0..candidates.len()).filter(|index| !candidates[*index].deleted);
            let theirs: Vec<usize> = living.filter(|index| candidates[*index].identity == identity(*name)).collect();
            let ours = rows.iter().filter(|(_, other)| same(*other)).count();
            if let ([only], 1) = (theirs.as_slice(), ours) {
                prop_assert_eq!(matched[row], Some(*only));
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        candidates in any_candidates(), rows in any_rows(), turned in any::<prop::sample::Index>()
    ) {
        let mut other = rows.clone();
        if !other.is_empty() {
            let at = turned.index(other.len());
            other.rotate_left(at);
        }
        let of = |rows: &[(&'static str, u8)]| -> HashMap<&'static str, Option<usize>> {
            rows.iter().map(|(slug, _)| *slug).zip(match_rows(&candidates, &listings(rows))).collect()
        };
        prop_assert_eq!(of(&rows), of(&other));
    }

    #[test]
    fn no_row_that_could_have_a_meeting_of_its_name_is_left_over(
        candidates in any_candidates(), rows in any_rows()
    ) {
        let matched = match_rows(&candidates, &listings(&rows));
        let taken: HashSet<usize> = matched.iter().flatten().copied().collect();
        for ((slug, _), matched) in rows.iter().zip(&matched) {
            let free = candidates.iter().enumerate().any(|(index, candidate)| {
                !taken.contains(&index) && (candidate.slug == *slug || candidate.key == Some(slug))
            });
            prop_assert!(matched.is_some() || !free, "{slug} could have been matched");
        }
    }
}

#[test]
fn the_sources_own_name_counts_before_the_slug_here() {
    // Their slugs were swapped at the source; now both have another time.
    let candidates = [candidate(Some("b"), "a", 1, false), candidate(Some("a"), "b", 2, false)];
    let matched = match_rows(&candidates, &[listing("a", 8), listing("b", 9)]);
    assert_eq!(matched, [Some(1), Some(0)]);
    assert_eq!(match_rows(&candidates, &[listing("a", 8)]), [Some(1)]);
    assert_eq!(match_rows(&candidates, &[listing("a", 8), listing("b", 1)]), [Some(1), Some(0)]);
}

#[test]
fn a_living_meeting_counts_before_a_deleted_one_of_the_name() {
    let mut living = candidate(Some("new"), "b", 1, false);
    living.aliases.push("a");
    let candidates = [candidate(None, "a", 1, true), living];
    assert_eq!(match_rows(&candidates, &[listing("a", 1)]), [Some(1)]);
    assert_eq!(match_rows(&candidates, &[listing("a", 5)]), [Some(1)]);
    assert_eq!(match_rows(&candidates, &[listing("new", 5), listing("a", 5)]), [Some(1), Some(0)]);
}

#[test]
fn a_living_meeting_is_not_removed_for_a_deleted_one_that_says_the_same() {
    let candidates = [candidate(None, "a", 1, true), candidate(Some("b"), "b", 1, false)];
    assert_eq!(match_rows(&candidates, &[listing("a", 1)]), [Some(1)]);
}

#[test]
fn equal_listings_keep_to_their_names() {
    let candidates = [candidate(Some("a"), "a", 1, false), candidate(Some("b"), "b", 1, false)];
    assert_eq!(match_rows(&candidates, &[listing("b", 1), listing("a", 1)]), [Some(1), Some(0)]);
    // None of them is called so any more: which is which cannot be told, and neither loses its id.
    assert_eq!(match_rows(&candidates, &[listing("d", 1), listing("c", 1)]), [Some(1), Some(0)]);
    assert_eq!(match_rows(&candidates, &[listing("c", 1)]), [Some(0)]);
    let rows = [listing("c", 1), listing("d", 1), listing("e", 1)];
    assert_eq!(match_rows(&candidates, &rows), [Some(0), Some(1), None]);
    // One of them has moved; the other is who is left.
    assert_eq!(match_rows(&candidates, &[listing("a", 2), listing("c", 1)]), [Some(0), Some(1)]);
}
