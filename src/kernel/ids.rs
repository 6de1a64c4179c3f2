//! Identifier newtypes, so that one kind is never passed for another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID such as 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")]
pub struct IdError;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            // Only the hyphenated form: one thing has one address.
            fn from_str(text: &str) -> Result<Self, IdError> {
                if text.len() != 36 {
                    return Err(IdError);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| IdError)
            }
        }
    )* };
}

id! {
    /// An intergroup (UUIDv7).
    IntergroupId;
    /// A region of an intergroup's tree (UUIDv7).
    RegionId;
    /// A group (UUIDv7).
    GroupId;
    /// A location (UUIDv7).
    LocationId;
    /// A meeting (UUIDv7).
    MeetingId;
    /// A notice (UUIDv7).
    NoticeId;
    /// A feed that an office syncs from (UUIDv7).
    FeedId;
    /// One run of a feed (UUIDv7).
    ImportId;
    /// Somebody's account for acting for offices (UUIDv7).
    AccountId;
    /// One sign-in on one device (UUIDv4).
    SessionId;
    /// An office's key for a machine (UUIDv7).
    KeyId;
    /// An invitation to act for an office (UUIDv7).
    InvitationId;
    /// A correction from the public (UUIDv7).
    FeedbackId;
    /// Where an office is told of what happens (UUIDv7).
    WebhookId;
    /// One telling of it (UUIDv4).
    DeliveryId;
    /// A member's anonymous account (UUIDv4; it leaves the server nowhere but in tokens).
    MemberId;
    /// What a member holds in one circle, or as an author (UUIDv4).
    PassId;
    /// A circle (UUIDv4).
    CircleId;
    /// An invitation to a circle (UUIDv4).
    CircleInvitationId;
    /// A pass's word for one day (UUIDv4).
    CheckInId;
    /// Something to do in a week (UUIDv4, chosen by the device).
    GoalId;
    /// A label that a pass shares (UUIDv4, chosen by the device).
    MilestoneId;
    /// A report to the moderators (UUIDv4, chosen by the device).
    ReportId;
    /// Shared experience (UUIDv4).
    StoryId;
    /// A moderator's account (UUIDv7).
    ModeratorId;
}
