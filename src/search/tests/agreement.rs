//! The engine does what the reference does, over all pages.

use std::{cmp::Reverse, collections::HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    body,
    dice::{Dice, Params, raw},
    parse, reference, schema,
};
use crate::directory::{Directory, Region, TypeCode, all_types};
use crate::http::QueryString;
use crate::kernel::RegionId;
use crate::search::{engine::search, facets::facets, query::SearchQuery, snapshot::Snapshot};

/// Walks all pages, of any size up to the largest; the directory may be another
/// and later for each page.
pub fn walk<'a>(
    params: &Params,
    dice: &mut Dice,
    largest: u64,
    mut world: impl FnMut() -> (&'a Snapshot, DateTime<Utc>),
) -> (Vec<Value>, u64) {
    let (mut shown, mut total, mut cursor) = (Vec::new(), None, None::<String>);
    loop {
        let mut params = params.clone();
        let nearest = params.iter().any(|(name, _)| *name == "nearest");
        let limit = 1 + dice.below(largest);
        if !nearest {
            params.push(("limit", limit.to_string()));
        }
        params.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let (snapshot, now) = world();
        let page = search(snapshot, &parse(&raw(&params)).unwrap(), now).unwrap();
        let mut body = body(&page);
        let data: Vec<Value> = body["data"].as_array_mut().unwrap().drain(..).collect();
        assert_eq!(body.get("next_cursor").and_then(Value::as_str), page.next_cursor.as_deref());
        assert_eq!(*total.get_or_insert(body["total"].as_u64().unwrap()), body["total"].as_u64().unwrap());
        assert_eq!((page.shown, page.total as u64), (data.len(), body["total"].as_u64().unwrap()));
        assert!(nearest || data.len() as u64 <= limit);
        assert!(page.next_cursor.is_none() || data.len() as u64 == limit, "a page before the last is full");
        shown.extend(data);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return (shown, total.unwrap());
        }
    }
}

pub fn ids(shown: &[Value]) -> Vec<Uuid> {
    shown.iter().map(|one| one["id"].as_str().unwrap().parse().unwrap()).collect()
}

/// Takes some meetings away, adds others, and changes what orders a few.
fn shaken(directory: &Directory, dice: &mut Dice) -> (Directory, Vec<Uuid>) {
    let mut shaken = directory.clone();
    let mut touched = Vec::new();
    shaken.meetings.retain(|one| !dice.chance(15) || (touched.push(one.id.0), false).1);
    for one in &mut shaken.meetings {
        if dice.chance(15) {
            touched.push(one.id.0);
            *one = dice.meeting(one.id.0.as_u128() as u32, directory);
        }
    }
    for n in 0..10 {
        let added = dice.meeting(1001 + n * 12, directory);
        touched.push(added.id.0);
        shaken.meetings.push(added);
    }
    (shaken, touched)
}

