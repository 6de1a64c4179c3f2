//! Meetings as iCalendar (RFC 5545): what a calendar can subscribe to.
//!
//! A weekly meeting is one event with a weekly rule in its own zone. Which of
//! its dates are different is never worked out here a second time: for the 13
//! months from the present one on, its occurrences are those of the search, and
//! what the rule gives otherwise is taken away (`EXDATE`), given another time or
//! other words (`RECURRENCE-ID`), or added as an event of its own (`event`).
//! Where a notice goes on beyond these months the rule ends with them.
//!
//! Invariants: the same content in the same month gives the same bytes: every
//! stamp is the time of the content. An event's UID is the meeting's id, which
//! survives everything but its end. Each zone that is named is there with the
//! times at which its clocks are set (`zone`), of the newest database.
//!
//! ```text
//! snapshot -> listed (what is shown) + schedule -> event, zone -> lines
//! ```
//! To tell more of a meeting: a property in `event`.

mod calendar;
mod event;
mod kept;
mod lines;
mod listed;
mod routes;
mod zone;

pub use calendar::{Titled, of_intergroup, of_meetings};
pub use kept::Calendars;
pub use routes::{get_feed_ics, get_group_calendar, get_meeting_calendar};
