//! What the public directory looks like on the wire.
//!
//! Every struct here is an answer, borrowed from the model and written once per
//! snapshot. Invariants: nothing is null, what is absent is left out; lists
//! that belong to a thing are always there; ids, slugs and codes are those of
//! the model; instants are whole seconds in UTC; enums are open ([`Open`]).
//! What moves with the clock or the caller is the last part of an object, so
//! that it can be put in behind bytes that were written before ([`splice`]).
//!
//! To show another field: add it to the struct with its unit and source in the
//! doc comment (it becomes the description in the OpenAPI document), fill it in
//! `of`, and extend `a_meeting_shows_exactly_the_fields_of_the_contract`.

mod codes;
mod decimal;
mod group;
mod instant;
mod intergroup;
mod location;
mod meeting;
mod moving;
mod parts;
mod split;

pub use codes::{NoticeKindView, Open, OpenAttendance, OpenNoticeKind, OpenTimezoneSource, TimezoneSourceView};
pub use decimal::write_decimal;
pub use group::{GroupView, MeetingBrief};
pub use instant::Instant;
pub use intergroup::{Counts, IntergroupRef, IntergroupView, RegionRef, RegionView};
pub use location::{LocationView, PlaceView};
pub use meeting::{
    GroupRef, InZoneView, ListedMeeting, MEETING_FIELDS, MEETING_ID, MeetingDetail, MeetingView, OccurrenceView,
};
pub use moving::{Moving, splice, splice_occurrences};
pub use parts::{ConferenceView, ContactView, ContributionView, NoticeView, RepeatsView};
pub use split::{PIECES, Split, group_alone, office, place};
