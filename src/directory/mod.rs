//! The directory: intergroups, regions, groups, locations, meetings, notices.
//!
//! `content` is what a listing says and what plans compare; `model` the things
//! with their ids and counters; `attendance`, `conference`, `types` and
//! `last_name` the rules and vocabulary that are derived from content. `input`
//! is what an office sends, strict; `document` what is kept of a thing and
//! logged, lenient; `service` what an office does; `store` all SQL. Meetings
//! keep their id for ever; deleting is soft; every change is logged before and
//! after.

mod attendance;
mod conference;
mod content;
mod document;
mod error;
mod input;
mod last_name;
mod model;
mod service;
mod store;
mod types;

pub use attendance::{Attendance, attendance, attendance_of};
pub use conference::{DIALABLE_DIGITS, PROVIDERS, dialable, host_provider, provider, provider_of};
pub use content::{
    Conference, Contact, Contribution, GroupContent, MeetingContent, Place, TimezoneSource, WeeklyStart,
};
pub use document::{GroupDocument, IntergroupDocument, MeetingDocument, NoticeDocument, RegionDocument};
pub use error::{WriteError, Written};
pub use input::{
    ConferenceInput, ContactInput, ContributionInput, CorrectionInput, GroupInput, IntergroupInput, LocationInput,
    MeetingInput, NewIntergroupInput, NoticeInput, RegionInput, Repeats, TypeName, ZoneName,
};
pub use last_name::is_likely_last_name;
pub use model::{
    Directory, Gone, Group, Intergroup, Location, Meeting, MeetingState, Notice, NoticeKind, Region, Update,
};
pub use service::{
    ItemOutcome, MOST_ITEMS, MayWrite, NoticeSubject, add_notice, check_correction, create_child, create_group,
    create_location, create_meeting, create_region, delete_group, delete_location, delete_meeting, delete_notice,
    delete_region, patch_group, patch_intergroup, patch_location, patch_meeting, patch_region, restore_group,
    restore_location, restore_meeting, restore_region, revert_meeting, upsert_meetings, verify_meeting,
};
pub use store::{
    Actor, Change, Departure, Departures, EVERYTHING, Extent, HistoryEntry, Ids, ListedBy, MeetingReader,
    NewIntergroup, OfficeMeeting, Op, Remembered, Stamp, Stored, StoredGroup, StoredIntergroup, StoredLocation,
    StoredMeeting, StoredNotice, StoredRegion, Surroundings, Tick, find_group, find_intergroup,
    find_intergroup_to_write, find_location, find_meeting, find_meetings, find_notice, find_region, forget_departures,
    history, insert_changes, insert_intergroup, list_intergroups, list_office_meetings, load, load_departures,
    load_departures_since, load_office_meetings, load_surroundings, load_update, revision, tick,
};
pub use types::{Category, Meaning, TypeCode, TypeInfo, all_types, languages_of, name_languages, understand_type};
