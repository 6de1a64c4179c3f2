//! The made-up directories that the service is measured on: the same for the
//! same seed, in the shares that they promise, and in the database what they are
//! in memory.

#[path = "../../examples/load/fill.rs"]
mod fill;
#[path = "../../examples/load/made_up/mod.rs"]
mod made_up;

use std::collections::{BTreeMap, BTreeSet};

use chrono::Utc;
use openchair::{
    db::{self, Databases, Pools, Scope},
    directory::{self, Attendance, Directory, Extent, Meeting, TypeCode, attendance},
    http::QueryString,
    kernel::{Clock, SystemClock, zone_at},
    search::{Snapshot, clusters::clusters, engine, facets::facets, query::SearchQuery},
};

use self::made_up::{Asked, Asker, MadeUp, OFFICE};
use crate::support::TestDatabase;

fn offices(meetings: usize, seed: u64) -> Vec<Directory> {
    MadeUp::new(meetings, seed).unwrap().offices().map(Result::unwrap).collect()
}

fn meetings(offices: &[Directory]) -> Vec<&Meeting> {
    offices.iter().flat_map(|office| &office.meetings).collect()
}

/// How many of a hundred are so.
fn percent(of: &[&Meeting], is: impl Fn(&Meeting) -> bool) -> f64 {
    of.iter().filter(|one| is(one)).count() as f64 * 100.0 / of.len() as f64
}

#[test]
fn the_same_seed_makes_the_same_directory_and_another_another() {
    let (one, same, other) = (offices(2 * OFFICE + 500, 7), offices(2 * OFFICE + 500, 7), offices(2 * OFFICE + 500, 8));
    assert_eq!(one.iter().map(|office| office.meetings.len()).collect::<Vec<_>>(), [OFFICE, OFFICE, 500]);
    assert!(one == same && one != other);
    assert_eq!(offices(0, 7), []);
    assert_eq!(offices(1, 7)[0].meetings.len(), 1);
}

#[test]
fn meetings_are_attended_held_and_typed_in_the_shares_of_life() {
    let offices = offices(20_000, 1);
    let all = meetings(&offices);
    for (expected, kind) in [(60.0, Attendance::InPerson), (30.0, Attendance::Online), (10.0, Attendance::Hybrid)] {
        let share = percent(&all, |one| attendance(&one.content) == kind);
        assert!((share - expected).abs() < 1.0, "{kind:?}: {share}");
    }
    let on = |day: u8| percent(&all, |one| one.content.start.is_some_and(|start| start.day.number() == day));
    assert!((1..6).all(|day| on(day) > on(0) && on(day) > on(6)));
    let between = |from: u16, to: u16| {
        percent(&all, |one| one.content.start.is_some_and(|start| (from..to).contains(&(start.time.minutes() / 60))))
    };
    assert!(between(17, 21) > 40.0 && between(12, 13) > 15.0 && between(6, 8) > 8.0 && between(0, 6) == 0.0);
    let by_appointment = percent(&all, |one| one.content.start.is_none());
    assert!((0.2..1.0).contains(&by_appointment), "{by_appointment}");
    for (expected, code) in [(56.0, "O"), (30.0, "C"), (40.0, "D"), (8.0, "W")] {
        let share = percent(&all, |one| one.content.types.iter().any(|one| one == code));
        assert!((share - expected).abs() < 1.5, "{code}: {share}");
    }
    let shares_place = all.iter().filter_map(|one| one.location_id).collect::<BTreeSet<_>>().len();
    assert!(shares_place * 2 < all.len(), "{shares_place} places");
}

#[test]
fn what_is_made_up_keeps_to_the_rules_of_a_directory() {
    let offices = offices(6_000, 1);
    for office in &offices {
        let slugs: BTreeSet<&str> = office.meetings.iter().map(|one| one.slug.as_str()).collect();
        assert_eq!(slugs.len(), office.meetings.len());
        let names: BTreeSet<_> = office.regions.iter().map(|one| (one.parent_id, &one.name)).collect();
        assert_eq!(names.len(), office.regions.len());
    }
    for one in meetings(&offices) {
        let types = &one.content.types;
        assert!(
            types.iter().all(|code| TypeCode::parse(code).is_some_and(|known| known.as_str() == code)),
            "{types:?}"
        );
        assert!(
            types.is_sorted() && !(types.contains(&"O".to_owned()) && types.contains(&"C".to_owned())),
            "{types:?}"
        );
        assert!((1..=255).contains(&one.content.name.chars().count()), "{}", one.content.name);
    }
}

