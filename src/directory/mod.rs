//! The directory: intergroups, regions, groups, locations, meetings, notices.
//!
//! `content` is what a listing says and what plans and history compare;
//! `model` the things with their ids and counters; `attendance`, `conference`
//! and `types` the rules and vocabulary that are derived from content; `store`
//! all SQL. Meetings keep their id for ever; deleting is soft; every change is
//! logged before and after.

mod attendance;
mod conference;
mod content;
mod model;
mod store;
mod types;

pub use attendance::{Attendance, attendance};
pub use conference::{DIALABLE_DIGITS, PROVIDERS, dialable, host_provider, provider};
pub use content::{
    Conference, Contact, Contribution, GroupContent, MeetingContent, Place, TimezoneSource, WeeklyStart,
};
pub use model::{Directory, Gone, Group, Intergroup, Location, Meeting, MeetingState, Notice, NoticeKind, Region};
pub use store::{Extent, NewIntergroup, find_intergroup, insert_intergroup, list_intergroups, load, revision};
pub use types::{Category, Meaning, TypeCode, TypeInfo, all_types, languages_of, name_languages, understand_type};
