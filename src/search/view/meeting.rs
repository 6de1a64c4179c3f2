//! A meeting as everybody sees it.

use std::borrow::Cow;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    ConferenceView, ContactView, ContributionView, Instant, IntergroupRef, NoticeView, Open, OpenAttendance,
    OpenTimezoneSource, PlaceView, RegionRef,
};
use crate::directory::{Meeting, attendance, languages_of};
use crate::kernel::{Day, GroupId, LocalTime, MeetingId, NoticeId, Slug};
use crate::search::schedule::Occurrence;

/// A meeting's group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroupRef<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: GroupId,
    /// Its name.
    pub name: &'a str,
}

/// A meeting. Without `day` and `time` it is by appointment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Meeting)]
pub struct MeetingView<'a> {
    /// Its id, which survives everything but its end.
    #[schema(value_type = Uuid)]
    pub id: MeetingId,
    /// Its name in addresses, unique in the intergroup.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// The intergroup that lists it.
    pub intergroup: IntergroupRef<'a>,
    /// The group that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub group: Option<GroupRef<'a>>,
    /// Where it meets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<PlaceView<'a>>,
    /// Its most specific region.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub region: Option<RegionRef<'a>>,
    /// District as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub district: Option<&'a str>,
    /// 0 (Sunday) to 6, local to `timezone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, nullable = false, minimum = 0, maximum = 6)]
    pub day: Option<Day>,
    /// Start, `HH:MM`, local to `timezone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, example = "19:00")]
    pub time: Option<LocalTime>,
    /// End, `HH:MM`, local to `timezone`, maybe past midnight; absent where no
    /// duration is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, example = "20:00")]
    pub end_time: Option<LocalTime>,
    /// Length in minutes; absent: not said (an hour is assumed).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 1440)]
    pub duration_minutes: Option<u16>,
    /// IANA zone of `day`, `time` and `end_time`.
    #[schema(value_type = String, example = "America/New_York")]
    pub timezone: Tz,
    /// Where `timezone` comes from.
    pub timezone_source: OpenTimezoneSource,
    /// How one takes part.
    pub attendance: OpenAttendance,
    /// Meeting Guide type codes.
    pub types: &'a [String],
    /// Languages spoken, ISO 639-1, from the type codes.
    #[schema(value_type = Vec<String>)]
    pub languages: Vec<&'static str>,
    /// Plain text, may have line breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notes: Option<&'a str>,
    /// How to join from elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conference: Option<ConferenceView<'a>>,
    /// Where its Seventh Tradition goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contribution: Option<ContributionView<'a>>,
    /// The meeting's or group's own page, absolute http(s).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub website: Option<&'a str>,
    /// Where corrections go: absolute http(s) or `mailto:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub feedback_url: Option<&'a str>,
    /// People to ask, only where they are published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contacts: Option<Vec<ContactView<'a>>>,
    /// Dated exceptions of the meeting, its place, group and office that are
    /// not over.
    pub notices: Vec<NoticeView<'a>>,
    /// The day somebody last said that it is still right.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub verified_on: Option<NaiveDate>,
    /// The day its source last carried it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub synced_on: Option<NaiveDate>,
    /// When its content last changed.
    #[schema(value_type = DateTime<Utc>)]
    pub updated_at: Instant,
    /// Counts changes of its own fields, from 1.
    pub version: i64,
    /// Start of the first occurrence that is not yet over; absent where none is
    /// foreseen, as by appointment. Not in feeds and changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DateTime<Utc>>, nullable = false)]
    pub next_start: Option<Instant>,
    /// End of that occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DateTime<Utc>>, nullable = false)]
    pub next_end: Option<Instant>,
    /// Whether that occurrence has started.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub under_way: Option<bool>,
    /// Great-circle distance from the place asked for in metres, to the
    /// millimetre; only where one can go.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub distance_m: Option<f64>,
    /// That occurrence as somebody in the zone of `in_zone` sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub in_zone: Option<InZoneView>,
}

/// The field that every answer has.
pub const MEETING_ID: &str = "id";
/// The fields of a meeting, as [`MeetingView`] has them; a test says so.
pub const MEETING_FIELDS: [&str; 33] = [
    MEETING_ID,
    "slug",
    "name",
    "intergroup",
    "group",
    "location",
    "region",
    "district",
    "day",
    "time",
    "end_time",
    "duration_minutes",
    "timezone",
    "timezone_source",
    "attendance",
    "types",
    "languages",
    "notes",
    "conference",
    "contribution",
    "website",
    "feedback_url",
    "contacts",
    "notices",
    "verified_on",
    "synced_on",
    "updated_at",
    "version",
    "next_start",
    "next_end",
    "under_way",
    "distance_m",
    "in_zone",
];

