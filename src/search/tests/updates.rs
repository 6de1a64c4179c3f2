//! A snapshot that was updated, whatever happened and however often, answers as
//! one that is built of the whole directory.

use proptest::prelude::*;
use serde_json::Value;

use super::{
    agreement::{ids, walk},
    dice::{Dice, raw},
    parse, sunday,
};
use crate::directory::{Departures, Directory, Gone, Group, GroupContent, Location, Meeting, Region, Update};
use crate::feeds::PublishedFeeds;
use crate::http::QueryString;
use crate::kernel::{GroupId, LocationId, MeetingId, RegionId, Slug};
use crate::search::{
    Feeds,
    changes::{ChangeLog, ChangesQuery, changes},
    clusters::clusters,
    facets::facets,
    listing::ListQuery,
    named::Named,
    quality::QualityQuery,
    query::SearchQuery,
    snapshot::{Form, Lookup, Snapshot},
    testing::{instant, uuid},
};

/// A directory to which things happen.
struct World {
    directory: Directory,
    dice: Dice,
    /// What was taken away.
    groups: Vec<Group>,
    locations: Vec<Location>,
}

impl World {
    fn new(seed: u64, meetings: u32) -> Self {
        let mut dice = Dice(seed);
        let directory = dice.directory(meetings);
        Self { directory, dice, groups: vec![], locations: vec![] }
    }

    /// Lets a few things happen.
    fn happen(&mut self) {
        self.directory.revision += 1;
        for _ in 0..=self.dice.below(4) {
            match self.dice.below(13) {
                0..=2 => self.write(),
                3 => self.rename(),
                4 | 5 => self.leave(),
                6 => self.change_group(),
                7 => self.change_location(),
                8 => self.take_shared(),
                9 => self.change_region(),
                10 => self.move_regions(),
                11 => self.change_office(),
                _ => self.bring_shared(),
            }
        }
    }

    /// A meeting is new, back, or another than before.
    fn write(&mut self) {
        let n = 990 + self.dice.below(220) as u32;
        let mut meeting = self.dice.meeting(n, &self.directory);
        meeting.revision = self.directory.revision;
        let before = self.directory.meetings.iter().find(|one| one.id == meeting.id);
        if let Some(slug) = before.map(|one| one.slug.clone()) {
            meeting.slug = slug;
        }
        self.directory.gone.retain(|gone| gone.id != meeting.id);
        self.directory.meetings.retain(|one| one.id != meeting.id);
        self.directory.meetings.push(meeting);
    }

    fn any(&mut self) -> Option<usize> {
        let count = self.directory.meetings.len() as u64;
        (count > 0).then(|| self.dice.below(count) as usize)
    }

    /// A meeting gets another slug, and is found by the old one too or not.
    fn rename(&mut self) {
        let Some(at) = self.any() else { return };
        let slug = Slug::parse(&format!("slug-{}", self.dice.below(30))).unwrap();
        let (taken, revision) = (self.dice.chance(50), self.directory.revision);
        let Directory { meetings, aliases, .. } = &mut self.directory;
        let office = meetings[at].intergroup_id;
        if meetings.iter().any(|one| one.intergroup_id == office && one.slug == slug) {
            return;
        }
        let meeting = &mut meetings[at];
        let before = std::mem::replace(&mut meeting.slug, slug);
        meeting.revision = revision;
        aliases.retain(|(of, one, _)| (*of, one) != (office, &before));
        if taken {
            aliases.push((office, before, meeting.id));
        } else {
            let id = meeting.id;
            aliases.retain(|(.., of)| *of != id);
        }
    }

    fn leave(&mut self) {
        let Some(at) = self.any() else { return };
        let meeting = self.directory.meetings.remove(at);
        if self.dice.chance(60) {
            let replaced_by = self.dice.chance(50).then(|| MeetingId(uuid(1000)));
            let Meeting { id, intergroup_id, slug, .. } = meeting;
            self.directory.gone.push(Gone { id, intergroup_id, slug, replaced_by });
        }
    }

