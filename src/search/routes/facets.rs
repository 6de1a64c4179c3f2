//! How many meetings have what.

use actix_web::{HttpRequest, HttpResponse, route, web::Data};
use chrono::{DateTime, Timelike, Utc};

use super::{MAX_AGE_S, parameters::FilterParameters};
use crate::{
    http::{Answer, ApiError, AsHead, EntityTag, PublicErrors, QueryString},
    kernel::Clock,
    search::{
        Snapshots,
        facets::{FacetsView, facets},
        query::SearchQuery,
    },
};

/// Count meetings by what they have
///
/// For the same filters as a search, how many of its matches there are on each
/// day, at each time of day, of each type, by how one takes part, and in each
/// region with its sub-regions: what an app shows beside its filters.
#[utoipa::path(
    get, path = "/v1/meetings/facets", operation_id = "get_meeting_facets", tag = "meetings", security(()),
    params(FilterParameters),
    responses(
        (status = 200, description = "The counts", body = FacetsView, example = json!({
            "total": 3,
            "days": [{"day": 0, "count": 1}, {"day": 1, "count": 2}],
            "by_appointment": 0,
            "times_of_day": [{"time_of_day": "morning", "count": 2}, {"time_of_day": "midday", "count": 2}],
            "types": [{"code": "O", "count": 3}, {"code": "W", "count": 1}],
            "attendance": [{"attendance": "in_person", "count": 3}],
            "regions": [{"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "east", "name": "East", "count": 3}]
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/meetings/facets", method = "GET", method = "HEAD")]
pub async fn get_meeting_facets(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    Ok(count(&request, &snapshots, &**clock)?.send(&request).await)
}

pub(super) fn count(request: &impl AsHead, snapshots: &Snapshots, clock: &dyn Clock) -> Result<Answer, ApiError> {
    let query = SearchQuery::parse_filters(&mut QueryString::of(request)?)?;
    let now = clock.now();
    let body = facets(&snapshots.published()?.snapshot, &query, now);
    let tag = EntityTag::of_bytes(&body);
    Ok(Answer::json(body, tag, max_age_s(&query, now)))
}

/// With the next minute somebody else's time may come.
pub(super) fn max_age_s(query: &SearchQuery, now: DateTime<Utc>) -> u32 {
    if query.moves() { 60 - now.second().min(59) } else { MAX_AGE_S }
}
