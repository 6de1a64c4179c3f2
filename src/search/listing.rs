//! Lists of groups, locations, regions and intergroups: by name, filtered, in
//! pages.

use std::{borrow::Cow, collections::HashSet};

use uuid::Uuid;

use super::{
    Snapshot,
    geo::Point,
    named::Named,
    query::{latitude, longitude},
    snapshot::{Form, GroupEntry, IntergroupEntry, LocationEntry, RegionEntry},
    view::{self, Moving},
};
use crate::{
    http::{PageCursor, QueryString, Refusal},
    kernel::{IntergroupId, Invalid, RegionId, fold},
};

/// How many bytes of a folded name order a list.
const ORDERED_BY: usize = 1024;
/// How far from somebody an office's nearest meeting may be that is still one
/// to call: as far as a search reaches.
const NEAR_MM: u64 = 500_000_000;
/// The most things of a page, and how many it holds where it is not said.
pub const MAX_LIMIT: u8 = 100;
/// The longest text that `q` takes, in characters.
pub const MAX_TEXT: usize = 200;
/// The most values of a filter.
const MAX_VALUES: usize = 100;

/// What a list is asked for.
#[derive(Debug, Default)]
pub(super) struct ListQuery {
    intergroups: Option<Vec<Named<IntergroupId>>>,
    regions: Option<Vec<Named<RegionId>>>,
    /// Folded; each word is the beginning of a word of what is listed.
    words: Vec<String>,
    /// Where somebody is who asks whose phone to call, rounded.
    near: Option<Point>,
    limit: usize,
    after: Option<(String, Uuid)>,
    cursor: PageCursor,
}

/// A page of a list.
#[derive(Debug)]
pub(super) struct ListPage {
    pub body: Vec<u8>,
    pub next_cursor: Option<String>,
}

/// Something that can be listed.
pub(super) trait Listed {
    fn id(&self) -> Uuid;
    /// What orders it and what `q` looks in, folded.
    fn text(&self) -> &str;
    fn intergroup(&self, snapshot: &Snapshot) -> IntergroupId;
    /// Whether it has to do with one of the regions.
    fn lies_in(&self, snapshot: &Snapshot, regions: &HashSet<RegionId>) -> bool;
    fn write(&self, snapshot: &Snapshot, out: &mut Vec<u8>);
}

macro_rules! listed {
    ($entry:ty, $intergroup:expr, $lies_in:expr, $write:expr) => {
        impl Listed for $entry {
            fn id(&self) -> Uuid {
                self.id.0
            }

            fn text(&self) -> &str {
                &self.text
            }

            fn intergroup(&self, snapshot: &Snapshot) -> IntergroupId {
                $intergroup(self, snapshot)
            }

            fn lies_in(&self, snapshot: &Snapshot, regions: &HashSet<RegionId>) -> bool {
                $lies_in(self, snapshot, regions)
            }

            fn write(&self, snapshot: &Snapshot, out: &mut Vec<u8>) {
                $write(self, snapshot, out);
            }
        }
    };
}

listed!(
    GroupEntry,
    |one: &Self, snapshot: &Snapshot| snapshot.lister_of(one).id,
    |one: &Self, snapshot: &Snapshot, regions: &HashSet<RegionId>| snapshot.any_in_regions(one, regions),
    |one: &Self, snapshot: &Snapshot, out: &mut Vec<u8>| snapshot.write_shared(one, Form::Listed, out)
);
listed!(
    LocationEntry,
    |one: &Self, snapshot: &Snapshot| snapshot.lister_of(one).id,
    |one: &Self, snapshot: &Snapshot, regions: &HashSet<RegionId>| snapshot.any_in_regions(one, regions),
    |one: &Self, snapshot: &Snapshot, out: &mut Vec<u8>| snapshot.write_shared(one, Form::Listed, out)
);
listed!(
    RegionEntry,
    |one: &Self, _: &Snapshot| one.intergroup_id,
    |one: &Self, _: &Snapshot, regions: &HashSet<RegionId>| regions.contains(&one.id),
    |one: &Self, snapshot: &Snapshot, out: &mut Vec<u8>| out.extend_from_slice(snapshot.region_json(one))
);
listed!(
    IntergroupEntry,
    |one: &Self, _: &Snapshot| one.id,
    |_: &Self, _: &Snapshot, _: &HashSet<RegionId>| false,
    |one: &Self, snapshot: &Snapshot, out: &mut Vec<u8>| out.extend_from_slice(snapshot.intergroup_json(one))
);

impl ListQuery {
    /// Reads the parameters of the list at that path; `region` only where
    /// `with_region`.
    pub(super) fn parse(list: &str, mut query: QueryString, with_region: bool) -> Result<Self, Vec<Invalid>> {
        let named = |text: &str| text.parse().map_err(invalid_slug);
        let intergroups = query.take_list("intergroup_id", MAX_VALUES, named);
        let regions = if with_region {
            query.take_list("region", MAX_VALUES, |text| text.parse().map_err(invalid_slug))
        } else {
            None
        };
        let text = query.take_one("q", |text| {
            let folded = fold(text);
            if text.chars().count() > MAX_TEXT || folded.is_empty() {
                return Err(Refusal::new("length", format!("must have 1 to {MAX_TEXT} characters, letters or digits")));
            }
            Ok(folded)
        });
        let limit = take_limit(&mut query);
        let near = if with_region { None } else { take_place(&mut query) };
        let words: Vec<String> = text.iter().flat_map(|text| text.split(' ')).map(str::to_owned).collect();
        let cursor = PageCursor::of(list, &(&intergroups, &regions, &words));
        let after = query.take_one("cursor", |text| cursor.read(text));
        if near.is_some() && query.was_given("cursor") {
            query.refuse("cursor", Refusal::new("conflict", "does not go with lat and lng, which give one page"));
        }
        query.finish()?;
        Ok(Self { intergroups, regions, words, near, limit, after, cursor })
    }

