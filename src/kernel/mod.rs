//! What at least three features use and that knows nothing of them: time, days
//! and weeks of the calendar, randomness, identifiers, time zones, text folding.
//!
//! Nothing here imports actix or sqlx. To add something, first ask whether
//! three features need it; if not, it belongs to the one that does.

mod civil;
mod clock;
mod entropy;
mod ids;
mod invalid;
mod retention;
mod text;
mod weekly;
pub mod words;
mod zone;
mod zone_clock;

pub use civil::{CivilDay, CivilDayError, IsoWeek, IsoWeekError, writable_days};
pub use clock::{Clock, FixedClock, SystemClock};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use ids::{
    AccountId, CheckInId, CircleId, CircleInvitationId, DeliveryId, FeedId, FeedbackId, GoalId, GroupId, IdError,
    ImportId, IntergroupId, InvitationId, KeyId, LocationId, MeetingId, MemberId, MilestoneId, ModeratorId, NoticeId,
    PassId, RegionId, ReportId, SessionId, StoryId, WebhookId,
};
pub use invalid::Invalid;
pub use retention::{Kept, Rule};
pub use text::{Slug, SlugError, fold, slugify};
pub use weekly::{Day, LocalTime, WeeklyError};
pub use zone::{UnknownZone, parse_zone, zone_at};
pub use zone_clock::{Keeps, ZoneClock};
