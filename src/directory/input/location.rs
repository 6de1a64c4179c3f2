//! A location as an office sends it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fields::{Latitude, Longitude},
    patch::Document,
};
use crate::{
    directory::Place,
    http::{Line, Words},
};

/// A place that meetings share. It has at least one of a name, a part of an
/// address, or coordinates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA",
    "latitude": 41.88425, "longitude": -87.63245, "notes": "Ramp on the left."
}))]
pub struct LocationInput {
    /// Building or landmark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub name: Option<Line<255>>,
    /// The whole address in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub formatted_address: Option<Line<500>>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub address: Option<Line<255>>,
    /// City or town.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub city: Option<Line<128>>,
    /// State, province or county.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub state: Option<Line<128>>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub postal_code: Option<Line<32>>,
    /// Country as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub country: Option<Line<128>>,
    /// Degrees north, kept to five decimals; together with `longitude`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub latitude: Option<Latitude>,
    /// Degrees east, kept to five decimals; together with `latitude`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub longitude: Option<Longitude>,
    /// Whether this is only an area, not a door that one can go to.
    #[serde(default)]
    #[schema(default = false)]
    pub approximate: bool,
    /// Plain text for all meetings at this place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub notes: Option<Words<10_000>>,
}

impl Document for Place {
    type Input = LocationInput;

    const ENTITY: &'static str = "location";
    const NEEDED: &'static [(&'static str, &'static str)] = &[];
}