    fn change_group(&mut self) {
        if self.directory.groups.is_empty() {
            return;
        }
        let at = self.dice.below(self.directory.groups.len() as u64) as usize;
        let name = self.dice.pick(&["Élan", "Noon", "Harbour"]).to_owned();
        let Directory { groups, meetings, revision, .. } = &mut self.directory;
        groups[at].name.clone_from(&name);
        for meeting in meetings.iter_mut().filter(|one| one.group_id == Some(groups[at].id)) {
            meeting.content.group = Some(GroupContent { name: name.clone(), notes: None });
            meeting.revision = *revision;
        }
    }

    fn change_location(&mut self) {
        if self.directory.locations.is_empty() {
            return;
        }
        let at = self.dice.below(self.directory.locations.len() as u64) as usize;
        let location = self.dice.location(at as u32);
        let Directory { locations, meetings, revision, .. } = &mut self.directory;
        locations[at].place = location.place;
        for meeting in meetings.iter_mut().filter(|one| one.location_id == Some(locations[at].id)) {
            meeting.content.location = Some(locations[at].place.clone());
            meeting.revision = *revision;
        }
    }

    /// Its meetings show its name and its slug, and who belongs to it does.
    fn change_office(&mut self) {
        let at = self.dice.below(self.directory.intergroups.len() as u64) as usize;
        let (name, slug) = (self.dice.pick(&["Quay", "Élan", "North"]).to_owned(), self.dice.below(9));
        let Directory { intergroups, meetings, revision, .. } = &mut self.directory;
        let slug = Slug::parse(&format!("renamed-{slug}")).unwrap();
        let taken = intergroups.iter().any(|one| one.slug == slug);
        let office = &mut intergroups[at];
        (office.name, office.website) = (name, Some("https://quay.example".to_owned()));
        office.version += 1;
        if !taken && self.dice.chance(30) {
            office.slug = slug;
        }
        let own = meetings.iter_mut().filter(|one| one.intergroup_id == office.id);
        own.for_each(|one| one.revision = *revision);
    }

    fn change_region(&mut self) {
        if self.directory.regions.is_empty() {
            return;
        }
        let at = self.dice.below(self.directory.regions.len() as u64) as usize;
        let region = &mut self.directory.regions[at];
        region.name = self.dice.pick(&["Quay", "Élan", "North"]).to_owned();
        region.version += 1;
        self.touch_regions();
    }

    /// One comes, one lies elsewhere, or one is no longer there.
    fn move_regions(&mut self) {
        let office = self.dice.pick(&self.directory.intergroups).id;
        let own = |one: &Region| one.intergroup_id == office;
        let parent = self.directory.regions.iter().find(|one| own(one) && one.parent_id.is_none()).map(|one| one.id);
        let n = 160 + self.dice.below(6) as u32;
        let id = RegionId(uuid(n));
        let known = self.directory.regions.iter().any(|one| one.id == id);
        let slug = Slug::parse(&format!("region-{n}")).unwrap();
        if !known {
            let parent_id = parent.filter(|_| self.dice.chance(60));
            let name = "East side".to_owned();
            self.directory.regions.push(Region { id, intergroup_id: office, parent_id, slug, name, version: 1 });
        } else if self.dice.chance(50) {
            let region = self.directory.regions.iter_mut().find(|one| one.id == id).unwrap();
            region.parent_id = parent.filter(|parent| *parent != id && region.intergroup_id == office);
        } else {
            self.directory.regions.retain(|one| one.id != id);
            for region in self.directory.regions.iter_mut().filter(|one| one.parent_id == Some(id)) {
                region.parent_id = None;
            }
            for meeting in self.directory.meetings.iter_mut().filter(|one| one.region_id == Some(id)) {
                (meeting.region_id, meeting.revision) = (None, self.directory.revision);
            }
        }
        self.touch_regions();
    }

