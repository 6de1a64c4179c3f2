//! What offices are answered with: what the public sees, and what it does not.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::import_views::RunInShort;
use crate::{
    directory::{
        MeetingState, OfficeMeeting, StoredGroup, StoredIntergroup, StoredLocation, StoredNotice, StoredRegion,
        TypeName, ZoneName,
    },
    http::Line,
    kernel::{FeedId, GroupId, ImportId, IntergroupId, LocalTime, LocationId, MeetingId, NoticeId, RegionId, Slug},
    search::{
        ConferenceView, ContactView, ContributionView, IntergroupRef, MeetingView, Open, OpenNoticeKind, PlaceView,
        RegionRef, RepeatsView,
    },
    sync::{FeedAddress, FeedFormat, FeedState, GuardInput, KeptField, StoredFeed},
};

/// A feed that lists a meeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedOfOrigin<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: FeedId,
    /// Its name.
    pub name: &'a str,
    /// Whether what it says is what is shown.
    pub leads: bool,
}

/// A meeting as its office sees it. What the public sees of it, too, has the
/// same names; `contacts` are all of them, published or not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfficeMeeting)]
pub struct OfficeMeetingView<'a> {
    /// The meeting as the public sees it, or would.
    #[serde(flatten)]
    pub meeting: MeetingView<'a>,
    /// `published`, `unpublished` or `deleted`.
    #[schema(value_type = String, example = "published")]
    pub state: MeetingState,
    /// Whether the public sees it where it is not deleted.
    pub published: bool,
    /// Whether it publishes its contacts; its group may do so, too.
    pub contacts_public: bool,
    /// The office's own notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub admin_notes: Option<&'a str>,
    /// What its source said that has no field of its own.
    #[schema(value_type = Object)]
    pub source_fields: &'a Map<String, Value>,
    /// The feeds that list it, the one that leads first.
    pub feeds: Vec<FeedOfOrigin<'a>>,
}

impl OfficeMeetingView<'_> {
    /// The view of a meeting as JSON.
    ///
    /// # Errors
    /// Never, since nothing in it cannot be written.
    pub fn json(of: &OfficeMeeting) -> Result<Value, serde_json::Error> {
        let (meeting, content) = (&of.meeting, &of.meeting.content);
        let intergroup =
            IntergroupRef { id: meeting.intergroup_id, slug: &of.intergroup_slug, name: &of.intergroup_name };
        let path: Vec<&str> = content.region.iter().map(String::as_str).collect();
        let region = meeting.region_id.zip(of.region_slug.as_ref()).map(|(id, slug)| RegionRef {
            id,
            slug,
            name: path.last().copied().unwrap_or_default(),
            path: &path,
        });
        let mut view = MeetingView::of(meeting, intergroup, region);
        view.contacts = Some(content.contacts.iter().map(ContactView::for_office).collect());
        serde_json::to_value(OfficeMeetingView {
            meeting: view,
            state: meeting.state,
            published: of.published,
            contacts_public: of.contacts_public,
            admin_notes: of.admin_notes.as_deref(),
            source_fields: &of.source_fields,
            feeds: of
                .feeds
                .iter()
                .map(|feed| FeedOfOrigin { id: feed.id, name: &feed.name, leads: feed.leads })
                .collect(),
        })
    }
}

/// A group as its office sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeGroup<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: GroupId,
    /// The intergroup that lists it.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// Its name in addresses.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// For all of its meetings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notes: Option<&'a str>,
    /// Its website.
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
    /// Whether it is deleted.
    pub deleted: bool,
    /// Counts its own changes, from 1.
    pub version: i64,
}

impl<'a> OfficeGroup<'a> {
    /// The group as it is stored.
    pub fn of(stored: &'a StoredGroup) -> Self {
        let document = &stored.document;
        Self {
            id: stored.id,
            intergroup_id: stored.intergroup_id,
            slug: &document.slug,
            name: &document.name,
            notes: document.notes.as_deref(),
            website: document.website.as_deref(),
            gso_number: document.gso_number.as_deref(),
            contribution: ContributionView::of(&document.contribution),
            contacts_public: document.contacts_public,
            deleted: stored.deleted,
            version: stored.version,
        }
    }
}

/// A location as its office sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeLocation<'a> {
    /// What and where it is.
    #[serde(flatten)]
    pub place: PlaceView<'a>,
    /// The intergroup that lists it.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Counts its own changes, from 1.
    pub version: i64,
}

impl<'a> OfficeLocation<'a> {
    /// The location as it is stored.
    pub fn of(stored: &'a StoredLocation) -> Self {
        Self {
            place: PlaceView::of(stored.id, &stored.document),
            intergroup_id: stored.intergroup_id,
            deleted: stored.deleted,
            version: stored.version,
        }
    }
}

/// A region as its office sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeRegion<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: RegionId,
    /// The intergroup whose tree it stands in.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// Its name in addresses.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// The region that it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub parent_id: Option<RegionId>,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Counts its own changes, from 1.
    pub version: i64,
}

impl<'a> OfficeRegion<'a> {
    /// The region as it is stored.
    pub fn of(stored: &'a StoredRegion) -> Self {
        let document = &stored.document;
        Self {
            id: stored.id,
            intergroup_id: stored.intergroup_id,
            slug: &document.slug,
            name: &document.name,
            parent_id: document.parent_id,
            deleted: stored.deleted,
            version: stored.version,
        }
    }
}

