//! What an intergroup publishes to other programs.

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{Data, Path},
};

use super::{MAX_AGE_S, STALE_S};
use crate::{
    http::{Answer, ApiError, EntityTag, Problem, PublicErrors},
    search::Snapshots,
};

/// Get an intergroup's Meeting Guide feed
///
/// A bare array that meets the Meeting Guide specification and what its other
/// readers expect: one row a weekday, `HH:MM`, a zone and `approximate` on
/// every row. Query parameters are ignored: readers append their own.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/feed.json", operation_id = "get_feed_json", tag = "feeds", security(()),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    responses(
        (status = 200, description = "The feed", body = Vec<Object>, example = json!([{
            "slug": "sunrise-monday", "name": "Sunrise", "day": 1, "time": "06:30", "timezone": "America/Chicago",
            "approximate": "no", "types": ["D", "O"], "entity": "Lantern Rivers", "updated": "2026-05-04 12:00:00"
        }])),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such intergroup", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/intergroups/{id}/feed.json", method = "GET", method = "HEAD")]
pub async fn get_feed_json(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
) -> Result<HttpResponse, ApiError> {
    let published = snapshots.published()?;
    let named = id.parse().map_err(|_| ApiError::not_found())?;
    let intergroup = published.snapshot.intergroup(&named).ok_or_else(ApiError::not_found)?;
    let feed = published.feeds.meeting_guide(intergroup.id).ok_or_else(ApiError::not_found)?;
    let tag = EntityTag::of_bytes(feed);
    Ok(Answer::json(feed.to_vec(), tag, MAX_AGE_S).stale_while_revalidate(STALE_S).respond(&request))
}
