//! The whole directory in one consistent read.

use foldhash::HashMap;
use futures_util::{StreamExt, TryStreamExt};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    former::{load_aliases, load_gone},
    intergroups::list_intergroups,
    meetings::MeetingReader,
    notices::{Notices, load_notices},
};
use crate::{
    directory::{Contribution, Directory, Group, Location, Place, Region},
    kernel::{GroupId, IntergroupId, LocationId, RegionId, Slug},
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
    pub(super) fn office(self) -> Option<Uuid> {
        match self {
            Self::Public => None,
            Self::Office(id) => Some(id.0),
        }
    }
}

/// What is around the meetings of a directory, and what they show of it.
#[derive(Debug)]
pub struct Surroundings {
    /// Everything but meetings.
    pub directory: Directory,
    pub(super) notices: Notices,
}

/// Loads the directory to that extent. Call it in a transaction that sees one
/// state ([`crate::db::begin_read`]) or that holds the clock.
///
/// # Errors
/// When the database cannot be reached, or holds what the program does not
/// understand (a newer program wrote it).
pub async fn load(connection: &mut PgConnection, extent: Extent) -> Result<Directory, sqlx::Error> {
    let around = load_surroundings(connection, extent).await?;
    let mut meetings = Vec::new();
    let mut reader = MeetingReader::new(connection, extent, &around).await?;
    while let Some(part) = reader.next(connection).await? {
        meetings.extend(part);
    }
    Ok(Directory { meetings, ..around.directory })
}

/// Loads all but the meetings, which a [`MeetingReader`] reads; in one
/// transaction, as [`load`].
///
/// # Errors
/// As [`load`].
pub async fn load_surroundings(connection: &mut PgConnection, extent: Extent) -> Result<Surroundings, sqlx::Error> {
    let directory = Directory {
        revision: revision(connection).await?,
        intergroups: list_intergroups(connection).await?,
        regions: load_regions(connection, extent).await?,
        groups: load_groups(connection, extent).await?,
        locations: load_locations(connection, extent).await?,
        meetings: Vec::new(),
        aliases: load_aliases(connection, None).await?,
        gone: load_gone(connection, None).await?,
    };
    Ok(Surroundings { directory, notices: load_notices(connection).await? })
}

/// Turns what the database holds into what it must be.
pub(super) fn parsed<T, E: std::error::Error + Send + Sync + 'static>(value: Result<T, E>) -> Result<T, sqlx::Error> {
    value.map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The names from the root to each region.
pub(super) fn region_paths(regions: &[Region]) -> HashMap<RegionId, Vec<String>> {
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

/// A region as a row has it.
struct RegionRow {
    id: Uuid,
    intergroup_id: Uuid,
    parent_id: Option<Uuid>,
    slug: String,
    name: String,
    version: i64,
}

async fn load_regions(connection: &mut PgConnection, extent: Extent) -> Result<Vec<Region>, sqlx::Error> {
    let rows = sqlx::query_as!(
        RegionRow,
        "SELECT id, intergroup_id, parent_id, slug, name, version
         FROM directory.regions
         WHERE CASE WHEN $1::uuid IS NULL THEN deleted_at IS NULL ELSE intergroup_id = $1 END
         ORDER BY intergroup_id, slug",
        extent.office(),
    )
    .fetch(connection);
    rows.map(|row| row?.try_into()).try_collect().await
}

/// Those of these regions that are there.
pub(super) async fn load_some_regions(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Region>, sqlx::Error> {
    let rows = sqlx::query_as!(
        RegionRow,
        "SELECT id, intergroup_id, parent_id, slug, name, version
         FROM directory.regions WHERE id = ANY($1) AND deleted_at IS NULL",
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

impl TryFrom<RegionRow> for Region {
    type Error = sqlx::Error;

    fn try_from(row: RegionRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: RegionId(row.id),
            intergroup_id: IntergroupId(row.intergroup_id),
            parent_id: row.parent_id.map(RegionId),
            slug: parsed(Slug::parse(&row.slug))?,
            name: row.name,
            version: row.version,
        })
    }
}

/// A group as a row has it.
struct GroupRow {
    id: Uuid,
    intergroup_id: Uuid,
    slug: String,
    name: String,
    notes: Option<String>,
    website: Option<String>,
    gso_number: Option<String>,
    venmo: Option<String>,
    square: Option<String>,
    paypal: Option<String>,
    homegroup_online: Option<String>,
    contacts_public: bool,
    version: i64,
}

/// Those of an office by slug; all of them in no order, which nobody asks for and
/// the database would take longer for than for the rest.
async fn load_groups(connection: &mut PgConnection, extent: Extent) -> Result<Vec<Group>, sqlx::Error> {
    let rows = sqlx::query_as!(
        GroupRow,
        "SELECT id, intergroup_id, slug, name, notes, website, gso_number, venmo, square, paypal, homegroup_online,
                contacts_public, version
         FROM directory.groups
         WHERE CASE WHEN $1::uuid IS NULL THEN deleted_at IS NULL ELSE intergroup_id = $1 END
         ORDER BY CASE WHEN $1::uuid IS NOT NULL THEN slug END",
        extent.office(),
    )
    .fetch(connection);
    rows.map(|row| row?.try_into()).try_collect().await
}

/// Those of these groups that are there.
pub(super) async fn load_some_groups(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Group>, sqlx::Error> {
    let rows = sqlx::query_as!(
        GroupRow,
        "SELECT id, intergroup_id, slug, name, notes, website, gso_number, venmo, square, paypal, homegroup_online,
                contacts_public, version
         FROM directory.groups WHERE id = ANY($1) AND deleted_at IS NULL",
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

impl TryFrom<GroupRow> for Group {
    type Error = sqlx::Error;

    fn try_from(row: GroupRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
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
    }
}

/// A location as a row has it.
struct LocationRow {
    id: Uuid,
    intergroup_id: Uuid,
    name: Option<String>,
    formatted_address: Option<String>,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    approximate: bool,
    notes: Option<String>,
    version: i64,
}

/// Those of an office by id; all of them in no order, as with groups.
async fn load_locations(connection: &mut PgConnection, extent: Extent) -> Result<Vec<Location>, sqlx::Error> {
    let rows = sqlx::query_as!(
        LocationRow,
        "SELECT id, intergroup_id, name, formatted_address, address, city, state, postal_code, country, latitude,
                longitude, approximate, notes, version
         FROM directory.locations
         WHERE CASE WHEN $1::uuid IS NULL THEN deleted_at IS NULL ELSE intergroup_id = $1 END
         ORDER BY CASE WHEN $1::uuid IS NOT NULL THEN id END",
        extent.office(),
    )
    .fetch(connection);
    rows.map_ok(Into::into).try_collect().await
}

/// Those of these locations that are there.
pub(super) async fn load_some_locations(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<Location>, sqlx::Error> {
    let rows = sqlx::query_as!(
        LocationRow,
        "SELECT id, intergroup_id, name, formatted_address, address, city, state, postal_code, country, latitude,
                longitude, approximate, notes, version
         FROM directory.locations WHERE id = ANY($1) AND deleted_at IS NULL",
        ids,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

impl From<LocationRow> for Location {
    fn from(row: LocationRow) -> Self {
        Self {
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
        }
    }
}
