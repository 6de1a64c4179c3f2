//! The time zones of meetings that have none of their own.

use chrono_tz::Tz;
use sqlx::PgConnection;
use uuid::Uuid;

use super::meetings::save;
use crate::{
    directory::{
        MeetingDocument, Place, TimezoneSource, WriteError,
        store::{Stamp, load_meetings, references, timezone_of},
    },
    kernel::zone_at,
};

/// Gives a meeting the zone at its exact coordinates, or else the default,
/// unless the office gave it one.
pub(super) fn settle(document: &mut MeetingDocument, place: Option<&Place>, default: Tz) {
    if document.timezone_source == TimezoneSource::Given {
        return;
    }
    let exact = place.filter(|place| !place.approximate);
    let there = exact.and_then(|place| zone_at(place.latitude?, place.longitude?));
    (document.timezone, document.timezone_source) = match there {
        Some(zone) => (zone, TimezoneSource::Coordinates),
        None => (default, TimezoneSource::Intergroup),
    };
}

/// Settles the zones of meetings anew, each change with its history.
pub(super) async fn settle_again(
    connection: &mut PgConnection,
    meetings: &[Uuid],
    stamp: &Stamp,
) -> Result<(), WriteError> {
    for meeting in load_meetings(connection, meetings).await? {
        let mut document = meeting.document.clone();
        let links = (None, document.location_id, None);
        let place = references(connection, meeting.intergroup_id, links).await?.place;
        let Some(default) = timezone_of(connection, meeting.intergroup_id).await? else { continue };
        settle(&mut document, place.as_ref(), default);
        if document != meeting.document {
            save(connection, &meeting, document, false, stamp).await?;
        }
    }
    Ok(())
}
