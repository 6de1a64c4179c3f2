//! The public reads of the directory.
//!
//! Every handler reads the query strictly, asks the snapshot, and answers with
//! bytes; none touches the database. To add one: the handler here, a line in
//! `app::api::routes`, its tests under `tests/api`. What everybody asks for may be
//! one of [`Read`] besides, which spares it the router.

mod changes;
mod clusters;
mod directory;
mod facets;
mod feed;
mod matches;
mod meetings;
mod occurrences;
mod pages;
mod parameters;
mod reads;
mod vocabulary;

pub use changes::list_meeting_changes;
pub use clusters::get_meeting_clusters;
pub use directory::{
    get_group, get_intergroup, get_location, list_groups, list_intergroups, list_locations, list_regions,
};
pub use facets::get_meeting_facets;
pub use feed::{get_feed_csv, get_feed_json};
pub use matches::{stream_meeting_features, stream_meetings};
pub use meetings::{found, get_meeting, get_meeting_by_slug, search_meetings};
pub use occurrences::list_occurrences;
pub use pages::{GroupPage, IntergroupPage, LocationPage, MeetingPage, OccurrenceList, RegionPage};
pub use parameters::ParameterSchemas;
pub use reads::{Read, Reads};
pub use vocabulary::get_vocabulary;

/// How long an answer may be kept in which nothing moves with the clock.
const MAX_AGE_S: u32 = 60;
/// How long it may be shown besides while a cache asks again.
const STALE_S: u32 = 3_600;
