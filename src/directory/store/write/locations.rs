//! Locations.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Stamp, StoredLocation, refusal, written};
use crate::{
    directory::{WriteError, store::load::parsed},
    kernel::{IntergroupId, LocationId},
};

/// A location, deleted or not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_location(
    connection: &mut PgConnection,
    id: LocationId,
) -> Result<Option<StoredLocation>, sqlx::Error> {
    Ok(load_locations(connection, &[id.0]).await?.pop())
}

pub(super) async fn load_locations(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<StoredLocation>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT l.id, l.intergroup_id, l.version, l.deleted_at IS NOT NULL AS "deleted!",
               l.feed_id IS NOT NULL AS "from_feed!",
               jsonb_strip_nulls(jsonb_build_object(
                   'name', l.name, 'formatted_address', l.formatted_address, 'address', l.address, 'city', l.city,
                   'state', l.state, 'postal_code', l.postal_code, 'country', l.country, 'latitude', l.latitude,
                   'longitude', l.longitude, 'approximate', l.approximate, 'notes', l.notes
               )) AS "document!"
           FROM directory.locations l WHERE l.id = ANY($1) ORDER BY l.id"#,
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StoredLocation {
                id: LocationId(row.id),
                intergroup_id: IntergroupId(row.intergroup_id),
                version: row.version,
                deleted: row.deleted,
                from_feed: row.from_feed,
                document: parsed(serde_json::from_value(row.document))?,
            })
        })
        .collect()
}

/// Writes a location's next version.
pub(in crate::directory) async fn put_location(
    connection: &mut PgConnection,
    location: &StoredLocation,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let rows = sqlx::query!(
        "INSERT INTO directory.locations AS l
             (id, intergroup_id, name, formatted_address, address, city, state, postal_code, country, latitude,
              longitude, approximate, notes, version, revision, updated_at, deleted_at)
         SELECT $1, $7, d.name, d.formatted_address, d.address, d.city, d.state, d.postal_code, d.country,
                d.latitude, d.longitude, d.approximate, d.notes, $3, $4, $5, CASE WHEN $6 THEN $5::timestamptz END
         FROM jsonb_to_record($2::jsonb) AS d
             (name text, formatted_address text, address text, city text, state text, postal_code text,
              country text, latitude float8, longitude float8, approximate boolean, notes text)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, formatted_address = excluded.formatted_address,
             address = excluded.address, city = excluded.city, state = excluded.state,
             postal_code = excluded.postal_code, country = excluded.country, latitude = excluded.latitude,
             longitude = excluded.longitude, approximate = excluded.approximate, notes = excluded.notes,
             version = excluded.version, revision = excluded.revision, updated_at = excluded.updated_at,
             deleted_at = excluded.deleted_at
         WHERE l.version = excluded.version - 1",
        location.id.0,
        json!(location.document),
        location.version,
        stamp.revision,
        stamp.now,
        location.deleted,
        location.intergroup_id.0,
    )
    .execute(connection)
    .await
    .map_err(refusal)?;
    written(rows.rows_affected())
}