    /// What lies in regions shows their names.
    fn touch_regions(&mut self) {
        let Directory { meetings, revision, .. } = &mut self.directory;
        meetings.iter_mut().filter(|one| one.region_id.is_some()).for_each(|one| one.revision = *revision);
    }

    /// A group and a location are no longer there; who had them has none.
    fn take_shared(&mut self) {
        let Directory { groups, locations, meetings, .. } = &mut self.directory;
        if groups.len() > 1 && self.dice.chance(50) {
            let group = groups.remove(self.dice.below(groups.len() as u64) as usize);
            for one in meetings.iter_mut().filter(|one| one.group_id == Some(group.id)) {
                (one.group_id, one.content.group) = (None, None);
            }
            self.groups.push(group);
        } else if locations.len() > 1 {
            let location = locations.remove(self.dice.below(locations.len() as u64) as usize);
            for one in meetings.iter_mut().filter(|one| one.location_id == Some(location.id)) {
                (one.location_id, one.content.location) = (None, None);
            }
            self.locations.push(location);
        }
    }

    fn bring_shared(&mut self) {
        self.directory.groups.extend(self.groups.pop());
        self.directory.locations.extend(self.locations.pop());
    }

    /// What a change of the directory is as an update; now and then it says more
    /// than it has to.
    fn update(&mut self, before: &Directory) -> Update {
        let after = &self.directory;
        let more = self.dice.chance(30);
        let offices = after.intergroups.iter().map(|one| one.id);
        let of = |one: &Gone| (one.intergroup_id, one.slug.clone());
        let former = |directory: &Directory, id| {
            let aliases = directory.aliases.iter().filter(|one| one.0 == id).cloned().collect::<Vec<_>>();
            (aliases, directory.gone.iter().filter(|one| one.intergroup_id == id).cloned().collect::<Vec<_>>())
        };
        let offices: Vec<_> = offices.filter(|id| more || former(before, *id) != former(after, *id)).collect();
        let told = |one: &Gone| offices.contains(&of(one).0);
        let new = |one: &Meeting| more && one.id.0.as_u128().is_multiple_of(3) || !before.meetings.contains(one);
        let left = |id: &MeetingId| !after.meetings.iter().any(|one| one.id == *id);
        let groups_left = |id: &GroupId| !after.groups.iter().any(|one| one.id == *id);
        let locations_left = |id: &LocationId| !after.locations.iter().any(|one| one.id == *id);
        let regions_left = |id: &RegionId| !after.regions.iter().any(|one| one.id == *id);
        Update {
            revision: after.revision,
            intergroups: after.intergroups.iter().filter(|one| !before.intergroups.contains(one)).cloned().collect(),
            regions: after.regions.iter().filter(|one| more || !before.regions.contains(one)).cloned().collect(),
            regions_left: before.regions.iter().map(|one| one.id).filter(regions_left).collect(),
            groups: after.groups.iter().filter(|one| more || !before.groups.contains(one)).cloned().collect(),
            groups_left: before.groups.iter().map(|one| one.id).filter(groups_left).collect(),
            locations: after.locations.iter().filter(|one| more || !before.locations.contains(one)).cloned().collect(),
            locations_left: before.locations.iter().map(|one| one.id).filter(locations_left).collect(),
            meetings: after.meetings.iter().filter(|one| new(one)).cloned().collect(),
            meetings_left: (900..1300).map(|n| MeetingId(uuid(n))).filter(left).collect(),
            aliases: after.aliases.iter().filter(|one| offices.contains(&one.0)).cloned().collect(),
            gone: after.gone.iter().filter(|one| told(one)).cloned().collect(),
            offices,
        }
    }
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Everything that is shown of what is not searched.
fn things(snapshot: &Snapshot) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut things: Vec<String> = snapshot.meetings().map(|one| text(&snapshot.meeting_json(one))).collect();
    things.extend(snapshot.intergroups().iter().map(|one| text(snapshot.intergroup_json(one))));
    things.extend(snapshot.regions().map(|one| text(snapshot.region_json(one))));
    let mut out = Vec::new();
    for group in snapshot.groups() {
        snapshot.write_shared(group, Form::Single, &mut out);
        things.push(text(&std::mem::take(&mut out)));
    }
    for location in snapshot.locations() {
        snapshot.write_shared(location, Form::Single, &mut out);
        things.push(text(&std::mem::take(&mut out)));
    }
    things.sort();
    things
}

