//! The office's own list: with unpublished and deleted meetings, and what the
//! public does not see of any.

use actix_web::{HttpResponse, http::StatusCode, route};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    directory::{MeetingState, StoredIntergroup, list_office_meetings, load_office_meetings},
    http::{ApiError, OfficeErrors, PageCursor, Refusal},
    kernel::Slug,
    offices::{
        asks::{Looks, Searches},
        finish::{private, single},
        guard::Guard,
        page::{limit, next_link},
        target::MeetingOfOffice,
        views::OfficeMeetingView,
    },
};

/// Where an office's meeting is found by its id.
pub const MEETING_OF_OFFICE: &str = "/v1/intergroups/{id}/meetings/{meeting_id}";

/// Of the office's own list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct OfficeMeetingParameters {
    /// Only meetings of this state; all where it is not said.
    #[param(inline)]
    state: Option<StateParameter>,
    /// Where the page begins, as the page before said.
    #[param(max_length = 128, pattern = "^[A-Za-z0-9_-]{32,128}$")]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// A state as a parameter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its derived documentation is used")]
enum StateParameter {
    Published,
    Unpublished,
    Deleted,
}

/// A page of an office's meetings, by slug.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeMeetingPage {
    /// The meetings.
    #[schema(value_type = Vec<OfficeMeetingView>)]
    pub data: Vec<Value>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

/// List an office's meetings
///
/// With unpublished and deleted ones, and what the public does not see.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/meetings", operation_id = "list_own_meetings", tag = "office directory",
    security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           OfficeMeetingParameters),
    responses((status = 200, description = "A page by slug", body = OfficeMeetingPage, example = json!({"data": []})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/meetings", method = "GET", method = "HEAD")]
pub async fn list_own_meetings(mut guard: Guard<StoredIntergroup, Searches>) -> Result<HttpResponse, ApiError> {
    let state = guard.query.take_one("state", state);
    let cursor = PageCursor::of("own meetings", &(guard.thing.id, state));
    let after = guard.query.take_one("cursor", |text| {
        let (slug, _) = cursor.read(text)?;
        Slug::parse(&slug).map_err(|_| PageCursor::refused())
    });
    let limit = limit(&mut guard.query);
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let office = guard.thing.id;
    let mut ids = list_office_meetings(guard.connection(), office, state, after.as_ref(), limit + 1).await?;
    let more = ids.len() > usize::from(limit);
    ids.truncate(usize::from(limit));
    let loaded = load_office_meetings(guard.connection(), &ids).await?;
    let next_cursor =
        loaded.last().filter(|_| more).map(|last| cursor.write(&last.meeting.slug.to_string(), Uuid::nil()));
    let data: Result<Vec<Value>, _> = loaded.iter().map(OfficeMeetingView::json).collect();
    let page = OfficeMeetingPage { data: data.map_err(ApiError::internal)?, next_cursor };
    let link = next_link(&guard.request, page.next_cursor.as_deref())?;
    Ok(link.add(private(StatusCode::OK, &page)))
}

/// Get a meeting as its office sees it
///
/// Unpublished and deleted ones, too. By its slug the same address gives what
/// everybody sees.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/meetings/{meeting_id}", operation_id = "get_own_meeting",
    tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("meeting_id" = Uuid, Path, description = "Id of the meeting")),
    responses((status = 200, description = "The meeting", body = OfficeMeetingView<'_>, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                   "intergroup": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "timezone": "America/Chicago", "timezone_source": "given", "attendance": "inactive", "types": [],
                   "languages": [], "contacts": [], "notices": [], "updated_at": "2026-05-04T12:00:00Z", "version": 3,
                   "state": "unpublished", "published": false, "contacts_public": false, "source_fields": {},
                   "feeds": []})),
              OfficeErrors)
)]
#[route(
    "/v1/intergroups/{id}/meetings/{meeting_id:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}}",
    method = "GET",
    method = "HEAD"
)]
pub async fn get_own_meeting(mut guard: Guard<MeetingOfOffice, Looks>) -> Result<HttpResponse, ApiError> {
    let id = guard.thing.0.id;
    let loaded = load_office_meetings(guard.connection(), &[id]).await?;
    let meeting = loaded.first().ok_or_else(ApiError::not_found)?;
    single(StatusCode::OK, meeting.meeting.version, &OfficeMeetingView::json(meeting).map_err(ApiError::internal)?)
}

fn state(text: &str) -> Result<MeetingState, Refusal> {
    match text {
        "published" => Ok(MeetingState::Published),
        "unpublished" => Ok(MeetingState::Unpublished),
        "deleted" => Ok(MeetingState::Deleted),
        _ => Err(Refusal::new("unknown_value", "must be published, unpublished or deleted")),
    }
}