/// An intergroup as its office sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeIntergroup<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: IntergroupId,
    /// Its name in addresses.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// The entity that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub parent_id: Option<IntergroupId>,
    /// IANA zone of its meetings that have none of their own.
    #[schema(value_type = String)]
    pub timezone: Tz,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub website: Option<&'a str>,
    /// Its public e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<&'a str>,
    /// Its public phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone: Option<&'a str>,
    /// The area it serves, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<&'a str>,
    /// Its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub logo: Option<&'a str>,
    /// Whether who acts for it, or for one that belongs to it, needs a second
    /// factor.
    pub require_totp: bool,
    /// Counts its own changes, from 1.
    pub version: i64,
}

impl<'a> OfficeIntergroup<'a> {
    /// The intergroup as it is stored.
    pub fn of(stored: &'a StoredIntergroup) -> Self {
        let document = &stored.document;
        Self {
            id: stored.id,
            slug: &document.slug,
            name: &document.name,
            parent_id: document.parent_id,
            timezone: document.timezone,
            website: document.website.as_deref(),
            email: document.email.as_deref(),
            phone: document.phone.as_deref(),
            location: document.location.as_deref(),
            logo: document.logo.as_deref(),
            require_totp: document.require_totp,
            version: stored.version,
        }
    }
}

/// A notice as its office sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeNotice<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: NoticeId,
    /// The intergroup that it is of.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// The meeting that it is of, if one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub meeting_id: Option<MeetingId>,
    /// The location that it is of, if one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub location_id: Option<LocationId>,
    /// The group that it is of, if one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub group_id: Option<GroupId>,
    /// What it says.
    pub kind: OpenNoticeKind,
    /// The first date it applies to.
    pub from: NaiveDate,
    /// The last date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<NaiveDate>,
    /// Which of the dates; absent: each.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub repeats: Option<RepeatsView<'a>>,
    /// The other local time, `HH:MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub time: Option<LocalTime>,
    /// The other place, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<&'a str>,
    /// The other way to join.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conference: Option<ConferenceView<'a>>,
    /// What to tell people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<&'a str>,
}

impl<'a> OfficeNotice<'a> {
    /// The notice as it is stored.
    pub fn of(stored: &'a StoredNotice) -> Self {
        let document = &stored.document;
        let weeks_of_month = document.weeks_of_month.as_slice();
        Self {
            id: stored.id,
            intergroup_id: stored.intergroup_id,
            meeting_id: document.meeting_id,
            location_id: document.location_id,
            group_id: document.group_id,
            kind: Open(document.kind.into()),
            from: document.from,
            to: document.to,
            repeats: (!weeks_of_month.is_empty()).then_some(RepeatsView { weeks_of_month }),
            time: document.time,
            location: document.location.as_deref(),
            conference: ConferenceView::of(&document.conference),
            words: document.words.as_deref(),
        }
    }
}

/// A source that an office connects.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feed)]
pub struct FeedView<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: FeedId,
    /// Whose it is.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// What the office calls it.
    #[schema(value_type = String)]
    pub name: &'a Line<255>,
    /// What it is written in.
    pub format: FeedFormat,
    /// Where it is; absent for one that is sent to us. Whoever may not change it
    /// sees `hidden` in place of a sharing key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub url: Option<Cow<'a, str>>,
    /// How often it is read, in hours.
    pub every_hours: u16,
    /// IANA zone of meetings that have none; the intergroup's where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub timezone: Option<&'a ZoneName>,
    /// When what it says waits for a person.
    pub guard: GuardInput,
    /// Of the source's names of regions, which of the office's regions each is.
    #[schema(value_type = BTreeMap<String, Uuid>)]
    pub region_map: &'a BTreeMap<String, RegionId>,
    /// Of what the source writes for a type, which codes it stands for.
    #[schema(value_type = BTreeMap<String, Vec<String>>)]
    pub type_map: &'a BTreeMap<String, Vec<TypeName>>,
    /// What the office edits here itself.
    pub office_keeps: &'a [KeptField],
    /// How it is.
    pub state: FeedState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// Why, as one word for programs; the guide for offices has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub state_code: Option<&'a str>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub state_reason: Option<&'a str>,
    /// When its source last answered with what can be read, changed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_read_at: Option<DateTime<Utc>>,
    /// When it is read next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_read_at: Option<DateTime<Utc>>,
    /// Its latest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub last_import: Option<ImportId>,
    /// Its latest runs, the newest first, at most five; in the list alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub last_imports: Vec<RunInShort>,
    /// Counts its own changes, from 1.
    pub version: i64,
}

impl<'a> FeedView<'a> {
    pub(super) fn of(feed: &'a StoredFeed) -> Self {
        Self {
            id: feed.id,
            intergroup_id: feed.intergroup_id,
            name: &feed.settings.name,
            format: feed.settings.format,
            url: feed.settings.url.as_ref().map(|url| Cow::Borrowed(url.as_str())),
            every_hours: feed.settings.every_hours,
            timezone: feed.settings.timezone.as_ref(),
            guard: feed.settings.guard,
            region_map: &feed.settings.region_map,
            type_map: &feed.settings.type_map,
            office_keeps: &feed.settings.office_keeps,
            state: feed.state,
            state_since: feed.state_since,
            state_code: feed.state_code.as_deref(),
            state_reason: feed.state_reason.as_deref(),
            last_read_at: feed.read_at,
            next_read_at: feed.due_at,
            last_import: feed.last_import,
            last_imports: Vec::new(),
            version: feed.version,
        }
    }

    /// The same for whoever may only look.
    pub(super) fn without_keys(feed: &'a StoredFeed) -> Self {
        Self { url: feed.settings.url.as_ref().map(FeedAddress::without_keys), ..Self::of(feed) }
    }
}

/// An office's sources.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedList<'a> {
    /// The newest first.
    pub data: Vec<FeedView<'a>>,
}
