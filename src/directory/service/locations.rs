//! Locations.

use serde_json::Value;
use sqlx::PgConnection;

use super::{decide, zones};
use crate::{
    directory::{
        LocationInput, Place, WriteError, Written,
        input::{Patched, created, patched, rules},
        store::{Shown, Stamp, StoredLocation, living_of, log, put_location, settled_by, stamp_meetings},
    },
    http::IfMatch,
    kernel::{Entropy, IntergroupId, LocationId},
};

/// Makes a location of an intergroup.
///
/// # Errors
/// When the input is not allowed.
pub async fn create_location(
    connection: &mut PgConnection,
    office: IntergroupId,
    input: &LocationInput,
    stamp: &Stamp,
    entropy: &dyn Entropy,
) -> Result<StoredLocation, WriteError> {
    let (document, _) = created(&Place::default(), input).and_then(judge)?;
    let location = StoredLocation::new(LocationId(entropy.uuid_v7(stamp.now)), office, document);
    put_location(connection, &location, stamp).await?;
    log(connection, None, &location, stamp).await?;
    Ok(location)
}

fn judge(outcome: Patched<Place>) -> super::Judged<Place> {
    let wrong = rules::location(&outcome.document, &outcome.touched);
    if wrong.is_empty() { Ok((outcome.document, outcome.touched)) } else { Err(wrong) }
}

/// Changes what a PATCH names. Meetings there whose zone follows from its
/// coordinates get the zone of the new ones.
///
/// # Errors
/// As `super` says, in that order.
pub async fn patch_location(
    connection: &mut PgConnection,
    stored: &StoredLocation,
    patch: &Value,
    if_match: &IfMatch,
    stamp: &Stamp,
) -> Result<Written<StoredLocation>, WriteError> {
    let judged = patched(&stored.document, patch).and_then(judge);
    let Some((document, touched)) = decide(stored, judged, if_match)? else {
        return Ok(Written::Unchanged(stored.clone()));
    };
    let location = save(connection, stored, document, false, stamp).await?;
    if touched.any(&["latitude", "longitude", "approximate"]) {
        let meetings = settled_by(connection, Some(location.id), None).await?;
        zones::settle_again(connection, &meetings, stamp).await?;
    }
    Ok(Written::Changed(location))
}

async fn save(
    connection: &mut PgConnection,
    before: &StoredLocation,
    document: Place,
    deleted: bool,
    stamp: &Stamp,
) -> Result<StoredLocation, WriteError> {
    let after = before.next(document, deleted);
    put_location(connection, &after, stamp).await?;
    stamp_meetings(connection, Shown::Location(after.id), true, stamp).await?;
    log(connection, Some(before), &after, stamp).await?;
    Ok(after)
}

/// Deletes a location that no meeting is at.
///
/// # Errors
/// When `If-Match` does not fit, or it is in use.
pub async fn delete_location(
    connection: &mut PgConnection,
    stored: &StoredLocation,
    if_match: &IfMatch,
    stamp: &Stamp,
) -> Result<Written<StoredLocation>, WriteError> {
    if stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    if_match.check(stored.version)?;
    if living_of(connection, Shown::Location(stored.id)).await? {
        return Err(WriteError::InUse("meetings"));
    }
    Ok(Written::Changed(save(connection, stored, stored.document.clone(), true, stamp).await?))
}

/// Brings a deleted location back.
///
/// # Errors
/// When the database cannot be reached.
pub async fn restore_location(
    connection: &mut PgConnection,
    stored: &StoredLocation,
    stamp: &Stamp,
) -> Result<Written<StoredLocation>, WriteError> {
    if !stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    Ok(Written::Changed(save(connection, stored, stored.document.clone(), false, stamp).await?))
}
