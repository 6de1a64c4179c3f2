//! Intergroups, as their offices write them.

use serde_json::json;
use sqlx::PgConnection;

use super::{Stamp, StoredIntergroup, refusal, written};
use crate::{
    directory::{WriteError, store::load::parsed},
    kernel::IntergroupId,
};

/// An intergroup, loaded for writing.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_intergroup_to_write(
    connection: &mut PgConnection,
    id: IntergroupId,
) -> Result<Option<StoredIntergroup>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT i.version,
               jsonb_strip_nulls(jsonb_build_object(
                   'slug', i.slug, 'name', i.name, 'parent_id', i.parent_id, 'timezone', i.timezone,
                   'website', i.website, 'email', i.email, 'phone', i.phone, 'location', i.location,
                   'logo', i.logo, 'require_totp', i.require_totp
               )) AS "document!"
           FROM directory.intergroups i WHERE i.id = $1"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let document = parsed(serde_json::from_value(row.document))?;
        Ok(StoredIntergroup { id, intergroup_id: id, version: row.version, deleted: false, from_feed: false, document })
    })
    .transpose()
}

/// Makes an intergroup. (Not in one statement with [`update_intergroup`]: the
/// scope covers a child only once it is there.)
pub(in crate::directory) async fn insert_intergroup(
    connection: &mut PgConnection,
    intergroup: &StoredIntergroup,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let rows = sqlx::query!(
        "INSERT INTO directory.intergroups
             (id, slug, name, parent_id, timezone, website, email, phone, location, logo, require_totp, version,
              revision, created_at, updated_at)
         SELECT $1, d.slug, d.name, d.parent_id, d.timezone, d.website, d.email, d.phone, d.location, d.logo,
                d.require_totp, $3, $4, $5, $5
         FROM jsonb_to_record($2::jsonb) AS d
             (slug text, name text, parent_id uuid, timezone text, website text, email text, phone text,
              location text, logo text, require_totp boolean)",
        intergroup.id.0,
        json!(intergroup.document),
        intergroup.version,
        stamp.revision,
        stamp.now,
    )
    .execute(connection)
    .await
    .map_err(refusal)?;
    written(rows.rows_affected())
}

/// Writes an intergroup's next version.
pub(in crate::directory) async fn update_intergroup(
    connection: &mut PgConnection,
    intergroup: &StoredIntergroup,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let rows = sqlx::query!(
        "UPDATE directory.intergroups i
         SET slug = d.slug, name = d.name, parent_id = d.parent_id, timezone = d.timezone, website = d.website,
             email = d.email, phone = d.phone, location = d.location, logo = d.logo,
             require_totp = d.require_totp, version = $3::bigint, revision = $4, updated_at = $5
         FROM jsonb_to_record($2::jsonb) AS d
             (slug text, name text, parent_id uuid, timezone text, website text, email text, phone text,
              location text, logo text, require_totp boolean)
         WHERE i.id = $1 AND i.version = $3::bigint - 1",
        intergroup.id.0,
        json!(intergroup.document),
        intergroup.version,
        stamp.revision,
        stamp.now,
    )
    .execute(connection)
    .await
    .map_err(refusal)?;
    written(rows.rows_affected())
}
