//! Meetings: search, and one.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{Data, Path},
};

use super::{
    MeetingPage,
    parameters::{FilterParameters, PageParameters},
};
use crate::{
    http::{Answer, ApiError, AsHead, EntityTag, Problem, PublicErrors, PublicUrl, QueryString},
    kernel::{Clock, MeetingId},
    search::{
        Snapshot, Snapshots,
        hot::Answered,
        page,
        query::SearchQuery,
        snapshot::{Entry, Lookup},
        view::MeetingDetail,
    },
};

/// Search meetings
///
/// All filters combine with AND; repeats of one parameter are OR, except
/// `type`. A place (`lat`,`lng` or `bbox`) matches only where one can go: exact
/// addresses of in-person and hybrid meetings, which then carry `distance_m`;
/// online meetings of the area join only when `attendance` names `online`,
/// after all others. Pages hold together: a meeting that does not change comes
/// exactly once, whatever is written meanwhile.
#[utoipa::path(
    get, path = "/v1/meetings", operation_id = "search_meetings", tag = "meetings", security(()),
    params(FilterParameters, PageParameters),
    responses(
        (status = 200, description = "A page of meetings", body = MeetingPage, example = json!({
            "data": [{
                "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                "intergroup": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                "attendance": "in_person", "types": ["O", "D"], "languages": [], "notices": [],
                "updated_at": "2026-05-04T12:00:00Z", "version": 3,
                "next_start": "2026-05-11T11:30:00Z", "next_end": "2026-05-11T12:30:00Z", "under_way": false,
                "distance_m": 812.4
            }],
            "total": 1
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/meetings", method = "GET", method = "HEAD")]
pub async fn search_meetings(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
    base: Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    Ok(search(&request, &snapshots, &**clock, &base)?.send(&request).await)
}

pub(super) fn search(
    request: &impl AsHead,
    snapshots: &Snapshots,
    clock: &dyn Clock,
    base: &PublicUrl,
) -> Result<Answer, ApiError> {
    let raw = request.as_head().uri.query().unwrap_or_default();
    let query = SearchQuery::parse(&mut QueryString::parse(raw)?)?;
    let (published, now) = (snapshots.published()?, clock.now());
    let asked = (&query, raw);
    let answered = published.pages.answer(&published.snapshot, asked, now).map_err(|invalid| vec![invalid])?;
    let next = |cursor: Option<&String>| cursor.map(|cursor| base.next_page(request, cursor));
    Ok(match answered {
        Answered::Once(page) => {
            let (next, max_age_s) = (next(page.next_cursor.as_ref()), page::expires_in_s(page.changes_at, now));
            let tag = EntityTag::of_bytes_without(&page.body, page.cursor_at);
            Answer::json(page.body, tag, max_age_s).with_next(next)
        }
        Answered::Often(hot) => {
            let max_age_s = page::expires_in_s(hot.changes_at, now);
            Answer::kept(Arc::clone(&hot.edition), max_age_s).with_next(next(hot.next_cursor.as_ref()))
        }
    })
}

/// Get a meeting
///
/// With its group, location, notices and next three occurrences.
#[utoipa::path(
    get, path = "/v1/meetings/{id}", operation_id = "get_meeting", tag = "meetings", security(()),
    params(("id" = Uuid, Path, description = "Id of the meeting", example = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")),
    responses(
        (status = 200, description = "The meeting", body = MeetingDetail, example = json!({
            "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
            "intergroup": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
            "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
            "attendance": "in_person", "types": ["O", "D"], "languages": [], "notices": [],
            "updated_at": "2026-05-04T12:00:00Z", "version": 3,
            "next_start": "2026-05-11T11:30:00Z", "next_end": "2026-05-11T12:30:00Z", "under_way": false,
            "occurrences": [{"date": "2026-05-11", "start": "2026-05-11T11:30:00Z", "end": "2026-05-11T12:30:00Z"}]
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such meeting", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It is deleted; `replaced_by` says what to look at instead", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/meetings/{id}", method = "GET", method = "HEAD")]
pub async fn get_meeting(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    Ok(one(&request, id.parse().ok(), &snapshots, &**clock)?.send(&request).await)
}

pub(super) fn one(
    request: &impl AsHead,
    id: Option<MeetingId>,
    snapshots: &Snapshots,
    clock: &dyn Clock,
) -> Result<Answer, ApiError> {
    QueryString::of(request)?.finish()?;
    let published = snapshots.published()?;
    let snapshot = &published.snapshot;
    answer(snapshot, snapshot.meeting(id.ok_or_else(ApiError::not_found)?), clock)
}

/// Get a meeting by its slug
///
/// The same as by its id; a slug that the meeting had before works too.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/meetings/{slug}", operation_id = "get_meeting_by_slug", tag = "meetings",
    security(()),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("slug" = String, Path, description = "Slug of the meeting", example = "sunrise-monday", max_length = 64)),
    responses(
        (status = 200, description = "The meeting", body = MeetingDetail, example = json!({
            "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
            "intergroup": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
            "timezone": "America/Chicago", "timezone_source": "given", "attendance": "in_person", "types": ["O"],
            "languages": [], "notices": [], "updated_at": "2026-05-04T12:00:00Z", "version": 3, "occurrences": []
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such meeting", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It is deleted; `replaced_by` says what to look at instead", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/intergroups/{id}/meetings/{slug}", method = "GET", method = "HEAD")]
pub async fn get_meeting_by_slug(
    request: HttpRequest,
    path: Path<(String, String)>,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let published = snapshots.published()?;
    let snapshot = &published.snapshot;
    let (intergroup, slug) = path.into_inner();
    let named = intergroup.parse().map_err(|_| ApiError::not_found())?;
    let intergroup = snapshot.intergroup(&named).ok_or_else(ApiError::not_found)?;
    Ok(answer(snapshot, snapshot.meeting_by_slug(intergroup, &slug), &**clock)?.send(&request).await)
}

/// The meeting, or the refusal of one that is not there any more or never was.
///
/// # Errors
/// `gone` with what to look at instead, or `not_found`.
pub fn found(found: Lookup<'_>) -> Result<&Entry, ApiError> {
    match found {
        Lookup::Found(entry) => Ok(entry),
        Lookup::Gone { replaced_by } => Err(ApiError::gone(replaced_by.map(|id| id.to_string()))),
        Lookup::Unknown => Err(ApiError::not_found()),
    }
}

fn answer(snapshot: &Snapshot, found: Lookup<'_>, clock: &dyn Clock) -> Result<Answer, ApiError> {
    let entry = self::found(found)?;
    let now = clock.now();
    let body = snapshot.meeting_detail(entry, now);
    let tag = EntityTag::of_version(entry.version, &body);
    let max_age_s = page::expires_in_s(page::changes_at(entry, now), now);
    Ok(Answer::json(body, tag, max_age_s))
}
