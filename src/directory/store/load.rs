//! The whole directory in one consistent read.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::{intergroups::list_intergroups, meetings::load_meetings, notices::load_notices};
use crate::{
    directory::{Contribution, Directory, Gone, Group, Location, Place, Region},
    kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId, Slug},
};

/// The directory's clock.
///
/// # Errors
/// When the database cannot be reached.
pub async fn revision(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("SELECT revision FROM directory.directory_clock").fetch_one(connection).await
}

/// How much of the directory to load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What is public, of all intergroups.
    Public,
    /// Everything of one intergroup, unpublished and deleted things too.
    Office(IntergroupId),
}

impl Extent {
    /// The intergroup to keep to, for SQL.
    pub(super) fn office(self) -> Option<uuid::Uuid> {
        match self {
            Self::Public => None,
            Self::Office(id) => Some(id.0),
        }
    }
}

/// Loads the directory to that extent. Call it in a transaction that sees one
/// state ([`crate::db::begin_read`]) or that holds the clock.
///
/// # Errors
/// When the database cannot be reached, or holds what the program does not
/// understand (a newer program wrote it).
pub async fn load(connection: &mut PgConnection, extent: Extent) -> Result<Directory, sqlx::Error> {
    let revision = revision(connection).await?;
    let intergroups = list_intergroups(connection).await?;
    let regions = load_regions(connection, extent).await?;
    let groups = load_groups(connection, extent).await?;
    let locations = load_locations(connection, extent).await?;
    let notices = load_notices(connection).await?;
    let meetings = {
        let groups: HashMap<GroupId, &Group> = groups.iter().map(|group| (group.id, group)).collect();
        let places: HashMap<LocationId, &Place> = locations.iter().map(|l| (l.id, &l.place)).collect();
        let paths = region_paths(&regions);
        load_meetings(connection, extent, &groups, &places, &paths, &notices).await?
    };
    Ok(Directory {
        revision,
        intergroups,
        regions,
        groups,
        locations,
        meetings,
        aliases: load_aliases(connection).await?,
        gone: load_gone(connection).await?,
    })
}

/// Turns what the database holds into what it must be.
pub(super) fn parsed<T, E: std::error::Error + Send + Sync + 'static>(value: Result<T, E>) -> Result<T, sqlx::Error> {
    value.map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The names from the root to each region.
fn region_paths(regions: &[Region]) -> HashMap<RegionId, Vec<String>> {
    let by_id: HashMap<RegionId, &Region> = regions.iter().map(|region| (region.id, region)).collect();
    regions
        .iter()
        .map(|region| {
            let mut path = vec![region.name.clone()];
            let mut parent = region.parent_id;
            // A cycle cannot be written; the bound only keeps a broken restore from hanging us.
            while let Some(node) = parent.and_then(|id| by_id.get(&id)).filter(|_| path.len() < 16) {
                path.push(node.name.clone());
                parent = node.parent_id;
            }
            path.reverse();
            (region.id, path)
        })
        .collect()
}

async fn load_regions(connection: &mut PgConnection, extent: Extent) -> Result<Vec<Region>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, intergroup_id, parent_id, slug, name, version
         FROM directory.regions
         WHERE CASE WHEN $1::uuid IS NULL THEN deleted_at IS NULL ELSE intergroup_id = $1 END
         ORDER BY intergroup_id, slug",
        extent.office(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Region {
                id: RegionId(row.id),
                intergroup_id: IntergroupId(row.intergroup_id),
                parent_id: row.parent_id.map(RegionId),
                slug: parsed(Slug::parse(&row.slug))?,
                name: row.name,
                version: row.version,
            })
        })
        .collect()
}

async fn load_groups(connection: &mut PgConnection, extent: Extent) -> Result<Vec<Group>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, intergroup_id, slug, name, notes, website, gso_number, venmo, square, paypal, homegroup_online,
                contacts_public, version
         FROM directory.groups
         WHERE CASE WHEN $1::uuid IS NULL THEN deleted_at IS NULL ELSE intergroup_id = $1 END
         ORDER BY intergroup_id, slug",
        extent.office(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Group {
                id: GroupId(row.id),
                intergroup_id: IntergroupId(row.intergroup_id),
                slug: parsed(Slug::parse(&row.slug))?,
                name: row.name,
                notes: row.notes,
                website: row.website,
                gso_number: row.gso_number,
                contribution: Contribution {
                    venmo: row.venmo,
                    square: row.square,
                    paypal: row.paypal,
                    homegroup_online: row.homegroup_online,
                },
                contacts_public: row.contacts_public,
                version: row.version,
            })
        })
        .collect()
}

async fn load_locations(connection: &mut PgConnection, extent: Extent) -> Result<Vec<Location>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, intergroup_id, name, formatted_address, address, city, state, postal_code, country, latitude,
                longitude, approximate, notes, version
         FROM directory.locations
         WHERE CASE WHEN $1::uuid IS NULL THEN deleted_at IS NULL ELSE intergroup_id = $1 END
         ORDER BY intergroup_id, id",
        extent.office(),
    )
    .fetch_all(connection)
    .await?;
    let locations = rows.into_iter().map(|row| Location {
        id: LocationId(row.id),
        intergroup_id: IntergroupId(row.intergroup_id),
        place: Place {
            name: row.name,
            formatted_address: row.formatted_address,
            address: row.address,
            city: row.city,
            state: row.state,
            postal_code: row.postal_code,
            country: row.country,
            latitude: row.latitude,
            longitude: row.longitude,
            approximate: row.approximate,
            notes: row.notes,
        },
        version: row.version,
    });
    Ok(locations.collect())
}

async fn load_aliases(connection: &mut PgConnection) -> Result<Vec<(IntergroupId, Slug, MeetingId)>, sqlx::Error> {
    let rows = sqlx::query!("SELECT intergroup_id, slug, meeting_id FROM directory.meeting_aliases")
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|row| Ok((IntergroupId(row.intergroup_id), parsed(Slug::parse(&row.slug))?, MeetingId(row.meeting_id))))
        .collect()
}

async fn load_gone(connection: &mut PgConnection) -> Result<Vec<Gone>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, intergroup_id, slug, replaced_by FROM directory.meetings
         WHERE deleted_at IS NOT NULL AND published"
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Gone {
                id: MeetingId(row.id),
                intergroup_id: IntergroupId(row.intergroup_id),
                slug: parsed(Slug::parse(&row.slug))?,
                replaced_by: row.replaced_by.map(MeetingId),
            })
        })
        .collect()
}
