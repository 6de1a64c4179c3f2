//! Order, pages, and what a report reads.

use super::super::dice::Dice;
use super::{found_in, meeting, number, of, online, report, sunday, with_place};
use crate::directory::{Meeting, Place, TimezoneSource};
use crate::http::QueryString;
use crate::kernel::IntergroupId;
use crate::search::{
    quality::{FindingKind, QualityQuery},
    snapshot::{Snapshot, arena::Address},
    testing::{intergroup, on, uuid},
};

fn refused(raw: &str) -> Vec<String> {
    let refused = QualityQuery::parse(IntergroupId(uuid(1)), QueryString::parse(raw).unwrap()).unwrap_err();
    refused.into_iter().map(|one| one.name.to_string()).collect()
}

#[test]
fn findings_stand_by_kind_then_name_then_id() {
    let named = |n: u32, name: &str| {
        let mut one = on(meeting(n), 0, &format!("{n:02}:00"));
        one.content.name = name.to_owned();
        one
    };
    let old = |one| Meeting { updated_at: "2020-01-01T00:00:00Z".parse().unwrap(), ..one };
    let all = [old(named(1, "Zebra")), named(2, "élan"), named(3, "Elan"), old(named(4, "Acorn"))];
    let found = found_in(&report(&Snapshot::build(of(&all)), ""));
    let found: Vec<_> = found.iter().map(|(kind, number)| (kind.as_str(), *number)).collect();
    let lost = "no_way_to_attend";
    assert_eq!(found, [(lost, 4), (lost, 2), (lost, 3), (lost, 1), ("stale", 4), ("stale", 1)]);
}

#[test]
fn pages_hold_every_finding_once_and_totals_are_whole_on_each() {
    let snapshot = Snapshot::build(Dice(7).directory(800));
    for kinds in ["", "kind=stale,no_coordinates&kind=duplicate&", "kind=no_way_to_attend&"] {
        let (mut found, mut cursor, mut pages) = (vec![], String::new(), 0);
        loop {
            let page = report(&snapshot, &format!("{kinds}limit=7{cursor}"));
            found.extend(found_in(&page));
            pages += 1;
            let total = page["total"].as_u64().unwrap() as usize;
            let of_kinds = page["kinds"].as_array().unwrap();
            let of_kinds: u64 = of_kinds
                .iter()
                .filter(|one| kinds.is_empty() || kinds.contains(one["kind"].as_str().unwrap()))
                .map(|one| one["total"].as_u64().unwrap())
                .sum();
            assert_eq!(of_kinds as usize, total);
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => {
                    assert_eq!(found.len(), total);
                    break;
                }
            }
        }
        assert!(pages > 1, "{kinds}");
        assert_eq!(pages, found.len().div_ceil(7));
        let all: std::collections::HashSet<_> = found.iter().collect();
        assert_eq!(all.len(), found.len());
    }
}

#[test]
fn a_query_that_is_not_understood_is_refused_by_name() {
    assert_eq!(refused("kind=stale,nonsense"), ["kind"]);
    assert_eq!(refused("limit=101"), ["limit"]);
    assert_eq!(refused("colour=red"), ["colour"]);
    let snapshot = Snapshot::build(of(&[meeting(1), on(meeting(2), 1, "07:00")]));
    let page = report(&snapshot, "limit=1");
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(number(&report(&snapshot, &format!("limit=2&cursor={cursor}"))["data"][0]["meeting"]), 2);
    assert_eq!(refused(&format!("kind=stale&cursor={cursor}")), ["cursor"]);
    assert_eq!(refused(&format!("cursor={}", &cursor[..cursor.len() - 2])).len(), 1);
    let elsewhere = QueryString::parse(&format!("cursor={cursor}")).unwrap();
    assert!(QualityQuery::parse(IntergroupId(uuid(2)), elsewhere).is_err(), "another office's");
}

#[test]
fn the_report_of_one_office_reads_nothing_of_a_hundred_thousand_others() {
    const ALL: u32 = 100_000;
    let own = |n: u32| n % 10_000 == 7;
    let mut directory = of(&[]);
    directory.intergroups.push(intergroup(2));
    directory.meetings = (0..ALL)
        .map(|n| {
            // All of one name, time and place: each would be every other's duplicate.
            let mut one =
                with_place(online(meeting(1000 + n)), Place { name: Some("Hall".into()), ..Place::default() });
            one.content.name = "Early Risers".to_owned();
            one.content.timezone_source = TimezoneSource::Intergroup;
            let office = IntergroupId(uuid(if own(n) { 1 } else { 2 }));
            Meeting { intergroup_id: office, ..one }
        })
        .collect();
    let mut snapshot = Snapshot::build(directory);
    let before = report(&snapshot, "");
    assert_eq!(before["meetings"], 10);
    assert_eq!(before["data"][0]["kind"], FindingKind::Duplicate.code());
    assert_eq!(before["data"][0]["others"].as_array().unwrap().len(), 9);
    assert_eq!(before["total"], 21, "one set, and each without coordinates and a zone of its own");
    // A place in the arena that is not there: whoever reads it panics.
    for n in (0..ALL as usize).filter(|n| !own(*n as u32)) {
        snapshot.entries[n].json = Address::WRONG;
        snapshot.entries[n].quality = snapshot.entries[7].quality;
    }
    assert_eq!(report(&snapshot, ""), before);
    let other = &snapshot.intergroups()[1];
    let query = QualityQuery::parse(other.id, QueryString::parse("").unwrap()).unwrap();
    let poisoned = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| snapshot.quality(other, &query, sunday())));
    assert!(poisoned.is_err(), "what was put there is noticed by who reads it");
}
