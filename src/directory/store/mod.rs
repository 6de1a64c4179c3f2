//! All SQL of the directory that no other feature needs to know: loading it
//! whole for a snapshot, loading and writing one thing, and the change log.
//! Functions take the connection; the caller owns the transaction and its
//! scope.

mod departures;
mod former;
mod intergroups;
mod load;
mod log;
mod meetings;
mod notices;
mod office;
mod update;
mod write;

pub use departures::{
    Departure, Departures, EVERYTHING, Tick, forget_departures, load_departures, load_departures_since, tick,
};
pub use intergroups::{NewIntergroup, find_intergroup, insert_intergroup, list_intergroups};
pub use load::{Extent, Surroundings, load, load_surroundings, revision};
pub use log::{Actor, Change, HistoryEntry, Op, Stamp, history, insert_changes};
pub use meetings::MeetingReader;
pub use office::{ListedBy, OfficeMeeting, list_office_meetings, load_office_meetings};
pub use update::load_update;
pub use write::{
    Ids, Remembered, Stored, StoredGroup, StoredIntergroup, StoredLocation, StoredMeeting, StoredNotice, StoredRegion,
    find_group, find_intergroup_to_write, find_location, find_meeting, find_meetings, find_notice, find_region,
};

pub(super) use log::logged_meeting;
pub(super) use write::{
    References, Shown, add_alias, change, delete_notice, deleted_of_group, drop_aliases, follow_replacement,
    group_slugs, has_living_children, insert_intergroup as insert_stored_intergroup, insert_notice, is_public_meeting,
    living_of, load_meetings, log, meeting_of_slug, meeting_slugs, put_group, put_location, put_meeting, put_region,
    references, region_levels, region_slugs, set_replaced_by, set_verified, settled_by, stamp_meetings, timezone_of,
    update_intergroup,
};
