//! What a snapshot keeps of a meeting for the report: what the meeting alone
//! says, in sixteen bytes, so that a report need not read its JSON again.
//! Hashes are of 32 bits because they are compared only among meetings of one
//! name or group that start at the same time.

use std::num::NonZeroU32;

use chrono::NaiveDate;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use super::kind::{FindingKind, Kinds};
use crate::directory::{Attendance, Meeting, Place, TimezoneSource, provider, provider_of};
use crate::kernel::fold;

/// Of one meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) struct Kept {
    /// All but those that the clock or other meetings decide.
    pub(super) kinds: Kinds,
    /// Its address, or its location where that has none; none of an area.
    pub(super) place: Option<NonZeroU32>,
    /// Its link to join by, of a known service.
    pub(super) link: Option<NonZeroU32>,
    /// When it was last confirmed, synced or changed.
    pub(super) seen_on: NaiveDate,
}

impl Kept {
    /// What to keep of a meeting, where one can attend it like that, and it has
    /// coordinates and a region or not.
    pub(in crate::search) fn of(
        meeting: &Meeting,
        attendance: Attendance,
        has_coordinates: bool,
        has_region: bool,
    ) -> Self {
        let content = &meeting.content;
        let place = content.location.as_ref();
        let area = place.is_some_and(|place| place.approximate);
        let at_a_door = matches!(attendance, Attendance::InPerson | Attendance::Hybrid);
        let lost = attendance == Attendance::Inactive && !content.types.iter().any(|code| code == "TC");
        let full_name = meeting.contacts_public && content.contacts.iter().any(|contact| contact.likely_last_name);
        let guessed = content.timezone_source == TimezoneSource::Intergroup && place.is_some();
        let endless =
            content.start.is_some() && content.duration_minutes.is_none() && attendance != Attendance::Inactive;
        let kinds = Kinds::default()
            .with(FindingKind::NoWayToAttend, lost && !area)
            .with(FindingKind::ApproximatePlace, lost && area)
            .with(FindingKind::LikelyLastName, full_name)
            .with(FindingKind::ConferenceOffList, is_off_list(meeting, attendance))
            .with(FindingKind::NoCoordinates, at_a_door && !has_coordinates)
            .with(FindingKind::ZoneGuessed, guessed)
            .with(FindingKind::RegionMissing, at_a_door && !has_region)
            .with(FindingKind::NoEndTime, endless);
        let changed_on = meeting.updated_at.date_naive();
        let days = [meeting.verified_on, meeting.synced_on].into_iter().flatten();
        Self {
            kinds,
            place: place.filter(|_| !area).and_then(|place| place_hash(meeting, place)),
            link: content.conference.url.as_deref().and_then(link_hash),
            seen_on: days.fold(changed_on, NaiveDate::max),
        }
    }
}

/// Whether a link to join by is of no known service. An import puts such a one
/// into the notes, on a line of its own; it is looked for only where one cannot
/// join in another way, and is none that the office says is a page.
fn is_off_list(meeting: &Meeting, attendance: Attendance) -> bool {
    let content = &meeting.content;
    if let Some(url) = &content.conference.url {
        return provider(url).is_none();
    }
    let elsewhere = matches!(attendance, Attendance::Online | Attendance::Hybrid);
    let pages = [&content.website, &content.feedback_url];
    let mut lines = content.notes.iter().flat_map(|notes| notes.lines()).map(str::trim);
    !elsewhere
        && lines.any(|line| is_link_off_list(line) && pages.into_iter().flatten().all(|page| page.as_str() != line))
}

fn is_link_off_list(line: &str) -> bool {
    let web = || Url::parse(line).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    !line.contains(char::is_whitespace) && web() && provider(line).is_none()
}

fn place_hash(meeting: &Meeting, place: &Place) -> Option<NonZeroU32> {
    let line = place.formatted_address.clone().or_else(|| {
        let street = place.address.clone()?;
        let wider = [&place.city, &place.state, &place.postal_code].into_iter().flatten().cloned();
        Some(std::iter::once(street).chain(wider).collect::<Vec<_>>().join(" "))
    });
    match line.map(|line| fold(&line)).filter(|line| !line.is_empty()) {
        Some(line) => hash(line.as_bytes()),
        None => hash(meeting.location_id?.0.as_bytes()),
    }
}

/// Of the service and the path: the host is one of many of the same service,
/// and what follows the path is a password.
fn link_hash(url: &str) -> Option<NonZeroU32> {
    let url = Url::parse(url).ok()?;
    let service = provider_of(&url)?;
    hash(format!("{service} {}", url.path().trim_end_matches('/')).as_bytes())
}

fn hash(bytes: &[u8]) -> Option<NonZeroU32> {
    NonZeroU32::new(xxh3_64(bytes) as u32)
}
