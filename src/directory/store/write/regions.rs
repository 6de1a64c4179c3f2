//! Regions.

use std::collections::HashSet;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Stamp, StoredRegion, refusal, written};
use crate::{
    directory::{WriteError, store::load::parsed},
    kernel::{IntergroupId, RegionId},
};

/// A region, deleted or not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_region(connection: &mut PgConnection, id: RegionId) -> Result<Option<StoredRegion>, sqlx::Error> {
    Ok(load_regions(connection, &[id.0]).await?.pop())
}

pub(super) async fn load_regions(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<StoredRegion>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT r.id, r.intergroup_id, r.version, r.deleted_at IS NOT NULL AS "deleted!",
               jsonb_strip_nulls(jsonb_build_object('slug', r.slug, 'name', r.name, 'parent_id', r.parent_id))
                   AS "document!"
           FROM directory.regions r WHERE r.id = ANY($1) ORDER BY r.id"#,
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StoredRegion {
                id: RegionId(row.id),
                intergroup_id: IntergroupId(row.intergroup_id),
                version: row.version,
                deleted: row.deleted,
                from_feed: false,
                document: parsed(serde_json::from_value(row.document))?,
            })
        })
        .collect()
}

/// Writes a region's next version.
pub(in crate::directory) async fn put_region(
    connection: &mut PgConnection,
    region: &StoredRegion,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let rows = sqlx::query!(
        "INSERT INTO directory.regions AS r
             (id, intergroup_id, parent_id, slug, name, version, revision, deleted_at)
         SELECT $1, $7, d.parent_id, d.slug, d.name, $3, $4, CASE WHEN $6 THEN $5::timestamptz END
         FROM jsonb_to_record($2::jsonb) AS d (parent_id uuid, slug text, name text)
         ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, slug = excluded.slug, name = excluded.name,
             version = excluded.version, revision = excluded.revision, deleted_at = excluded.deleted_at
         WHERE r.version = excluded.version - 1",
        region.id.0,
        json!(region.document),
        region.version,
        stamp.revision,
        stamp.now,
        region.deleted,
        region.intergroup_id.0,
    )
    .execute(connection)
    .await
    .map_err(refusal)?;
    written(rows.rows_affected())
}

/// All slugs of an intergroup's regions, those of deleted ones too.
pub(in crate::directory) async fn region_slugs(
    connection: &mut PgConnection,
    office: IntergroupId,
) -> Result<HashSet<String>, sqlx::Error> {
    let slugs = sqlx::query_scalar!("SELECT slug FROM directory.regions WHERE intergroup_id = $1", office.0)
        .fetch_all(connection)
        .await?;
    Ok(slugs.into_iter().collect())
}

/// Whether living regions lie directly in one.
pub(in crate::directory) async fn has_living_children(
    connection: &mut PgConnection,
    region: RegionId,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM directory.regions WHERE parent_id = $1 AND deleted_at IS NULL) AS "any!""#,
        region.0
    )
    .fetch_one(connection)
    .await
}

/// How many levels there are from the root down to `parent`, how many from
/// `region` down to its lowest, and whether `parent` is `region` or lies in it.
pub(in crate::directory) async fn region_levels(
    connection: &mut PgConnection,
    region: RegionId,
    parent: RegionId,
) -> Result<(i64, i64, bool), sqlx::Error> {
    let row = sqlx::query!(
        r#"WITH RECURSIVE up AS (
               SELECT id, parent_id, 1 AS level FROM directory.regions WHERE id = $2
               UNION ALL
               SELECT r.id, r.parent_id, up.level + 1 FROM directory.regions r JOIN up ON r.id = up.parent_id
               WHERE up.level < 64
           ), down AS (
               SELECT $1::uuid AS id, 1 AS level
               UNION ALL
               SELECT r.id, down.level + 1 FROM directory.regions r JOIN down ON r.parent_id = down.id
               WHERE down.level < 64 AND r.deleted_at IS NULL
           )
           SELECT (SELECT count(*) FROM up) AS "above!", (SELECT max(level)::bigint FROM down) AS "below!",
                  EXISTS (SELECT FROM up WHERE id = $1) AS "circle!""#,
        region.0,
        parent.0,
    )
    .fetch_one(connection)
    .await?;
    Ok((row.above, row.below, row.circle))
}
