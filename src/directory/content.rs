//! What a meeting says of itself: the flat content that a feed's row carries,
//! that a plan compares, and that the change log keeps before and after.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::kernel::{Day, LocalTime};

/// Everything that an office says of one meeting, its place, group and region
/// included. Two equal contents are the same listing; ids, counters and
/// timestamps are not content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeetingContent {
    /// Name as listed, 1 to 255 characters.
    pub name: String,
    /// Weekday and start in `timezone`; absent together: by appointment.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub start: Option<WeeklyStart>,
    /// Length in minutes, 1 to 1440; absent: not said (an hour is assumed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Option<u16>,
    /// The zone that `start` is local to.
    pub timezone: Tz,
    /// Where `timezone` comes from.
    pub timezone_source: TimezoneSource,
    /// Where it meets; absent for purely online meetings without a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Place>,
    /// The group that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupContent>,
    /// Names from the most general region to the most specific; may be empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub region: Vec<String>,
    /// District as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Meeting Guide type codes, sorted, without repeats, never `ONL`, never
    /// both `O` and `C`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Plain text, may have line breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// How to join from elsewhere.
    #[serde(skip_serializing_if = "Conference::is_empty")]
    pub conference: Conference,
    /// Where this meeting's Seventh Tradition goes.
    #[serde(skip_serializing_if = "Contribution::is_empty")]
    pub contribution: Contribution,
    /// The meeting's or group's own page, absolute http(s).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Where corrections go: absolute http(s) or `mailto:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_url: Option<String>,
    /// People to ask, at most three. Never part of the public text unless the
    /// group publishes them; kept in a table and a log column of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

/// Weekday and local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyStart {
    /// 0 = Sunday to 6 = Saturday.
    pub day: Day,
    /// Wall-clock time in the meeting's zone.
    pub time: LocalTime,
}

/// Where a meeting's time zone comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimezoneSource {
    /// The office gave it.
    Given,
    /// Derived from exact coordinates.
    Coordinates,
    /// The intergroup's default.
    Intergroup,
}

/// A place. It has at least one of a name, an address part or coordinates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Building or landmark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The whole address in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted_address: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// City or town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, province or county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Degrees north, five decimals; together with `longitude` or not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east, five decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// Whether this is only an area, not a door that one can go to.
    pub approximate: bool,
    /// For all meetings at this place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

impl Place {
    /// The texts that have all words of its address: the whole line, and the parts
    /// that this does not have.
    pub fn address_texts(&self) -> impl Iterator<Item = &str> {
        let line = self.formatted_address.as_deref();
        let parts = [&self.address, &self.city, &self.state, &self.postal_code, &self.country];
        let missing = move |part: &&str| line.is_none_or(|line| !has_words(line, part));
        line.into_iter().chain(parts.into_iter().flatten().map(String::as_str).filter(missing))
    }
}

/// Whether a line has a text with no further letter or digit at its ends.
fn has_words(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + text.len()..]);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

/// What a feed says of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupContent {
    /// Name of the group.
    pub name: String,
    /// For all meetings of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// How to join online or by phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conference {
    /// Absolute http(s) address on a known provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// For instance a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_notes: Option<String>,
    /// Of `0-9 + , # *`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// For instance a meeting number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_notes: Option<String>,
}

impl Conference {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where contributions go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// `@Handle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venmo: Option<String>,
    /// `$Cashtag`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub square: Option<String>,
    /// PayPal.me user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paypal: Option<String>,
    /// Code at homegroup.online.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub homegroup_online: Option<String>,
}

impl Contribution {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One person to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// First name and at most an initial; see `likely_last_name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The name looks like a full name: never published.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub likely_last_name: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_words_of_its_parts() {
        let of = |line: Option<&str>| Place {
            formatted_address: line.map(str::to_owned),
            address: Some("7 Port".into()),
            city: Some("Port".into()),
            state: Some("Qonia".into()),
            ..Place::default()
        };
        let texts = |line| of(line).address_texts().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(texts(None), ["7 Port", "Port", "Qonia"]);
        assert_eq!(texts(Some("7 Port, Port, Qonia")), ["7 Port, Port, Qonia"]);
        assert_eq!(texts(Some("7 Portland, Qonia")), ["7 Portland, Qonia", "7 Port", "Port"]);
        assert!(Place::default().address_texts().next().is_none());
    }
}
