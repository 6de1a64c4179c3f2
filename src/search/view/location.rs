//! A place, inside of a meeting and on its own.

use serde::Serialize;
use utoipa::ToSchema;

use super::{group::MeetingBrief, intergroup::IntergroupRef};
use crate::directory::Place;
use crate::kernel::LocationId;

/// Where a meeting meets. `latitude` and `longitude` come together.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Place)]
pub struct PlaceView<'a> {
    /// The location's id.
    #[schema(value_type = Uuid)]
    pub id: LocationId,
    /// Building or landmark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<&'a str>,
    /// The whole address in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub formatted_address: Option<&'a str>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub address: Option<&'a str>,
    /// City or town.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city: Option<&'a str>,
    /// State, province or county.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub state: Option<&'a str>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub postal_code: Option<&'a str>,
    /// Country as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub country: Option<&'a str>,
    /// Degrees north (WGS 84).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = -90, maximum = 90)]
    pub latitude: Option<f64>,
    /// Degrees east (WGS 84).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = -180, maximum = 180)]
    pub longitude: Option<f64>,
    /// Whether this is only an area, not a door that one can go to.
    pub approximate: bool,
    /// For all meetings at this place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notes: Option<&'a str>,
}

impl<'a> PlaceView<'a> {
    /// The place of a location as it is shown.
    pub fn of(id: LocationId, place: &'a Place) -> Self {
        Self {
            id,
            name: place.name.as_deref(),
            formatted_address: place.formatted_address.as_deref(),
            address: place.address.as_deref(),
            city: place.city.as_deref(),
            state: place.state.as_deref(),
            postal_code: place.postal_code.as_deref(),
            country: place.country.as_deref(),
            latitude: place.latitude,
            longitude: place.longitude,
            approximate: place.approximate,
            notes: place.notes.as_deref(),
        }
    }
}

/// A location on its own.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Location)]
pub struct LocationView<'a> {
    /// What and where it is.
    #[serde(flatten)]
    pub place: PlaceView<'a>,
    /// The intergroup that lists it.
    pub intergroup: IntergroupRef<'a>,
    /// The meetings here by day and time, those by appointment last. Left out
    /// of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub meetings: Option<Vec<MeetingBrief<'a>>>,
}
