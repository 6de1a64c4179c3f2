//! What of a meeting an event tells, read from what is shown of it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use crate::{
    directory::NoticeKind,
    kernel::{Day, LocalTime, MeetingId, NoticeId},
};

/// A meeting as it is shown.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    pub id: MeetingId,
    pub name: String,
    pub intergroup: Named,
    pub group: Option<Named>,
    pub location: Option<Location>,
    pub day: Option<Day>,
    pub time: Option<LocalTime>,
    pub duration_minutes: Option<u16>,
    pub timezone: Tz,
    pub attendance: String,
    pub notes: Option<String>,
    #[serde(default)]
    pub conference: Conference,
    pub website: Option<String>,
    pub notices: Vec<Notice>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Location {
    pub name: Option<String>,
    pub formatted_address: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub approximate: bool,
    pub notes: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Conference {
    pub url: Option<String>,
    pub url_notes: Option<String>,
    pub phone: Option<String>,
    pub phone_notes: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Notice {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub repeats: Option<serde::de::IgnoredAny>,
    pub location: Option<String>,
    #[serde(default)]
    pub conference: Conference,
    pub words: Option<String>,
}

impl Listed {
    /// Reads the JSON object of a meeting.
    pub(super) fn of(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// Where it is, in one line; how to join where it is nowhere.
    pub(super) fn place(&self) -> Option<String> {
        let place = self.location.as_ref().filter(|_| self.attendance != "online");
        let parts = place.map(|place| [place.name.as_deref(), place.formatted_address.as_deref()]);
        let line = parts.into_iter().flatten().flatten().collect::<Vec<_>>().join(", ");
        if line.is_empty() { self.conference.url.clone() } else { Some(line) }
    }

    /// Degrees north and east of the door.
    pub(super) fn door(&self) -> Option<(f64, f64)> {
        let place = self.location.as_ref().filter(|place| !place.approximate)?;
        place.latitude.zip(place.longitude)
    }

    /// Everything that one has to know, in lines.
    pub(super) fn description(&self) -> String {
        let place = self.location.as_ref();
        let lines = [
            self.group.as_ref().map(|group| group.name.as_str()).filter(|name| *name != self.name),
            self.notes.as_deref(),
            place.and_then(|place| place.notes.as_deref()),
        ];
        let own = lines.into_iter().flatten().map(str::to_owned);
        own.chain(self.conference.lines()).chain([self.intergroup.name.clone()]).collect::<Vec<_>>().join("\n")
    }
}

impl Conference {
    fn lines(&self) -> impl Iterator<Item = String> {
        let all = [&self.url, &self.url_notes, &self.phone, &self.phone_notes];
        all.into_iter().flatten().cloned().collect::<Vec<_>>().into_iter()
    }
}

impl Notice {
    /// Whether it makes the dates after `last` other than the weekly rule's.
    pub(super) fn goes_beyond(&self, last: NaiveDate) -> bool {
        use NoticeKind::{Cancelled, Closed, Moved, Only, Time};
        let open_end = if self.repeats.is_some() { NaiveDate::MAX } else { self.from };
        match self.kind {
            // On all dates but its own nothing takes place, for good.
            Only => true,
            Cancelled | Closed | Time | Moved => self.to.unwrap_or(open_end) > last,
            _ => false,
        }
    }

    /// What it says of a date, in lines.
    pub(super) fn lines(&self) -> Vec<String> {
        let kind = match self.kind {
            NoticeKind::Open => Some("Open meeting"),
            NoticeKind::Speaker => Some("Speaker meeting"),
            NoticeKind::Business => Some("Business meeting"),
            NoticeKind::Moved => Some("Moved"),
            NoticeKind::Online => Some("Online"),
            NoticeKind::Extra => Some("Additional meeting"),
            NoticeKind::Time => Some("At another time"),
            NoticeKind::Cancelled | NoticeKind::Closed | NoticeKind::Only => None,
        };
        let first = kind.map(str::to_owned);
        first
            .into_iter()
            .chain(self.location.clone())
            .chain(self.words.clone())
            .chain(self.conference.lines())
            .collect()
    }
}
