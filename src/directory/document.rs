//! What the directory keeps of each thing that an office can write: the whole
//! of it, flat, as rows hold it and as the change log keeps it before and after.
//!
//! A document is lenient where an input is strict: what an import brought may
//! break a bound that inputs have, and must still be read, logged, patched in
//! another field and put back. Nothing but its shape is checked here; a field
//! that the program does not know is refused, so that no version of the log is
//! ever read as something else.
//!
//! To add a field: here, in the input of that name, in the statement that loads
//! it and in the one that writes it (`store/write`).

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Conference, Contact, Contribution, NoticeKind, TimezoneSource};
use crate::kernel::{Day, GroupId, IntergroupId, LocalTime, LocationId, MeetingId, RegionId, Slug};

/// Everything of a meeting that its office writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingDocument {
    /// The intergroup that lists it.
    pub intergroup_id: IntergroupId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// Its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// Its most specific region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<RegionId>,
    /// Weekday; together with `time`, or by appointment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// Start in `timezone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<LocalTime>,
    /// Length in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Option<u16>,
    /// The zone that `day` and `time` are local to.
    pub timezone: Tz,
    /// Where it comes from; only a given one is the office's own word.
    pub timezone_source: TimezoneSource,
    /// District as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Type codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// How to join from elsewhere.
    #[serde(default, skip_serializing_if = "Conference::is_empty")]
    pub conference: Conference,
    /// Where contributions go.
    #[serde(default, skip_serializing_if = "Contribution::is_empty")]
    pub contribution: Contribution,
    /// Its own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Where corrections go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_url: Option<String>,
    /// People to ask. In the log they are kept in columns of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Whether this meeting publishes its contacts (its group may, too).
    pub contacts_public: bool,
    /// For the office alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_notes: Option<String>,
    /// Whether the public sees it.
    pub published: bool,
}

/// Everything of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDocument {
    /// The intergroup that lists it.
    pub intergroup_id: IntergroupId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// For all of its meetings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The General Service Office's number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gso_number: Option<String>,
    /// Where its contributions go.
    #[serde(default, skip_serializing_if = "Contribution::is_empty")]
    pub contribution: Contribution,
    /// Whether it publishes its meetings' contacts.
    pub contacts_public: bool,
}

/// Everything of a region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionDocument {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The region that it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<RegionId>,
}

/// Everything of an intergroup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntergroupDocument {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The entity that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<IntergroupId>,
    /// The zone of its meetings that have none of their own.
    pub timezone: Tz,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Its public e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Its public phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The area it serves, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Whether who acts for it needs a second factor.
    pub require_totp: bool,
}

/// Everything of a notice. Without a meeting, location or group it is of the
/// whole office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeDocument {
    /// The meeting that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting_id: Option<MeetingId>,
    /// The location that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// The group that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// What it says.
    pub kind: NoticeKind,
    /// The first local date it applies to.
    pub from: NaiveDate,
    /// The last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Which weeks of a month, -1 for the last; empty: every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weeks_of_month: Vec<i8>,
    /// The other time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<LocalTime>,
    /// The other place, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The other way to join.
    #[serde(default, skip_serializing_if = "Conference::is_empty")]
    pub conference: Conference,
    /// What to tell people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}
