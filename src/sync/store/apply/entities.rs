//! Regions, groups and locations of a plan.

use std::collections::HashSet;

use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{
    directory::{GroupContent, Place, Stamp},
    kernel::{FeedId, GroupId, IntergroupId, LocationId, slugify},
    sync::plan::{EntityChange, EntityOp, Plan},
};

pub(super) async fn apply_regions(
    connection: &mut PgConnection,
    plan: &Plan,
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    for region in &plan.regions {
        sqlx::query!(
            "INSERT INTO directory.regions (id, intergroup_id, parent_id, slug, name, revision)
             VALUES ($1, $2, $3, $4, $5, $6)",
            region.id.0,
            plan.intergroup_id.0,
            region.parent_id.map(|id| id.0),
            region.slug.as_str(),
            region.name,
            stamp.revision,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

pub(super) async fn apply_groups(
    connection: &mut PgConnection,
    office: IntergroupId,
    feed: FeedId,
    changes: &[EntityChange<GroupId, GroupContent>],
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    let mut taken: HashSet<String> =
        sqlx::query_scalar!("SELECT slug FROM directory.groups WHERE intergroup_id = $1", office.0)
            .fetch_all(&mut *connection)
            .await?
            .into_iter()
            .collect();
    let rows: Vec<Value> = changes
        .iter()
        .map(|change| {
            // An existing group keeps its slug; the conflict clause never touches it.
            let slug = (change.op == EntityOp::Create).then(|| free_slug(&change.after.name, &mut taken));
            json!({
                "id": change.id, "slug": slug.unwrap_or_else(|| change.id.to_string()), "name": change.after.name,
                "notes": change.after.notes, "source_key": change.source_key, "version": change.version + 1,
                "deleted": change.op == EntityOp::Delete,
            })
        })
        .collect();
    sqlx::query!(
        "INSERT INTO directory.groups
             (id, intergroup_id, slug, name, notes, feed_id, source_key, version, revision, updated_at, deleted_at)
         SELECT r.id, $2, r.slug, r.name, r.notes, $3, r.source_key, r.version, $4, $5,
                CASE WHEN r.deleted THEN $5::timestamptz END
         FROM jsonb_to_recordset($1::jsonb) AS r
             (id uuid, slug text, name text, notes text, source_key text, version bigint, deleted boolean)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, notes = excluded.notes, version = excluded.version,
             revision = excluded.revision, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at",
        Value::Array(rows),
        office.0,
        feed.0,
        stamp.revision,
        stamp.now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn free_slug(name: &str, taken: &mut HashSet<String>) -> String {
    let base = slugify(name).map_or_else(|| "group".to_owned(), String::from);
    let numbered = (2u32..).filter_map(|n| slugify(&format!("{base} {n}")).map(String::from));
    let mut candidates = std::iter::once(base.clone()).chain(numbered);
    let slug = candidates.find(|slug| !taken.contains(slug)).unwrap_or(base);
    taken.insert(slug.clone());
    slug
}

pub(super) async fn apply_locations(
    connection: &mut PgConnection,
    office: IntergroupId,
    feed: FeedId,
    changes: &[EntityChange<LocationId, Place>],
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    let rows: Vec<Value> = changes
        .iter()
        .map(|change| {
            json!({
                "id": change.id, "source_key": change.source_key, "version": change.version + 1,
                "deleted": change.op == EntityOp::Delete, "place": change.after,
            })
        })
        .collect();
    sqlx::query!(
        "INSERT INTO directory.locations
             (id, intergroup_id, name, formatted_address, address, city, state, postal_code, country, latitude,
              longitude, approximate, notes, feed_id, source_key, version, revision, updated_at, deleted_at)
         SELECT r.id, $2, p.name, p.formatted_address, p.address, p.city, p.state, p.postal_code, p.country,
                p.latitude, p.longitude, p.approximate, p.notes, $3, r.source_key, r.version, $4, $5,
                CASE WHEN r.deleted THEN $5::timestamptz END
         FROM jsonb_to_recordset($1::jsonb) AS r
                  (id uuid, source_key text, version bigint, deleted boolean, place jsonb),
              jsonb_to_record(r.place) AS p
                  (name text, formatted_address text, address text, city text, state text, postal_code text,
                   country text, latitude float8, longitude float8, approximate boolean, notes text)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, formatted_address = excluded.formatted_address,
             address = excluded.address, city = excluded.city, state = excluded.state,
             postal_code = excluded.postal_code, country = excluded.country, latitude = excluded.latitude,
             longitude = excluded.longitude, approximate = excluded.approximate, notes = excluded.notes,
             version = excluded.version, revision = excluded.revision, updated_at = excluded.updated_at,
             deleted_at = excluded.deleted_at",
        Value::Array(rows),
        office.0,
        feed.0,
        stamp.revision,
        stamp.now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