/// A meeting as a search shows it: all of it, or with `fields` its id and those.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListedMeeting<'a>(pub MeetingView<'a>);

impl PartialSchema for ListedMeeting<'_> {
    fn schema() -> RefOr<Schema> {
        let mut schema = MeetingView::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required = vec![MEETING_ID.to_owned()];
            object.description = Some(
                "A meeting as a search shows it: all that `Meeting` has, or with `fields` its id and those.".into(),
            );
        }
        schema
    }
}

impl ToSchema for ListedMeeting<'_> {
    fn name() -> Cow<'static, str> {
        "ListedMeeting".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        MeetingView::schemas(schemas);
    }
}

/// What the clocks of a zone show when an occurrence starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = InZone)]
pub struct InZoneView {
    /// The local date.
    pub date: NaiveDate,
    /// Its day, 0 (Sunday) to 6.
    #[schema(value_type = u8, minimum = 0, maximum = 6)]
    pub day: Day,
    /// The local time, `HH:MM`.
    #[schema(value_type = String, example = "19:00")]
    pub time: LocalTime,
}

impl<'a> MeetingView<'a> {
    /// The meeting as it is shown, without what moves.
    pub fn of(meeting: &'a Meeting, intergroup: IntergroupRef<'a>, region: Option<RegionRef<'a>>) -> Self {
        let content = &meeting.content;
        let (start, minutes) = (content.start, content.duration_minutes);
        let group = meeting.group_id.zip(content.group.as_ref());
        let place = meeting.location_id.zip(content.location.as_ref());
        let contacts = || content.contacts.iter().filter_map(ContactView::of).collect();
        Self {
            id: meeting.id,
            slug: &meeting.slug,
            name: &content.name,
            intergroup,
            group: group.map(|(id, group)| GroupRef { id, name: &group.name }),
            location: place.map(|(id, place)| PlaceView::of(id, place)),
            region,
            district: content.district.as_deref(),
            day: start.map(|start| start.day),
            time: start.map(|start| start.time),
            end_time: start.zip(minutes).map(|(start, minutes)| start.time.plus(minutes)),
            duration_minutes: minutes,
            timezone: content.timezone,
            timezone_source: Open(content.timezone_source.into()),
            attendance: Open(attendance(content)),
            types: &content.types,
            languages: languages_of(&content.types),
            notes: content.notes.as_deref(),
            conference: ConferenceView::of(&content.conference),
            contribution: ContributionView::of(&content.contribution),
            website: content.website.as_deref(),
            feedback_url: content.feedback_url.as_deref(),
            contacts: meeting.contacts_public.then(contacts),
            notices: meeting.notices.iter().map(NoticeView::of).collect(),
            verified_on: meeting.verified_on,
            synced_on: meeting.synced_on,
            updated_at: Instant(meeting.updated_at),
            version: meeting.version,
            next_start: None,
            next_end: None,
            under_way: None,
            distance_m: None,
            in_zone: None,
        }
    }
}

/// One dated instance of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Occurrence)]
pub struct OccurrenceView {
    /// The local day that it is listed for.
    pub date: NaiveDate,
    /// When it starts.
    #[schema(value_type = DateTime<Utc>)]
    pub start: Instant,
    /// When it is over.
    #[schema(value_type = DateTime<Utc>)]
    pub end: Instant,
    /// Ids of the meeting's notices that it is held under: what is different on
    /// this date. Absent: nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Uuid>, required = false)]
    pub notices: Vec<NoticeId>,
}

impl OccurrenceView {
    /// The occurrence with the notices that it is held under.
    pub fn of(occurrence: Occurrence, notices: Vec<NoticeId>) -> Self {
        let Occurrence { date, start, end } = occurrence;
        Self { date, start: Instant(start), end: Instant(end), notices }
    }
}

/// A meeting on its own, with its next three occurrences.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MeetingDetail<'a> {
    /// The meeting.
    #[serde(flatten)]
    pub meeting: MeetingView<'a>,
    /// The next three occurrences, the present one included; fewer where no
    /// more are foreseen.
    pub occurrences: Vec<OccurrenceView>,
}
