//! A region as an office sends it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::patch::Document;
use crate::{
    directory::RegionDocument,
    http::Line,
    kernel::{RegionId, Slug},
};

/// A node of the intergroup's tree of regions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "North Side", "slug": "north-side" }))]
pub struct RegionInput {
    /// Its name in addresses, unique in the intergroup; made of the name where
    /// a creation has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^[A-Za-z0-9_-]{1,64}$", example = "north-side")]
    pub slug: Option<Slug>,
    /// Its name, unique among its neighbours.
    #[schema(inline)]
    pub name: Line<128>,
    /// The region of the same intergroup that it lies in; at most eight levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub parent_id: Option<RegionId>,
}

impl Document for RegionDocument {
    type Input = RegionInput;

    const ENTITY: &'static str = "region";
    const NEEDED: &'static [(&'static str, &'static str)] = &[("name", "-")];
    const LASTING: &'static [&'static str] = &["slug"];
}