/// The facets, counted over what is shown.
pub fn count(directory: &Directory, found: &[(Uuid, Value)], zoned: bool) -> Value {
    let how_many = |is: &dyn Fn(&Value) -> bool| found.iter().filter(|(_, shown)| is(shown)).count();
    let only = |counts: Vec<Value>| -> Vec<Value> { counts.into_iter().filter(|one| one["count"] != 0).collect() };
    let most_first = |mut counts: Vec<Value>, then: &str| {
        counts.sort_by_key(|one| (Reverse(one["count"].as_u64()), one[then].as_str().unwrap().to_owned()));
        counts
    };
    // As `in_zone` sees it, where it was asked for.
    let start = |one: &Value| if zoned { one["in_zone"].clone() } else { one.clone() };
    let day = |day: u8| json!({ "day": day, "count": how_many(&|one| start(one)["day"] == day) });
    let band = |band: &str, hours: &[u8]| {
        let hour = |one: &Value| start(one)["time"].as_str().map(|time| time[..2].parse::<u8>().unwrap());
        json!({ "time_of_day": band, "count": how_many(&|one| hour(one).is_some_and(|hour| hours.contains(&hour))) })
    };
    let has = |one: &Value, code: &str| one["types"].as_array().unwrap().iter().any(|one| one == code);
    let kind =
        |(code, _): (TypeCode, _)| json!({ "code": code.as_str(), "count": how_many(&|one| has(one, code.as_str())) });
    let way = |way: &str| json!({ "attendance": way, "count": how_many(&|one| one["attendance"] == way) });
    // Each meeting counts in its region and in all above.
    let parents: HashMap<_, _> = directory.regions.iter().map(|one| (one.id, one.parent_id)).collect();
    let mut inside = HashMap::<RegionId, usize>::new();
    for (_, shown) in found {
        let own = shown["region"]["id"].as_str().map(|id| id.parse().unwrap());
        std::iter::successors(own, |id| parents[id]).for_each(|id| *inside.entry(id).or_default() += 1);
    }
    let region = |region: &Region| {
        let count = inside.get(&region.id).copied().unwrap_or_default();
        json!({ "id": region.id, "slug": region.slug, "name": region.name, "count": count })
    };
    json!({
        "total": found.len(),
        "days": only((0..7).map(day).collect()),
        "by_appointment": how_many(&|one| start(one).get("day").is_none()),
        "times_of_day": only(vec![
            band("morning", &[4, 5, 6, 7, 8, 9, 10, 11]),
            band("midday", &[11, 12, 13, 14, 15, 16]),
            band("evening", &[16, 17, 18, 19, 20]),
            band("night", &[20, 21, 22, 23, 0, 1, 2, 3, 4]),
        ]),
        "types": most_first(only(all_types().map(kind).collect()), "code"),
        "attendance": only(["in_person", "online", "hybrid", "inactive"].map(way).to_vec()),
        "regions": most_first(only(directory.regions.iter().map(region).collect()), "id"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_search_answers_like_the_reference(seed: u64, meetings in 0u32..80) {
        let mut dice = Dice(seed);
        let directory = dice.directory(meetings);
        let snapshot = Snapshot::build(directory.clone());
        for _ in 0..12 {
            let (params, now) = (dice.params(), dice.now());
            let expected = reference::answer(&directory, &params, now);
            let (shown, total) = walk(&params, &mut dice, 9, || (&snapshot, now));
            let (what, whole) = (raw(&params), !params.iter().any(|(name, _)| *name == "fields"));
            prop_assert_eq!(ids(&shown), expected.iter().map(|(id, _)| *id).collect::<Vec<_>>(), "{}", what);
            prop_assert_eq!(total, expected.len() as u64);
            for (shown, (_, expected)) in shown.iter().zip(&expected) {
                prop_assert_eq!(shown, expected);
                prop_assert_eq!(schema::faults(if whole { "Meeting" } else { "ListedMeeting" }, shown), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn facets_count_what_the_reference_finds(seed: u64, meetings in 0u32..80) {
        let mut dice = Dice(seed);
        let directory = dice.directory(meetings);
        let snapshot = Snapshot::build(directory.clone());
        for _ in 0..12 {
            let (mut params, now) = (dice.params(), dice.now());
            params.retain(|(name, _)| !["sort", "fields"].contains(name));
            let query = SearchQuery::parse_filters(&mut QueryString::parse(&raw(&params)).unwrap()).unwrap();
            let counted: Value = serde_json::from_slice(&facets(&snapshot, &query, now)).unwrap();
            let found = reference::answer(&directory, &params, now);
            prop_assert_eq!(&counted, &count(&directory, &found, params.iter().any(|(name, _)| *name == "in_zone")), "{}", raw(&params));
            prop_assert_eq!(schema::faults("Facets", &counted), Vec::<String>::new());
        }
    }

    #[test]
    fn what_does_not_change_comes_exactly_once_whatever_is_written(seed: u64) {
        let mut dice = Dice(seed);
        let directory = dice.directory(60);
        let (later, touched) = shaken(&directory, &mut dice);
        let worlds = [Snapshot::build(directory.clone()), Snapshot::build(later)];
        for _ in 0..6 {
            let mut params = dice.params();
            params.retain(|(name, _)| *name != "nearest");
            let start = dice.now();
            let (mut page, mut turns) = (0, Dice(seed));
            let world = || {
                page += 1;
                // The second page and later ones come from either directory,
                // some hours on.
                let index = if page == 1 { 0 } else { turns.below(2) as usize };
                (&worlds[index], start + TimeDelta::hours(3 * (page - 1)))
            };
            let shown = ids(&walk(&params, &mut dice, 9, world).0);
            for (id, _) in reference::answer(&directory, &params, start) {
                if !touched.contains(&id) {
                    prop_assert_eq!(shown.iter().filter(|one| **one == id).count(), 1, "{} {}", id, raw(&params));
                }
            }
        }
    }
}
