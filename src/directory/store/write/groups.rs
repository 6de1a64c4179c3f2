//! Groups.

use std::collections::HashSet;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Stamp, StoredGroup, refusal, written};
use crate::{
    directory::{WriteError, store::load::parsed},
    kernel::{GroupId, IntergroupId},
};

/// A group, deleted or not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_group(connection: &mut PgConnection, id: GroupId) -> Result<Option<StoredGroup>, sqlx::Error> {
    Ok(load_groups(connection, &[id.0]).await?.pop())
}

pub(super) async fn load_groups(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<StoredGroup>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT g.id, g.intergroup_id, g.version, g.deleted_at IS NOT NULL AS "deleted!",
               g.feed_id IS NOT NULL AS "from_feed!",
               jsonb_strip_nulls(jsonb_build_object(
                   'intergroup_id', g.intergroup_id, 'slug', g.slug, 'name', g.name, 'notes', g.notes,
                   'website', g.website, 'gso_number', g.gso_number, 'contacts_public', g.contacts_public,
                   'contribution', jsonb_build_object('venmo', g.venmo, 'square', g.square, 'paypal', g.paypal,
                       'homegroup_online', g.homegroup_online)
               )) AS "document!"
           FROM directory.groups g WHERE g.id = ANY($1) ORDER BY g.id"#,
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StoredGroup {
                id: GroupId(row.id),
                intergroup_id: IntergroupId(row.intergroup_id),
                version: row.version,
                deleted: row.deleted,
                from_feed: row.from_feed,
                document: parsed(serde_json::from_value(row.document))?,
            })
        })
        .collect()
}

/// Writes a group's next version.
pub(in crate::directory) async fn put_group(
    connection: &mut PgConnection,
    group: &StoredGroup,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let rows = sqlx::query!(
        "INSERT INTO directory.groups AS g
             (id, intergroup_id, slug, name, notes, website, gso_number, venmo, square, paypal, homegroup_online,
              contacts_public, version, revision, updated_at, deleted_at)
         SELECT $1, d.intergroup_id, d.slug, d.name, d.notes, d.website, d.gso_number, d.contribution ->> 'venmo',
                d.contribution ->> 'square', d.contribution ->> 'paypal', d.contribution ->> 'homegroup_online',
                d.contacts_public, $3, $4, $5, CASE WHEN $6 THEN $5::timestamptz END
         FROM jsonb_to_record($2::jsonb) AS d
             (intergroup_id uuid, slug text, name text, notes text, website text, gso_number text,
              contribution jsonb, contacts_public boolean)
         ON CONFLICT (id) DO UPDATE SET intergroup_id = excluded.intergroup_id, slug = excluded.slug,
             name = excluded.name, notes = excluded.notes, website = excluded.website,
             gso_number = excluded.gso_number, venmo = excluded.venmo, square = excluded.square,
             paypal = excluded.paypal, homegroup_online = excluded.homegroup_online,
             contacts_public = excluded.contacts_public, version = excluded.version, revision = excluded.revision,
             updated_at = excluded.updated_at, deleted_at = excluded.deleted_at
         WHERE g.version = excluded.version - 1",
        group.id.0,
        json!(group.document),
        group.version,
        stamp.revision,
        stamp.now,
        group.deleted,
    )
    .execute(connection)
    .await
    .map_err(refusal)?;
    written(rows.rows_affected())
}

/// All slugs of an intergroup's groups, those of deleted ones too.
pub(in crate::directory) async fn group_slugs(
    connection: &mut PgConnection,
    office: IntergroupId,
) -> Result<HashSet<String>, sqlx::Error> {
    let slugs = sqlx::query_scalar!("SELECT slug FROM directory.groups WHERE intergroup_id = $1", office.0)
        .fetch_all(connection)
        .await?;
    Ok(slugs.into_iter().collect())
}
