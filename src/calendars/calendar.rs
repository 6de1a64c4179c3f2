//! A calendar of meetings.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::{
    event::{Events, Window},
    lines::Lines,
    listed::Listed,
    zone,
};
use crate::search::{Entry, IntergroupEntry, Scope, Snapshot};

/// The days for which exceptions are told, from the first of the month on.
const DAYS: u64 = 400;
/// For so many years from the present one zones say when their clocks are set.
const YEARS: i32 = 10;

/// What a calendar is called, and a zone that stands in it in any case: one
/// without events must have something. Read from what is shown of its subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Titled {
    /// What it is called.
    pub name: String,
    /// The zone.
    #[serde(rename = "timezone")]
    pub zone: Tz,
}

/// The calendar of what an intergroup itself lists.
///
/// # Errors
/// When the bytes of the snapshot are not what it says they are.
pub fn of_intergroup(
    snapshot: &Snapshot,
    intergroup: &IntergroupEntry,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, serde_json::Error> {
    let titled: Titled = serde_json::from_slice(snapshot.intergroup_json(intergroup))?;
    of_meetings(snapshot, snapshot.meetings_of(intergroup, Scope::Own), &titled, now)
}

/// The calendar of meetings.
///
/// # Errors
/// When the bytes of the snapshot are not what it says they are.
pub fn of_meetings<'a>(
    snapshot: &Snapshot,
    meetings: impl Iterator<Item = &'a Entry>,
    titled: &Titled,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, serde_json::Error> {
    let today = now.date_naive();
    let from = today.with_day(1).unwrap_or(today);
    let window = Window { from, to: from + Days::new(DAYS) };
    let (mut events, mut zones) =
        (Lines::default(), BTreeMap::from([(titled.zone.name(), (titled.zone, from.year()))]));
    for meeting in meetings {
        let json = snapshot.meeting_json(meeting);
        let listed = Listed::of(&json)?;
        let Some(schedule) = &meeting.schedule else { continue };
        let of_meeting = Events::of(&listed, schedule, window);
        of_meeting.write(&mut events);
        let year = of_meeting.first_year().unwrap_or(from.year());
        let zone = zones.entry(listed.timezone.name()).or_insert((listed.timezone, year));
        zone.1 = zone.1.min(year);
    }
    Ok(whole(&titled.name, zones.into_values(), &events, from))
}

fn whole(name: &str, zones: impl Iterator<Item = (Tz, i32)>, events: &Lines, from: NaiveDate) -> Vec<u8> {
    let mut out = Lines::default();
    out.add("BEGIN", "VCALENDAR");
    out.add("VERSION", "2.0");
    out.add("PRODID", "-//OpenChair//OpenChair//EN");
    out.add("CALSCALE", "GREGORIAN");
    out.add("METHOD", "PUBLISH");
    // The name that RFC 7986 gives, and the one that most calendars read.
    out.text("NAME", name);
    out.text("X-WR-CALNAME", name);
    out.add("REFRESH-INTERVAL;VALUE=DURATION", "PT12H");
    out.add("X-PUBLISHED-TTL", "PT12H");
    for (zone, first) in zones {
        // A day of margin: a first event may lie in the year before, elsewhere.
        zone::write(&mut out, zone, (first.min(from.year()) - 1, from.year() + YEARS));
    }
    out.append(events);
    out.add("END", "VCALENDAR");
    out.into_bytes()
}

#[cfg(test)]
mod tests;
