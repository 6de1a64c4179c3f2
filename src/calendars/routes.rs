//! Calendars to subscribe to.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{self, Data, Path},
};

use super::{Calendars, Titled, of_meetings};
use crate::{
    http::{Answer, ApiError, Edition, EntityTag, Problem, PublicErrors, QueryString},
    kernel::{Clock, GroupId, MeetingId},
    search::{GroupEntry, Snapshot, Snapshots, found},
};

/// How long a calendar may be kept.
const MAX_AGE_S: u32 = 300;
const CONTENT_TYPE: &str = "text/calendar; charset=utf-8";

/// Get a meeting as a calendar
///
/// One event with a weekly rule in the meeting's own zone, with what its
/// notices make of its dates: cancelled ones are left out, moved ones moved,
/// extra ones there. By appointment there are no events.
#[utoipa::path(
    get, path = "/v1/meetings/{id}/calendar.ics", operation_id = "get_meeting_calendar", tag = "feeds", security(()),
    params(("id" = Uuid, Path, description = "Id of the meeting", example = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar",
         example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…\r\nEND:VCALENDAR\r\n")),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such meeting", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It is deleted; `replaced_by` says what to look at instead", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/meetings/{id}/calendar.ics", method = "GET", method = "HEAD")]
pub async fn get_meeting_calendar(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let published = snapshots.published()?;
    let id: MeetingId = id.parse().map_err(|_| ApiError::not_found())?;
    let meeting = found(published.snapshot.meeting(id))?;
    let titled: Titled = titled(&published.snapshot.meeting_json(meeting))?;
    let calendar = of_meetings(&published.snapshot, [meeting].into_iter(), &titled, clock.now());
    Ok(answer(calendar.map_err(ApiError::internal)?).send(&request).await)
}

/// Get a group's meetings as a calendar
///
/// An event for each of its meetings, as a meeting's own calendar has it.
#[utoipa::path(
    get, path = "/v1/groups/{id}/calendar.ics", operation_id = "get_group_calendar", tag = "feeds", security(()),
    params(("id" = Uuid, Path, description = "Id of the group", example = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar",
         example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…\r\nEND:VCALENDAR\r\n")),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such group", body = Problem, content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/groups/{id}/calendar.ics", method = "GET", method = "HEAD")]
pub async fn get_group_calendar(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let published = snapshots.published()?;
    let id: GroupId = id.parse().map_err(|_| ApiError::not_found())?;
    let group = published.snapshot.group(id).ok_or_else(ApiError::not_found)?;
    let titled = of_group(&published.snapshot, group)?;
    let meetings = published.snapshot.meetings_at(group);
    let calendar = of_meetings(&published.snapshot, meetings, &titled, clock.now());
    Ok(answer(calendar.map_err(ApiError::internal)?).send(&request).await)
}

/// Get an intergroup's meetings as a calendar
///
/// What it lists itself, an event for each, as a meeting's own calendar has it.
/// Query parameters are ignored: readers of feeds append their own.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/feed.ics", operation_id = "get_feed_ics", tag = "feeds", security(()),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar",
         example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…\r\nEND:VCALENDAR\r\n")),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such intergroup", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/intergroups/{id}/feed.ics", method = "GET", method = "HEAD")]
pub async fn get_feed_ics(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
    calendars: Data<Calendars>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    let published = snapshots.published()?;
    let (named, now) = (id.parse().map_err(|_| ApiError::not_found())?, clock.now());
    // Thousands of meetings take a while: nobody else has to wait for it.
    let made = web::block(move || {
        let intergroup = published.snapshot.intergroup(&named)?;
        Some(calendars.get(&published.snapshot, intergroup, now))
    });
    let calendar: Option<Result<Arc<Edition>, _>> = made.await.map_err(ApiError::internal)?;
    let calendar = calendar.ok_or_else(ApiError::not_found)?.map_err(ApiError::internal)?;
    Ok(Answer::kept(calendar, MAX_AGE_S).of_type(CONTENT_TYPE).send(&request).await)
}

fn of_group(snapshot: &Snapshot, group: &GroupEntry) -> Result<Titled, ApiError> {
    #[derive(serde::Deserialize)]
    struct Shown {
        name: String,
    }
    let shown: Shown = serde_json::from_slice(&snapshot.group_json(group)).map_err(ApiError::internal)?;
    Ok(Titled { name: shown.name, ..titled(snapshot.intergroup_json(snapshot.lister_of(group)))? })
}

fn titled(shown: &[u8]) -> Result<Titled, ApiError> {
    serde_json::from_slice(shown).map_err(ApiError::internal)
}

fn answer(calendar: Vec<u8>) -> Answer {
    let tag = EntityTag::of_bytes(&calendar);
    Answer::json(calendar, tag, MAX_AGE_S).of_type(CONTENT_TYPE)
}
