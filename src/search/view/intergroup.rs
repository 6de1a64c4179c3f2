//! An intergroup, the nodes of its tree of regions, and what others show of
//! them.

use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant::Instant;
use crate::directory::{Intergroup, Region};
use crate::kernel::{IntergroupId, RegionId, Slug};

/// An intergroup as others point to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct IntergroupRef<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: IntergroupId,
    /// Its name in addresses.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
}

impl<'a> IntergroupRef<'a> {
    /// Points to an intergroup.
    pub fn of(intergroup: &'a Intergroup) -> Self {
        Self { id: intergroup.id, slug: &intergroup.slug, name: &intergroup.name }
    }
}

/// How much an intergroup lists, its descendants included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Counts {
    /// Published meetings, inactive ones included.
    pub meetings: u32,
    /// Groups.
    pub groups: u32,
    /// Locations.
    pub locations: u32,
}

impl Counts {
    /// Both counts together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            meetings: self.meetings + other.meetings,
            groups: self.groups + other.groups,
            locations: self.locations + other.locations,
        }
    }
}

/// An intergroup.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Intergroup)]
pub struct IntergroupView<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: IntergroupId,
    /// Its name in addresses, unique among all intergroups.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// The entity that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parent: Option<IntergroupRef<'a>>,
    /// IANA zone of its meetings that have none of their own.
    #[schema(value_type = String)]
    pub timezone: Tz,
    /// Its website, absolute http(s).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub website: Option<&'a str>,
    /// Its public e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<&'a str>,
    /// Its public phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone: Option<&'a str>,
    /// The area it serves, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<&'a str>,
    /// Its logo, absolute https.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub logo: Option<&'a str>,
    /// How much it lists.
    pub counts: Counts,
    /// Counts its own changes, from 1.
    pub version: i64,
    /// When its content last changed.
    #[schema(value_type = DateTime<Utc>)]
    pub updated_at: Instant,
    /// Great-circle distance in metres from the place asked for to the nearest
    /// meeting that it lists, descendants included, and one can go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub distance_m: Option<f64>,
}

impl<'a> IntergroupView<'a> {
    /// The intergroup as it is shown.
    pub fn of(intergroup: &'a Intergroup, parent: Option<IntergroupRef<'a>>, counts: Counts) -> Self {
        Self {
            id: intergroup.id,
            slug: &intergroup.slug,
            name: &intergroup.name,
            parent,
            timezone: intergroup.timezone,
            website: intergroup.website.as_deref(),
            email: intergroup.email.as_deref(),
            phone: intergroup.phone.as_deref(),
            location: intergroup.location.as_deref(),
            logo: intergroup.logo.as_deref(),
            counts,
            version: intergroup.version,
            updated_at: Instant(intergroup.updated_at),
            distance_m: None,
        }
    }
}

/// A meeting's region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RegionRef<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: RegionId,
    /// Its name in addresses, unique in the intergroup.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// Names from the root of the tree to the region itself.
    pub path: &'a [&'a str],
}

/// A node of an intergroup's tree of regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Region)]
pub struct RegionView<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: RegionId,
    /// Its name in addresses, unique in the intergroup.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// The intergroup whose tree it stands in.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// The region that it lies in; absent for a root.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub parent_id: Option<RegionId>,
    /// Names from the root of the tree to the region itself.
    pub path: &'a [&'a str],
    /// Published meetings in it and its sub-regions, inactive ones included.
    pub meeting_count: u32,
}

impl<'a> RegionView<'a> {
    /// The region as it is shown.
    pub fn of(region: &'a Region, path: &'a [&'a str], meeting_count: u32) -> Self {
        Self {
            id: region.id,
            slug: &region.slug,
            name: &region.name,
            intergroup_id: region.intergroup_id,
            parent_id: region.parent_id,
            path,
            meeting_count,
        }
    }
}