/// Where every slug and id leads to.
fn addresses(snapshot: &Snapshot) -> Vec<String> {
    let lookup = |found: Lookup<'_>| match found {
        Lookup::Found(entry) => format!("{:?} {}", entry.id, entry.version),
        Lookup::Gone { replaced_by } => format!("gone for {replaced_by:?}"),
        Lookup::Unknown => "unknown".to_owned(),
    };
    let mut found: Vec<String> = (900..1300).map(|n| lookup(snapshot.meeting(MeetingId(uuid(n))))).collect();
    let slugs = (900..1300).map(|n| format!("meeting-{n}")).chain((0..30).map(|n| format!("slug-{n}")));
    for slug in slugs {
        let offices = snapshot.intergroups().iter();
        found.extend(offices.map(|office| lookup(snapshot.meeting_by_slug(office, &slug))));
    }
    found
}

/// All pages of changes of a scope, from the beginning.
fn changed(snapshot: &Snapshot, office: &str) -> Vec<String> {
    let log = ChangeLog::build(snapshot, Departures::default());
    let (mut cursor, mut pages) = (String::new(), Vec::new());
    loop {
        let query = ChangesQuery::parse(QueryString::parse(&format!("limit=7{office}{cursor}")).unwrap()).unwrap();
        let page = changes(snapshot, &log, &query).unwrap();
        pages.push(String::from_utf8(page.body).unwrap());
        if !page.has_more {
            return pages;
        }
        cursor = format!("&cursor={}", page.next_cursor);
    }
}

fn lists(snapshot: &Snapshot) -> Vec<Vec<u8>> {
    let query = |raw| ListQuery::parse("/v1/list", QueryString::parse(raw).unwrap(), true).unwrap();
    let near = ListQuery::parse("/v1/list", QueryString::parse("lat=0&lng=0.1").unwrap(), false).unwrap();
    vec![
        query("limit=2").page(snapshot, snapshot.groups()).body,
        query("q=hall&region=east").page(snapshot, snapshot.locations()).body,
        near.page_of_intergroups(snapshot).body,
    ]
}

