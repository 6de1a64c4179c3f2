//! Meetings on a map.

use actix_web::{HttpRequest, HttpResponse, route, web::Data};
use chrono::Timelike;
use utoipa::IntoParams;

use super::parameters::FilterParameters;
use crate::{
    http::{Answer, ApiError, AsHead, EntityTag, PublicErrors, QueryString, Refusal},
    kernel::Clock,
    search::{
        Snapshots,
        clusters::{ClustersView, MAX_ZOOM, clusters},
        query::SearchQuery,
    },
};

/// Of a map.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct MapParameters {
    /// How closely the map looks, as tiles count: 0 is the whole world, each step twice as close. Needs `bbox`.
    #[param(minimum = 0, maximum = 22, example = 12)]
    zoom: u8,
}

/// Show meetings on a map
///
/// For the same filters as a search and what the map shows (`bbox`), its matches
/// that one can go to, those that lie close together as one: at most 500, so
/// that any view can be drawn at once. A cluster of one place has its
/// `location_id`. Online meetings are not on a map.
#[utoipa::path(
    get, path = "/v1/meetings/clusters", operation_id = "get_meeting_clusters", tag = "meetings", security(()),
    params(FilterParameters, MapParameters),
    responses(
        (status = 200, description = "The clusters", body = ClustersView, example = json!({
            "data": [{"latitude": 41.88, "longitude": -87.63, "count": 12, "next_start": "2026-05-11T11:30:00Z"},
                     {"latitude": 41.9, "longitude": -87.65, "count": 2,
                      "location_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "next_start": "2026-05-11T23:00:00Z"}],
            "total": 14
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/meetings/clusters", method = "GET", method = "HEAD")]
pub async fn get_meeting_clusters(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    Ok(look(&request, &snapshots, &**clock)?.send(&request).await)
}

pub(super) fn look(request: &impl AsHead, snapshots: &Snapshots, clock: &dyn Clock) -> Result<Answer, ApiError> {
    let mut query = QueryString::of(request)?;
    let zoom = query.take_one("zoom", zoom);
    if !query.was_given("zoom") {
        query.refuse("zoom", Refusal::new("missing", "is required"));
    }
    let query = SearchQuery::parse_map(&mut query)?;
    // What was not read was refused.
    let zoom = zoom.unwrap_or_default();
    let now = clock.now();
    let body = clusters(&snapshots.published()?.snapshot, &query, zoom, now);
    let tag = EntityTag::of_bytes(&body);
    // Meetings start and end with the minute.
    Ok(Answer::json(body, tag, 60 - now.second().min(59)))
}

fn zoom(text: &str) -> Result<u8, Refusal> {
    let wrong = || Refusal::new("out_of_range", format!("must be a whole number from 0 to {MAX_ZOOM}"));
    let digits = !text.starts_with('+') && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|zoom| digits && *zoom <= MAX_ZOOM).ok_or_else(wrong)
}
