//! A group on its own, and its meetings in brief.

use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    codes::{Open, OpenAttendance},
    intergroup::IntergroupRef,
    parts::ContributionView,
};
use crate::directory::{Group, Meeting, attendance};
use crate::kernel::{Day, GroupId, LocalTime, MeetingId, Slug};

/// A group. `meetings` is left out of lists.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Group)]
pub struct GroupView<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: GroupId,
    /// Its name in addresses, unique in the intergroup.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// The intergroup that lists it.
    pub intergroup: IntergroupRef<'a>,
    /// Plain text for all of its meetings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notes: Option<&'a str>,
    /// Its website, absolute http(s).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub website: Option<&'a str>,
    /// The General Service Office's number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub gso_number: Option<&'a str>,
    /// Where its contributions go.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contribution: Option<ContributionView<'a>>,
    /// Whether it publishes its meetings' contacts.
    pub contacts_public: bool,
    /// Its meetings by day and time, those by appointment last. Left out of
    /// lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub meetings: Option<Vec<MeetingBrief<'a>>>,
}

impl<'a> GroupView<'a> {
    /// The group with its meetings.
    pub fn of(group: &'a Group, intergroup: IntergroupRef<'a>, meetings: Vec<MeetingBrief<'a>>) -> Self {
        Self {
            id: group.id,
            slug: &group.slug,
            name: &group.name,
            intergroup,
            notes: group.notes.as_deref(),
            website: group.website.as_deref(),
            gso_number: group.gso_number.as_deref(),
            contribution: ContributionView::of(&group.contribution),
            contacts_public: group.contacts_public,
            meetings: Some(meetings),
        }
    }
}

/// A meeting in a list of its group or place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MeetingBrief<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: MeetingId,
    /// Its name in addresses, unique in the intergroup.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// 0 (Sunday) to 6, local to `timezone`; absent by appointment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, nullable = false, minimum = 0, maximum = 6)]
    pub day: Option<Day>,
    /// Start, `HH:MM`, local to `timezone`; absent by appointment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub time: Option<LocalTime>,
    /// IANA zone of `day` and `time`.
    #[schema(value_type = String)]
    pub timezone: Tz,
    /// How one takes part.
    pub attendance: OpenAttendance,
}

impl<'a> MeetingBrief<'a> {
    /// The meeting in brief.
    pub fn of(meeting: &'a Meeting) -> Self {
        Self {
            id: meeting.id,
            slug: &meeting.slug,
            name: &meeting.content.name,
            day: meeting.content.start.map(|start| start.day),
            time: meeting.content.start.map(|start| start.time),
            timezone: meeting.content.timezone,
            attendance: Open(attendance(&meeting.content)),
        }
    }
}
