//! How one can attend a meeting, derived from its content and never stored by
//! an office.
//!
//! Online: a conference link on the provider list, or a phone number of at
//! least ten digits. In person: a place that is more than an area, and no `TC`
//! (temporarily closed). Both: hybrid; neither: inactive. `ONL` plays no part.
//! This equals TSML's `attendance_option` for every listing whose own fields
//! agree with one another.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Conference, MeetingContent, Place,
    conference::{dialable, provider},
};

/// How one can attend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// At a place only.
    InPerson,
    /// By link or phone only.
    Online,
    /// At a place, or by link or phone.
    Hybrid,
    /// Neither: closed for now, or the listing does not say how.
    Inactive,
}

impl Attendance {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::InPerson, Self::Online, Self::Hybrid, Self::Inactive];
}

/// Derives how one can attend.
pub fn attendance(content: &MeetingContent) -> Attendance {
    attendance_of(&content.conference, &content.types, content.location.as_ref())
}

/// Derives how one can attend what has that conference, those types and that
/// place.
pub fn attendance_of(conference: &Conference, types: &[String], place: Option<&Place>) -> Attendance {
    let link = conference.url.as_deref().is_some_and(|url| provider(url).is_some());
    let online = link || conference.phone.as_deref().is_some_and(dialable);
    let closed = types.iter().any(|code| code == "TC");
    let in_person = !closed && place.is_some_and(|place| !place.approximate);
    match (in_person, online) {
        (true, true) => Attendance::Hybrid,
        (true, false) => Attendance::InPerson,
        (false, true) => Attendance::Online,
        (false, false) => Attendance::Inactive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Contribution, TimezoneSource};

    fn meeting(place: Option<bool>, url: &str, phone: &str, types: &[&str]) -> Attendance {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        attendance(&MeetingContent {
            name: "Early Risers".to_owned(),
            start: None,
            duration_minutes: None,
            timezone: chrono_tz::UTC,
            timezone_source: TimezoneSource::Given,
            location: place.map(|approximate| Place { approximate, ..Place::default() }),
            group: None,
            region: Vec::new(),
            district: None,
            types: types.iter().map(|&code| code.to_owned()).collect(),
            notes: None,
            conference: Conference { url: given(url), phone: given(phone), ..Conference::default() },
            contribution: Contribution::default(),
            website: None,
            feedback_url: None,
            contacts: Vec::new(),
        })
    }

    #[test]
    fn place_and_conference_say_how_one_can_attend() {
        let zoom = "https://zoom.us/j/1";
        assert_eq!(meeting(Some(false), "", "", &[]), Attendance::InPerson);
        assert_eq!(meeting(Some(false), zoom, "", &[]), Attendance::Hybrid);
        assert_eq!(meeting(Some(true), zoom, "", &[]), Attendance::Online);
        assert_eq!(meeting(None, "", "+13126266799", &[]), Attendance::Online);
        assert_eq!(meeting(Some(false), zoom, "", &["TC"]), Attendance::Online);
        assert_eq!(meeting(Some(false), "", "", &["TC"]), Attendance::Inactive);
        assert_eq!(meeting(Some(true), "https://example.org", "911", &[]), Attendance::Inactive);
        assert_eq!(serde_json::to_value(Attendance::InPerson).unwrap(), "in_person");
    }
}
