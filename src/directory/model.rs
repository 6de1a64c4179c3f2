//! The things of a directory as the rest of the program sees them.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::content::{Conference, Contribution, MeetingContent, Place};
use crate::kernel::{GroupId, IntergroupId, LocalTime, LocationId, MeetingId, NoticeId, RegionId, Slug};

/// A service entity that publishes a directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Intergroup {
    /// Its id.
    pub id: IntergroupId,
    /// Its name in addresses, unique among all intergroups.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The entity that it belongs to.
    pub parent_id: Option<IntergroupId>,
    /// The zone of its meetings that have none of their own.
    pub timezone: Tz,
    /// Its website, absolute http(s).
    pub website: Option<String>,
    /// Its public e-mail address.
    pub email: Option<String>,
    /// Its public phone number.
    pub phone: Option<String>,
    /// The area it serves, in words.
    pub location: Option<String>,
    /// Its logo, absolute https.
    pub logo: Option<String>,
    /// Counts its own changes, from 1.
    pub version: i64,
    /// When its content last changed.
    pub updated_at: DateTime<Utc>,
}

/// A node of an intergroup's tree of regions.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Its id.
    pub id: RegionId,
    /// The intergroup whose tree it stands in.
    pub intergroup_id: IntergroupId,
    /// The region that it lies in.
    pub parent_id: Option<RegionId>,
    /// Its name in addresses, unique in the intergroup.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Counts its own changes, from 1.
    pub version: i64,
}

/// An A.A. group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The intergroup that lists it.
    pub intergroup_id: IntergroupId,
    /// Its name in addresses, unique in the intergroup.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Plain text for all of its meetings.
    pub notes: Option<String>,
    /// Its website, absolute http(s).
    pub website: Option<String>,
    /// The General Service Office's number for it.
    pub gso_number: Option<String>,
    /// Where its contributions go.
    pub contribution: Contribution,
    /// Whether it publishes its meetings' contacts.
    pub contacts_public: bool,
    /// Counts its own changes, from 1.
    pub version: i64,
}

/// A place that several meetings may share.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// The intergroup that lists it.
    pub intergroup_id: IntergroupId,
    /// What it is.
    pub place: Place,
    /// Counts its own changes, from 1.
    pub version: i64,
}

/// A meeting with what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    /// Its id; survives its source's re-minted ids and its own deletion.
    pub id: MeetingId,
    /// The intergroup that lists it.
    pub intergroup_id: IntergroupId,
    /// Its name in addresses, unique in the intergroup.
    pub slug: Slug,
    /// Its group.
    pub group_id: Option<GroupId>,
    /// Its place.
    pub location_id: Option<LocationId>,
    /// Its most specific region.
    pub region_id: Option<RegionId>,
    /// Everything it says; the place, group and region are those of the ids.
    pub content: MeetingContent,
    /// Whether its contacts may be shown (its own choice or its group's).
    pub contacts_public: bool,
    /// Its own notices and those of its place, group and office.
    pub notices: Vec<Notice>,
    /// The day somebody last said that it is still right.
    pub verified_on: Option<NaiveDate>,
    /// The day its feed last carried it.
    pub synced_on: Option<NaiveDate>,
    /// When its content last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes of its own fields, from 1; `If-Match`, history.
    pub version: i64,
    /// The directory's clock when anything it shows last changed; sync.
    pub revision: i64,
    /// Whether the public sees it.
    pub state: MeetingState,
}

/// Whether the public sees a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingState {
    /// It does.
    Published,
    /// The office keeps it to itself.
    Unpublished,
    /// It is deleted, and its slug stays its own.
    Deleted,
}

/// What a notice says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Does not take place.
    Cancelled,
    /// The room is closed; does not take place.
    Closed,
    /// Takes place on these dates only.
    Only,
    /// An open meeting.
    Open,
    /// A speaker meeting.
    Speaker,
    /// A business meeting.
    Business,
    /// Somewhere else.
    Moved,
    /// At another time.
    Time,
    /// Online instead.
    Online,
    /// An additional meeting.
    Extra,
}