    fn found<'a, T: Listed>(&self, snapshot: &Snapshot, all: impl Iterator<Item = &'a T>) -> Vec<&'a T> {
        let intergroups = self.intergroups.as_ref().map(|named| snapshot.intergroup_ids(named));
        let regions = self.regions.as_ref().map(|named| snapshot.region_ids(named));
        all.filter(|one| intergroups.as_ref().is_none_or(|ids| ids.contains(&one.intergroup(snapshot))))
            .filter(|one| regions.as_ref().is_none_or(|ids| one.lies_in(snapshot, ids)))
            .filter(|one| self.words.iter().all(|word| one.text().split(' ').any(|w| w.starts_with(word.as_str()))))
            .collect()
    }

    /// The page of intergroups: around a place, where one was given, those that
    /// list a meeting one can go to, nearest first; of those that list the same
    /// the smallest first.
    pub(super) fn page_of_intergroups(&self, snapshot: &Snapshot) -> ListPage {
        let Some(near) = self.near else { return self.page(snapshot, snapshot.intergroups().iter()) };
        let distances = snapshot.intergroup_distances_mm(near, NEAR_MM);
        let measured = |one: &&IntergroupEntry| *distances.get(snapshot.trees.intergroup(one.id)? as usize)?;
        let mut found: Vec<(u64, &IntergroupEntry)> = self
            .found(snapshot, snapshot.intergroups().iter())
            .into_iter()
            .filter_map(|one| measured(&one).map(|distance| (distance, one)))
            .collect();
        found.sort_unstable_by_key(|(distance, one)| (*distance, one.descendants.len(), one.id));
        let total = found.len();
        found.truncate(self.limit);
        let mut body = br#"{"data":["#.to_vec();
        for (place, (distance_mm, one)) in found.into_iter().enumerate() {
            if place > 0 {
                body.push(b',');
            }
            let moving = Moving { distance_mm: Some(distance_mm), ..Moving::default() };
            view::splice(&mut body, snapshot.intergroup_json(one), moving);
        }
        body.extend_from_slice(format!(r#"],"total":{total}}}"#).as_bytes());
        ListPage { body, next_cursor: None }
    }

    /// The page of `all`, which may stand in any order.
    pub(super) fn page<'a, T: Listed + 'a>(&self, snapshot: &Snapshot, all: impl Iterator<Item = &'a T>) -> ListPage {
        let mut found = self.found(snapshot, all);
        let total = found.len();
        if let Some(after) = &self.after {
            found.retain(|one| (key(*one), one.id()) > (after.0.as_str(), after.1));
        }
        found.sort_unstable_by(|a, b| (key(*a), a.id()).cmp(&(key(*b), b.id())));
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let next_cursor = found.last().filter(|_| more).map(|last| self.cursor.write(key(*last), last.id()));
        let mut body = br#"{"data":["#.to_vec();
        for (place, one) in found.iter().enumerate() {
            if place > 0 {
                body.push(b',');
            }
            one.write(snapshot, &mut body);
        }
        body.push(b']');
        if let Some(cursor) = &next_cursor {
            body.extend_from_slice(format!(r#","next_cursor":"{cursor}""#).as_bytes());
        }
        body.extend_from_slice(format!(r#","total":{total}}}"#).as_bytes());
        ListPage { body, next_cursor }
    }
}

/// What orders a list: as much of a name as a cursor has room for.
fn key<T: Listed>(one: &T) -> &str {
    let text = one.text();
    &text[..text.floor_char_boundary(ORDERED_BY)]
}

fn invalid_slug(error: crate::kernel::SlugError) -> Refusal {
    Refusal::new("invalid", Cow::Owned(format!("an id or slug {error}")))
}

/// A place, to three decimals.
fn take_place(query: &mut QueryString) -> Option<Point> {
    let latitude = query.take_one("lat", latitude);
    let longitude = query.take_one("lng", longitude);
    for (name, other) in [("lat", "lng"), ("lng", "lat")] {
        if query.was_given(name) && !query.was_given(other) {
            query.refuse(name, Refusal::new("incomplete", format!("needs {other}")));
        }
    }
    Some(Point { latitude: latitude?, longitude: longitude? }.rounded())
}

/// How much of a list is wanted.
pub(super) fn take_limit(query: &mut QueryString) -> usize {
    let limit = query.take_one("limit", |text| match text.parse::<u8>() {
        Ok(limit @ 1..=MAX_LIMIT) if !text.starts_with(['+', '0']) => Ok(limit),
        _ => Err(Refusal::new("out_of_range", format!("must be a whole number from 1 to {MAX_LIMIT}"))),
    });
    limit.unwrap_or(MAX_LIMIT).into()
}
