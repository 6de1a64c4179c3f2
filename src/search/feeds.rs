//! The feeds of all intergroups, each rendered when it is first asked for, of
//! what the snapshot shows, and kept for as long as nothing of it changes.
//!
//! Invariant: a feed is the same whichever of the snapshots that share it is
//! asked, because whatever changes it gives it a new place.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    fields::member,
    snapshot::{Entry, IntergroupEntry, Snapshot, entry::Index},
};
use crate::{
    directory::{
        Conference, Contact, Contribution, Group, GroupContent, Intergroup, Meeting, MeetingContent, MeetingState,
        Notice, NoticeKind, Place, TimezoneSource, WeeklyStart,
    },
    feeds::PublishedFeed,
    kernel::{Day, GroupId, IntergroupId, LocalTime, LocationId, NoticeId, RegionId, Slug},
};

/// The feeds of all intergroups.
#[derive(Debug, Default)]
pub struct Feeds(HashMap<IntergroupId, Arc<OnceLock<PublishedFeed>>>);

impl Feeds {
    /// Those of a snapshot; none is rendered yet.
    pub fn of(snapshot: &Snapshot) -> Self {
        Self(snapshot.intergroups().iter().map(|one| (one.id, Arc::default())).collect())
    }

    /// Those of the snapshot after, in which the meetings of these intergroups
    /// are others.
    pub(super) fn updated(&self, snapshot: &Snapshot, changed: &HashSet<Index>) -> Self {
        let mut feeds = self.0.clone();
        for office in changed {
            feeds.insert(snapshot.intergroups[*office as usize].id, Arc::default());
        }
        Self(feeds)
    }

    /// The feed of an intergroup, if it was rendered already.
    pub fn rendered(&self, intergroup: IntergroupId) -> Option<&PublishedFeed> {
        self.0.get(&intergroup)?.get()
    }

    /// The feed of an intergroup, rendered where nobody has asked for it yet; a
    /// matter of tens of milliseconds for thousands of meetings. Where several
    /// ask at once all but one of them wait.
    pub fn get(&self, snapshot: &Snapshot, intergroup: &IntergroupEntry) -> Option<&PublishedFeed> {
        let listed_by = snapshot.trees.intergroups.get(snapshot.trees.intergroup(intergroup.id)? as usize)?;
        Some(self.0.get(&intergroup.id)?.get_or_init(|| render(snapshot, intergroup, listed_by)))
    }
}

fn render(snapshot: &Snapshot, office: &IntergroupEntry, listed_by: &Intergroup) -> PublishedFeed {
    let entries = office.meetings.iter().map(|index| &snapshot.entries[*index as usize]);
    let meetings: Vec<Meeting> = entries.filter_map(|entry| meeting(snapshot, entry)).collect();
    let shown = meetings.iter().filter_map(|one| one.group_id).collect::<HashSet<GroupId>>();
    let groups: Vec<Group> = shown.into_iter().filter_map(|id| group(snapshot, id)).collect();
    let groups: HashMap<GroupId, &Group> = groups.iter().map(|group| (group.id, group)).collect();
    PublishedFeed::render(listed_by, meetings.iter().collect(), &groups)
}

/// What is public of a meeting, read from its bytes.
fn meeting(snapshot: &Snapshot, entry: &Entry) -> Option<Meeting> {
    // The bytes are an object that we wrote ourselves.
    let json = &*snapshot.meeting_json(entry);
    let shown: Shown = serde_json::from_slice(json).ok()?;
    let contacts = shown.contacts.iter().flatten().map(|one| Contact {
        name: one.name.clone(),
        email: one.email.clone(),
        phone: one.phone.clone(),
        likely_last_name: false,
    });
    let content = MeetingContent {
        name: shown.name,
        start: shown.day.zip(shown.time).map(|(day, time)| WeeklyStart { day, time }),
        duration_minutes: shown.duration_minutes,
        timezone: shown.timezone,
        timezone_source: TimezoneSource::Given,
        group: shown.group.as_ref().map(|group| GroupContent { name: group.name.clone(), notes: None }),
        region: shown.region.as_ref().map(|region| region.path.clone()).unwrap_or_default(),
        district: shown.district,
        types: shown.types,
        notes: shown.notes,
        conference: shown.conference.map(ShownConference::conference).unwrap_or_default(),
        contribution: shown.contribution.unwrap_or_default(),
        website: shown.website,
        feedback_url: shown.feedback_url,
        contacts: contacts.collect(),
        location: shown.location.as_ref().map(|location| location.place(json)),
    };
    Some(Meeting {
        id: entry.id,
        intergroup_id: snapshot.intergroup_of(entry).id,
        slug: shown.slug,
        group_id: shown.group.map(|group| group.id),
        location_id: shown.location.map(|location| location.id),
        region_id: shown.region.map(|region| region.id),
        contacts_public: shown.contacts.is_some(),
        notices: shown.notices.into_iter().map(ShownNotice::notice).collect(),
        content,
        verified_on: shown.verified_on,
        synced_on: shown.synced_on,
        updated_at: entry.updated_at,
        version: entry.version,
        revision: entry.revision,
        state: MeetingState::Published,
    })
}