/// A dated or repeating exception.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// What it says.
    pub kind: NoticeKind,
    /// The first local date it applies to.
    pub from: NaiveDate,
    /// The last local date; absent: no end for a repeating one, `from` alone
    /// for any other.
    pub to: Option<NaiveDate>,
    /// Which weeks of a month, 1 to 5 and -1 for the last; empty: every one.
    pub weeks_of_month: Vec<i8>,
    /// The other time.
    pub time: Option<LocalTime>,
    /// The other place, in words.
    pub location: Option<String>,
    /// The other way to join.
    pub conference: Conference,
    /// What to tell people.
    pub words: Option<String>,
}

impl Notice {
    /// The last local date that it applies to; the last of all where a
    /// repeating one has no end.
    pub fn last_date(&self) -> NaiveDate {
        let open_end = if self.weeks_of_month.is_empty() { self.from } else { NaiveDate::MAX };
        self.to.unwrap_or(open_end)
    }

    /// Whether a local date is one of those that it applies to, of whatever
    /// weekday. The week of a date is counted by the date's own weekday: the
    /// 8th to 14th are the second of theirs.
    pub fn covers(&self, date: NaiveDate) -> bool {
        let week = i8::try_from(date.day0() / 7 + 1).unwrap_or(i8::MAX);
        let is_last = date.checked_add_days(Days::new(7)).is_none_or(|later| later.month() != date.month());
        let in_week = |named: &i8| *named == week || (*named == -1 && is_last);
        (self.from..=self.last_date()).contains(&date)
            && (self.weeks_of_month.is_empty() || self.weeks_of_month.iter().any(in_week))
    }
}

/// The directory as of one revision: the public part of it, which a snapshot is
/// built from, or all that one office has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Directory {
    /// The directory's clock.
    pub revision: i64,
    /// All intergroups.
    pub intergroups: Vec<Intergroup>,
    /// Regions.
    pub regions: Vec<Region>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Locations.
    pub locations: Vec<Location>,
    /// Meetings.
    pub meetings: Vec<Meeting>,
    /// Former slugs: intergroup, slug, meeting.
    pub aliases: Vec<(IntergroupId, Slug, MeetingId)>,
    /// Meetings that were public and are deleted, with what replaced them.
    pub gone: Vec<Gone>,
}

/// A meeting that is no longer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Its id.
    pub id: MeetingId,
    /// The intergroup that listed it.
    pub intergroup_id: IntergroupId,
    /// Its slug, which stays its own.
    pub slug: Slug,
    /// The meeting to look at instead.
    pub replaced_by: Option<MeetingId>,
}

/// What became of a directory since a revision of it: what is there of all that
/// may have changed, and what is no longer there. Intergroups are the same, and
/// belong to the same.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Update {
    /// The directory's clock.
    pub revision: i64,
    /// Intergroups that are others than they were.
    pub intergroups: Vec<Intergroup>,
    /// Regions.
    pub regions: Vec<Region>,
    /// Regions that are not there, and may have been.
    pub regions_left: Vec<RegionId>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Groups that are not there, and may have been.
    pub groups_left: Vec<GroupId>,
    /// Locations.
    pub locations: Vec<Location>,
    /// Locations that are not there, and may have been.
    pub locations_left: Vec<LocationId>,
    /// Meetings, with all those that show one of the regions, groups and
    /// locations.
    pub meetings: Vec<Meeting>,
    /// Meetings that are not there, and may have been.
    pub meetings_left: Vec<MeetingId>,
    /// The intergroups of which all former slugs and gone meetings are given.
    pub offices: Vec<IntergroupId>,
    /// Former slugs of these: intergroup, slug, meeting.
    pub aliases: Vec<(IntergroupId, Slug, MeetingId)>,
    /// Meetings of these that were public and are deleted.
    pub gone: Vec<Gone>,
}
