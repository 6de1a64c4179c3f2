//! Intergroups.

use sqlx::PgConnection;

use super::{
    Stamp, StoredIntergroup,
    load::parsed,
    write::{self, log},
};
use crate::{
    directory::{Intergroup, IntergroupDocument, WriteError},
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
/// [`WriteError::SlugTaken`] when the slug is taken.
pub async fn insert_intergroup(
    connection: &mut PgConnection,
    new: &NewIntergroup,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let document = IntergroupDocument {
        slug: new.slug.clone(),
        name: new.name.clone(),
        parent_id: new.parent_id,
        timezone: new.timezone,
        website: new.website.clone(),
        email: new.email.clone(),
        phone: new.phone.clone(),
        location: new.location.clone(),
        logo: None,
        require_totp: false,
    };
    let intergroup = StoredIntergroup::new(new.id, new.id, document);
    write::insert_intergroup(connection, &intergroup, stamp).await?;
    Ok(log(connection, None, &intergroup, stamp).await?)
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
