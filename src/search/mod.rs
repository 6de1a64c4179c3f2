//! Search: the public directory, answered from memory.
//!
//! An immutable [`snapshot`] of the whole directory is built by `builder`; when
//! the directory's clock moves, the next one is made of it and of what changed,
//! and takes its place. A request is read into a
//! [`query::SearchQuery`], matched and ordered by [`engine::search`], and
//! answered with bytes that were written when the snapshot was built; only what
//! moves with the clock or the caller is put in per request ([`view`]).
//!
//! Everything here is pure: no clock, no database, no framework; `now` is a
//! parameter. This folder imports `directory`, never the other way.
//!
//! Data flows: raw query → `http::query` → `query` → `filter` (over `area`, `grid`,
//! `candidates`) →
//! `order` → `engine` (over `cursor`) → `page` → bytes. To add a filter see
//! [`query`], an order `order`, a field [`view`], a kind of notice [`schedule`];
//! what an office is told of its listings is [`quality`].

mod area;
pub mod attendance_set;
mod builder;
mod candidates;
pub mod changes;
pub mod clusters;
mod cursor;
pub mod engine;
pub mod facets;
mod feeds;
mod fields;
mod filter;
pub mod geo;
mod grid;
pub mod hot;
mod lent;
mod listing;
pub mod matches;
pub mod named;
mod order;
pub mod page;
pub mod quality;
pub mod query;
mod refresher;
mod routes;
pub mod schedule;
pub mod snapshot;
mod text;
pub mod view;

use builder::Begun;
pub use feeds::Feeds;
pub use matches::{Form, Matches};
pub use named::Named;
pub use quality::{QualityQuery, QualityView, count_lacking};
pub use refresher::{DatabaseState, Published, Refresher, Snapshots};
pub use routes::{
    ParameterSchemas, Read, Reads, found, get_feed_csv, get_feed_json, get_group, get_intergroup, get_location,
    get_meeting, get_meeting_by_slug, get_meeting_clusters, get_meeting_facets, get_vocabulary, list_groups,
    list_intergroups, list_locations, list_meeting_changes, list_occurrences, list_regions, search_meetings,
    stream_meeting_features, stream_meetings,
};
pub use schedule::{ASSUMED_MINUTES, Occurrence, Schedule};
pub use snapshot::{Entry, GroupEntry, IntergroupEntry, Lookup, Scope, Snapshot};
pub use view::{
    ConferenceView, ContactView, ContributionView, IntergroupRef, MeetingView, Open, OpenNoticeKind, PlaceView,
    RegionRef, RepeatsView,
};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
