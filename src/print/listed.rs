//! What a page tells, read from what is shown.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};

use crate::{
    directory::{Conference, Notice, NoticeKind},
    kernel::{Day, LocalTime, NoticeId},
};

/// An intergroup as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Office {
    pub name: String,
    pub timezone: Tz,
    pub website: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub location: Option<String>,
}

/// What of a meeting says where on the page it stands.
#[derive(Debug, Deserialize)]
pub(super) struct Placed {
    pub name: String,
    pub day: Option<Day>,
    pub time: Option<LocalTime>,
    pub region: Option<Region>,
    pub types: Vec<String>,
}

/// A meeting as it is shown.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    pub slug: String,
    pub name: String,
    pub group: Option<Named>,
    pub location: Option<Location>,
    pub region: Option<Region>,
    pub day: Option<Day>,
    pub time: Option<LocalTime>,
    pub end_time: Option<LocalTime>,
    pub timezone: Tz,
    pub attendance: String,
    pub types: Vec<String>,
    pub notes: Option<String>,
    #[serde(default)]
    pub conference: Joining,
    #[serde(deserialize_with = "notices")]
    pub notices: Vec<Notice>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Region {
    pub path: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Location {
    pub name: Option<String>,
    pub formatted_address: Option<String>,
    pub address: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    pub approximate: bool,
    pub notes: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Joining {
    pub url: Option<String>,
    pub url_notes: Option<String>,
    pub phone: Option<String>,
    pub phone_notes: Option<String>,
}

impl Location {
    /// The address in one line: of its parts without the country, which
    /// everybody knows who holds the list, or as the office wrote it.
    pub(super) fn line(&self) -> Option<String> {
        if self.address.is_none() && self.city.is_none() {
            return self.formatted_address.clone();
        }
        let state = [&self.state, &self.postal_code].into_iter().flatten().cloned().collect::<Vec<_>>();
        // A postal code does not begin a line.
        let state = state.join("\u{a0}");
        let parts = [self.address.clone(), self.city.clone(), Some(state)];
        Some(parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
    }
}

/// A notice as it is shown.
#[derive(Deserialize)]
struct Shown {
    id: NoticeId,
    kind: NoticeKind,
    from: NaiveDate,
    to: Option<NaiveDate>,
    repeats: Option<Repeats>,
    time: Option<LocalTime>,
    location: Option<String>,
    #[serde(default)]
    conference: Joining,
    words: Option<String>,
}

#[derive(Deserialize)]
struct Repeats {
    weeks_of_month: Vec<i8>,
}

fn notices<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Notice>, D::Error> {
    let shown = Vec::<Shown>::deserialize(from)?;
    let notice = |shown: Shown| {
        let Joining { url, url_notes, phone, phone_notes } = shown.conference;
        Notice {
            id: shown.id,
            kind: shown.kind,
            from: shown.from,
            to: shown.to,
            weeks_of_month: shown.repeats.map_or_else(Vec::new, |repeats| repeats.weeks_of_month),
            time: shown.time,
            location: shown.location,
            conference: Conference { url, url_notes, phone, phone_notes },
            words: shown.words,
        }
    };
    Ok(shown.into_iter().map(notice).collect())
}