/// What is public of a group, read from its bytes.
fn group(snapshot: &Snapshot, id: GroupId) -> Option<Group> {
    let entry = snapshot.group(id)?;
    let shown: ShownGroup = serde_json::from_slice(&snapshot.group_json(entry)).ok()?;
    Some(Group {
        id,
        intergroup_id: snapshot.lister_of(entry).id,
        slug: shown.slug,
        name: shown.name,
        notes: shown.notes,
        website: shown.website,
        gso_number: shown.gso_number,
        contribution: shown.contribution.unwrap_or_default(),
        contacts_public: shown.contacts_public,
        version: entry.version,
    })
}

/// A meeting as [`super::MeetingView`] writes it.
#[derive(Deserialize)]
struct Shown {
    slug: Slug,
    name: String,
    group: Option<ShownRef>,
    location: Option<ShownLocation>,
    region: Option<ShownRegion>,
    district: Option<String>,
    day: Option<Day>,
    time: Option<LocalTime>,
    duration_minutes: Option<u16>,
    timezone: chrono_tz::Tz,
    types: Vec<String>,
    notes: Option<String>,
    conference: Option<ShownConference>,
    contribution: Option<Contribution>,
    website: Option<String>,
    feedback_url: Option<String>,
    contacts: Option<Vec<ShownContact>>,
    notices: Vec<ShownNotice>,
    verified_on: Option<NaiveDate>,
    synced_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct ShownRef {
    id: GroupId,
    name: String,
}

#[derive(Deserialize)]
struct ShownLocation {
    id: LocationId,
    name: Option<String>,
    formatted_address: Option<String>,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    approximate: bool,
    notes: Option<String>,
}

#[derive(Deserialize)]
struct ShownConference {
    url: Option<String>,
    url_notes: Option<String>,
    phone: Option<String>,
    phone_notes: Option<String>,
}

#[derive(Deserialize)]
struct ShownRegion {
    id: RegionId,
    path: Vec<String>,
}

#[derive(Deserialize)]
struct ShownContact {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Deserialize)]
struct ShownNotice {
    id: NoticeId,
    kind: NoticeKind,
    from: NaiveDate,
    to: Option<NaiveDate>,
    repeats: Option<ShownRepeats>,
    time: Option<LocalTime>,
    location: Option<String>,
    conference: Option<ShownConference>,
    words: Option<String>,
}

#[derive(Deserialize)]
struct ShownRepeats {
    weeks_of_month: Vec<i8>,
}

/// A group as [`super::view::GroupView`] writes it.
#[derive(Deserialize)]
struct ShownGroup {
    slug: Slug,
    name: String,
    notes: Option<String>,
    website: Option<String>,
    gso_number: Option<String>,
    contribution: Option<Contribution>,
    contacts_public: bool,
}

impl ShownLocation {
    /// The place of a meeting of these bytes. Its coordinates are read from
    /// their digits: what reads JSON may be off in the last of them.
    fn place(&self, meeting: &[u8]) -> Place {
        let number = |name| str::from_utf8(member(member(meeting, "location")?, name)?).ok()?.parse().ok();
        Place {
            name: self.name.clone(),
            formatted_address: self.formatted_address.clone(),
            address: self.address.clone(),
            city: self.city.clone(),
            state: self.state.clone(),
            postal_code: self.postal_code.clone(),
            country: self.country.clone(),
            latitude: number("latitude"),
            longitude: number("longitude"),
            approximate: self.approximate,
            notes: self.notes.clone(),
        }
    }
}

impl ShownConference {
    fn conference(self) -> Conference {
        Conference { url: self.url, url_notes: self.url_notes, phone: self.phone, phone_notes: self.phone_notes }
    }
}

impl ShownNotice {
    fn notice(self) -> Notice {
        Notice {
            id: self.id,
            kind: self.kind,
            from: self.from,
            to: self.to,
            weeks_of_month: self.repeats.map(|repeats| repeats.weeks_of_month).unwrap_or_default(),
            time: self.time,
            location: self.location,
            conference: self.conference.map(ShownConference::conference).unwrap_or_default(),
            words: self.words,
        }
    }
}