fn compare(updated: &Snapshot, built: &Snapshot, dice: &mut Dice) {
    assert_eq!(updated.revision(), built.revision());
    assert_eq!(updated.meeting_count(), built.meeting_count());
    assert_eq!(things(updated), things(built));
    assert_eq!(addresses(updated), addresses(built));
    assert_eq!(lists(updated), lists(built));
    let offices = [1, 2].map(|n| format!("&intergroup_id={}", uuid(n)));
    for office in ["", &offices[0], &offices[1]] {
        assert_eq!(changed(updated, office), changed(built, office));
    }
    for (one, other) in updated.intergroups().iter().zip(built.intergroups().iter()) {
        let query = QualityQuery::parse(one.id, QueryString::parse("").unwrap()).unwrap();
        let report = |snapshot: &Snapshot, office| serde_json::to_value(snapshot.quality(office, &query, sunday()));
        assert_eq!(report(updated, one).unwrap(), report(built, other).unwrap());
        let named = Named::Id(one.id);
        assert_eq!(updated.intergroup(&named).unwrap().id, built.intergroup(&named).unwrap().id);
    }
    for _ in 0..6 {
        let (mut params, now, seed) = (dice.params(), dice.now(), dice.next());
        let pages = |snapshot| walk(&params, &mut Dice(seed), 9, || (snapshot, now));
        let (found, expected) = (pages(updated), pages(built));
        assert_eq!(ids(&found.0), ids(&expected.0), "{}", raw(&params));
        assert_eq!(found, expected, "{}", raw(&params));
        // A cursor of one goes on in the other.
        let mut turn = 0;
        let either = || {
            turn += 1;
            (if turn % 2 == 0 { updated } else { built }, now)
        };
        assert_eq!(walk(&params, &mut Dice(seed), 9, either), expected, "{}", raw(&params));
        params.retain(|(name, _)| !["sort", "fields", "nearest"].contains(name));
        if params.iter().any(|(name, _)| *name == "lat") || parse(&raw(&params)).is_ok() {
            let query = SearchQuery::parse_filters(&mut QueryString::parse(&raw(&params)).unwrap()).unwrap();
            let counted = |snapshot| json(&facets(snapshot, &query, now));
            assert_eq!(counted(updated), counted(built), "{}", raw(&params));
            let seen = |snapshot| json(&clusters(snapshot, &query, 9, now));
            assert_eq!(seen(updated), seen(built), "{}", raw(&params));
        }
    }
}

/// The feeds are those of the directory, also those that were rendered before.
fn compare_feeds(feeds: &Feeds, snapshot: &Snapshot, directory: &Directory) {
    let mut directory = directory.clone();
    for meeting in &mut directory.meetings {
        let find = |id: Option<RegionId>| directory.regions.iter().find(|one| Some(one.id) == id);
        let upwards = std::iter::successors(find(meeting.region_id), |one| find(one.parent_id));
        meeting.content.region = upwards.map(|one| one.name.clone()).collect();
        meeting.content.region.reverse();
    }
    let (rendered, now) = (PublishedFeeds::render(&directory), instant("2026-03-10T00:00:00Z"));
    for office in snapshot.intergroups().iter() {
        let feed = feeds.get(snapshot, office).unwrap().meeting_guide(now);
        let expected = rendered.meeting_guide(office.id, now).unwrap();
        assert_eq!(String::from_utf8_lossy(feed.body()), String::from_utf8_lossy(expected.body()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_updated_snapshot_answers_as_one_that_is_built(seed: u64, meetings in 0u32..70, steps in 1usize..12) {
        let mut world = World::new(seed, meetings);
        let mut snapshot = Snapshot::build(world.directory.clone());
        let mut feeds = Feeds::of(&snapshot);
        for _ in 0..steps {
            let before = world.directory.clone();
            let kept = things(&snapshot);
            world.happen();
            let (next, changed) = snapshot.updated(world.update(&before));
            feeds = feeds.updated(&next, &changed);
            compare_feeds(&feeds, &next, &world.directory);
            compare(&next, &Snapshot::build(world.directory.clone()), &mut Dice(world.dice.next()));
            prop_assert_eq!(things(&snapshot), kept, "a snapshot never changes");
            snapshot = next;
        }
    }
}

#[test]
fn places_that_nobody_has_any_more_wear_a_snapshot_out() {
    let mut world = World::new(1, 10);
    let snapshot = Snapshot::build(world.directory.clone());
    let ids: Vec<MeetingId> = (0..10_100).map(|n| MeetingId(uuid(5_000 + n))).collect();
    let meetings = ids.iter().map(|id| Meeting { id: *id, ..world.dice.meeting(1, &world.directory) }).collect();
    let (full, _) = snapshot.updated(Update { meetings, ..Update::default() });
    let (empty, _) = full.updated(Update { meetings_left: ids, ..Update::default() });
    assert_eq!((snapshot.is_worn(), full.is_worn(), empty.is_worn()), (false, false, true));
    assert_eq!(things(&empty), things(&snapshot));
}
