//! Intergroups.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::load::parsed;
use crate::{
    directory::Intergroup,
    kernel::{IntergroupId, Slug, parse_zone},
};

/// An intergroup to be made.
#[derive(Debug, Clone)]
pub struct NewIntergroup {
    /// Its id.
    pub id: IntergroupId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The entity that it belongs to.
    pub parent_id: Option<IntergroupId>,
    /// Its default zone.
    pub timezone: chrono_tz::Tz,
    /// Its website.
    pub website: Option<String>,
    /// Its public e-mail address.
    pub email: Option<String>,
    /// Its public phone number.
    pub phone: Option<String>,
    /// The area it serves, in words.
    pub location: Option<String>,
}

/// Inserts an intergroup and its history.
///
/// # Errors
/// The constraint `intergroups_slug_key` when the slug is taken.
pub async fn insert_intergroup(
    connection: &mut PgConnection,
    new: &NewIntergroup,
    revision: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO directory.intergroups
             (id, slug, name, parent_id, timezone, website, email, phone, location, revision, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        new.id.0,
        new.slug.as_str(),
        new.name,
        new.parent_id.map(|id| id.0),
        new.timezone.name(),
        new.website,
        new.email,
        new.phone,
        new.location,
        revision,
        now,
    )
    .execute(&mut *connection)
    .await?;
    let after = serde_json::json!({
        "slug": new.slug, "name": new.name, "parent_id": new.parent_id, "timezone": new.timezone.name(),
        "website": new.website, "email": new.email, "phone": new.phone, "location": new.location,
    });
    sqlx::query!(
        "INSERT INTO directory.changes (intergroup_id, entity, entity_id, op, version, revision, actor, at, after)
         VALUES ($1, 'intergroup', $1, 'create', 1, $2, 'operator', $3, $4)",
        new.id.0,
        revision,
        now,
        after,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The intergroup of that slug.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_intergroup(connection: &mut PgConnection, slug: &str) -> Result<Option<Intergroup>, sqlx::Error> {
    Ok(list_intergroups(connection).await?.into_iter().find(|intergroup| intergroup.slug.as_str() == slug))
}

/// All intergroups by slug.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_intergroups(connection: &mut PgConnection) -> Result<Vec<Intergroup>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, slug, name, parent_id, timezone, website, email, phone, location, logo, version, updated_at
         FROM directory.intergroups ORDER BY slug"
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Intergroup {
                id: IntergroupId(row.id),
                slug: parsed(Slug::parse(&row.slug))?,
                name: row.name,
                parent_id: row.parent_id.map(IntergroupId),
                timezone: parsed(parse_zone(&row.timezone))?,
                website: row.website,
                email: row.email,
                phone: row.phone,
                location: row.location,
                logo: row.logo,
                version: row.version,
                updated_at: row.updated_at,
            })
        })
        .collect()
}
