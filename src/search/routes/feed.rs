//! What an intergroup publishes to other programs.

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{self, Data, Path},
};

use super::MAX_AGE_S;
use crate::{
    feeds::PublishedFeed,
    http::{Answer, ApiError, Problem, PublicErrors, Reading},
    kernel::Clock,
    search::{Named, Snapshots},
};

/// Get an intergroup's Meeting Guide feed
///
/// A bare array that meets the Meeting Guide specification and what its other
/// readers expect: one row a weekday, `HH:MM`, a zone and `approximate` on
/// every row. What notices bring in the next 14 days stands in the notes; a
/// place that is closed on the day has the type `TC`. Query parameters are
/// ignored: readers append their own.
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
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    json(&id, &snapshots, &**clock)?.send(&request).await
}

pub(super) fn json(named: &str, snapshots: &Snapshots, clock: &dyn Clock) -> Result<Reading, ApiError> {
    let now = clock.now();
    of_intergroup(snapshots, named, move |feed| Answer::kept(feed.meeting_guide(now), MAX_AGE_S))
}

/// Get an intergroup's meetings as a table
///
/// The rows of `feed.json` as CSV with the columns of the TSML plugin: UTF-8
/// with a byte order mark, one row of names, names of days and types in
/// English. Before a cell that a spreadsheet would compute stands an
/// apostrophe. Query parameters are ignored: readers append their own.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/feed.csv", operation_id = "get_feed_csv", tag = "feeds", security(()),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    responses(
        (status = 200, description = "The table", body = String, content_type = "text/csv",
         example = json!("Entity,Time,End Time,Day,Name\r\nLantern Rivers,06:30,,Monday,Sunrise\r\n")),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such intergroup", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/intergroups/{id}/feed.csv", method = "GET", method = "HEAD")]
pub async fn get_feed_csv(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    let now = clock.now();
    let form = move |feed: &PublishedFeed| {
        Answer::kept(feed.csv(now), MAX_AGE_S).of_type("text/csv; charset=utf-8; header=present")
    };
    of_intergroup(&snapshots, &id, form)?.send(&request).await
}

/// The feed of an intergroup in one of its forms.
fn of_intergroup(
    snapshots: &Snapshots,
    named: &str,
    form: impl FnOnce(&PublishedFeed) -> Answer + Send + 'static,
) -> Result<Reading, ApiError> {
    let published = snapshots.published()?;
    let named = named.parse().map_err(|_| ApiError::not_found())?;
    let intergroup = published.snapshot.intergroup(&named).ok_or_else(ApiError::not_found)?.id;
    if let Some(feed) = published.feeds.rendered(intergroup) {
        return Ok(Reading::Answer(form(feed)));
    }
    // Thousands of meetings take a while: nobody else has to wait for it.
    let made = web::block(move || {
        let intergroup = published.snapshot.intergroup(&Named::Id(intergroup))?;
        Some(form(published.feeds.get(&published.snapshot, intergroup)?))
    });
    let answer = async move { made.await.map_err(ApiError::internal)?.ok_or_else(ApiError::not_found) };
    Ok(Reading::Making(Box::pin(answer)))
}