#[test]
fn a_city_is_in_the_zone_that_it_says() {
    let offices = offices(40_000, 1);
    let mut cities = BTreeMap::new();
    for one in meetings(&offices) {
        // Where one cannot go to is told as the middle of the city.
        let area = one.content.location.clone().filter(|place| place.approximate).unwrap_or_default();
        if let (Some(latitude), Some(longitude)) = (area.latitude, area.longitude) {
            let same = zone_at(latitude, longitude) == Some(one.content.timezone);
            cities.insert(area.formatted_address, same);
        }
    }
    let wrong: Vec<_> = cities.iter().filter(|(_, same)| !**same).collect();
    assert!(cities.len() > 300 && wrong.is_empty(), "{} cities, {wrong:?}", cities.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_database_is_filled_with_is_loaded_and_found() {
    let (made_up, database) = (MadeUp::new(OFFICE + 500, 1).unwrap(), TestDatabase::new().await);
    let mut told = Vec::new();
    let mut owner = database.owner().await;
    fill::fill(&mut owner, &made_up, |meetings| told.push(meetings)).await.unwrap();
    assert_eq!(told, [OFFICE, made_up.meetings()]);
    assert!(fill::fill(&mut owner, &made_up, |_| {}).await.is_err(), "a directory is there already");

    let pools = Pools::new(&Databases::one(database.options()), 2);
    let mut transaction = db::begin_read(&pools.directory, Scope::Read).await.unwrap();
    let loaded = directory::load(&mut transaction, Extent::Public).await.unwrap();
    transaction.commit().await.unwrap();
    pools.close().await;
    let offices = offices(OFFICE + 500, 1);
    let mut expected: Vec<Meeting> = meetings(&offices).into_iter().cloned().collect();
    for one in &mut expected {
        one.revision = loaded.revision;
    }
    expected.sort_by_key(|one| one.id);
    for (loaded, expected) in loaded.meetings.iter().zip(&expected) {
        assert_eq!(loaded, expected);
    }
    assert_eq!(loaded.meetings.len(), expected.len());
    let count = |of: fn(&Directory) -> usize| offices.iter().map(of).sum::<usize>();
    assert_eq!(
        (loaded.intergroups.len(), loaded.regions.len(), loaded.groups.len(), loaded.locations.len()),
        (2, count(|one| one.regions.len()), count(|one| one.groups.len()), count(|one| one.locations.len()))
    );
    questions_find_something(&made_up, &Snapshot::build(loaded));
}

fn questions_find_something(made_up: &MadeUp, snapshot: &Snapshot) {
    let (mut asker, now) = (Asker::new(made_up), SystemClock.now().with_timezone(&Utc));
    let found = |asked: &Asked| {
        let mut query = QueryString::parse(&asked.query).unwrap();
        engine::search(snapshot, &SearchQuery::parse(&mut query).unwrap(), now).unwrap().total
    };
    let questions: Vec<[Asked; 4]> =
        (0..100).map(|_| [asker.near(), asker.typo(), asker.facets(), asker.view()]).collect();
    for kind in 0..4 {
        let finding = questions.iter().filter(|asked| found(&asked[kind]) > 0).count();
        assert!(finding > 20, "{finding} of 100 of kind {kind}");
    }
    let [_, _, facets_of, view] = &questions[0];
    let read = |asked: &Asked| SearchQuery::parse_filters(&mut QueryString::parse(&asked.query).unwrap()).unwrap();
    let is_json = |body: Vec<u8>| serde_json::from_slice::<serde_json::Value>(&body).is_ok();
    assert!(is_json(facets(snapshot, &read(facets_of), now)));
    assert!(is_json(clusters(snapshot, &read(view), view.zoom.unwrap(), now)));
}
