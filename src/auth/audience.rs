//! Whom a token is for. A token of one audience opens nothing of another.
//!
//! Each audience signs with key pairs of its own, so that a mistaken check of
//! `aud` still meets a signature that does not fit. To add one: a variant, its
//! name and its limits here; the compiler finds the rest.

use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// The text names no audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be office, member, circle or moderator")]
pub struct UnknownAudience;

/// Whom a token is for: the role, written in `aud`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Audience {
    /// The volunteers of an intergroup's office.
    Office,
    /// A member's anonymous account.
    Member,
    /// A pass: what a member holds in one circle.
    Circle,
    /// A moderator.
    Moderator,
}

impl Audience {
    /// Every audience there is.
    pub const ALL: [Self; 4] = [Self::Office, Self::Member, Self::Circle, Self::Moderator];

    /// Its name, in `aud`, in addresses and in refresh tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Member => "member",
            Self::Circle => "circle",
            Self::Moderator => "moderator",
        }
    }

    /// The audience of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(text: &str) -> Result<Self, UnknownAudience> {
        Self::ALL.into_iter().find(|audience| audience.as_str() == text).ok_or(UnknownAudience)
    }

    /// How long an access token lives.
    pub fn access_ttl(self) -> TimeDelta {
        match self {
            Self::Office | Self::Moderator => TimeDelta::minutes(5),
            Self::Member | Self::Circle => TimeDelta::minutes(15),
        }
    }

    /// How long a session lives without being refreshed.
    pub fn refresh_idle(self) -> TimeDelta {
        match self {
            Self::Office | Self::Moderator => TimeDelta::hours(12),
            Self::Member => TimeDelta::days(180),
            Self::Circle => TimeDelta::days(400),
        }
    }

    /// How long a session lives however often it is refreshed. `None` where
    /// there is no end: who loses a pass loses their place in the circle.
    pub fn refresh_absolute(self) -> Option<TimeDelta> {
        match self {
            Self::Office | Self::Moderator => Some(TimeDelta::days(7)),
            Self::Member | Self::Circle => None,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Audience {
    type Error = UnknownAudience;

    fn try_from(text: String) -> Result<Self, UnknownAudience> {
        Self::parse(&text)
    }
}

impl From<Audience> for &'static str {
    fn from(audience: Audience) -> Self {
        audience.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_its_exact_name() {
        for audience in Audience::ALL {
            assert_eq!(Audience::parse(audience.as_str()), Ok(audience));
        }
        for other in ["", "Office", "office ", "admin", "offic"] {
            assert_eq!(Audience::parse(other), Err(UnknownAudience));
        }
    }

    #[test]
    fn those_who_can_change_the_directory_hold_short_tokens() {
        for audience in Audience::ALL {
            let short = matches!(audience, Audience::Office | Audience::Moderator);
            assert_eq!(audience.access_ttl().num_minutes(), if short { 5 } else { 15 });
            assert_eq!(audience.refresh_absolute().map(|limit| limit.num_days()), short.then_some(7));
        }
        assert_eq!(Audience::Office.refresh_idle().num_hours(), 12);
        assert_eq!(Audience::Member.refresh_idle().num_days(), 180);
        assert_eq!(Audience::Circle.refresh_idle().num_days(), 400);
    }
}
