//! Writing meetings.

use actix_web::{HttpResponse, http::StatusCode, route};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    auth::{self, Happening},
    directory::{self, MeetingInput, StoredIntergroup, StoredMeeting, Written, load_office_meetings},
    http::{ApiError, ErrorCode, OfficeErrors, Refusal},
    kernel::{FeedId, Invalid, MeetingId},
    offices::{
        asks::{Asks, Edits, EditsBy},
        finish::{done, single},
        guard::Guard,
        views::OfficeMeetingView,
    },
    sync::{self, SettleError, Standing},
};

/// Which version to go back to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 3}))]
pub struct RevertInput {
    /// The meeting becomes what it was after that version.
    #[schema(minimum = 1)]
    pub version: i64,
}

/// How a source is to stand to a meeting that it lists.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"feed_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c", "standing": "leads"}))]
pub struct SettleInput {
    /// The source.
    #[schema(value_type = Uuid)]
    pub feed_id: FeedId,
    /// `leads`: it is shown as this source says. `apart`: this source lists
    /// another meeting.
    pub standing: Standing,
}

/// Of deleting a meeting.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct DeleteMeetingParameters {
    /// The meeting to look at instead: readers of the deleted one are told.
    replaced_by: Option<Uuid>,
}

/// Create a meeting
///
/// How one takes part is derived: in person needs an exact location, online a
/// link to a known provider or a phone number of ten digits.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/meetings", operation_id = "create_meeting", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = MeetingInput, content_type = "application/json"),
    responses((status = 201, description = "The meeting", body = OfficeMeetingView<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                   "intergroup": {"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                   "attendance": "in_person", "types": ["O"], "languages": [], "contacts": [], "notices": [],
                   "updated_at": "2026-05-04T12:00:00Z", "version": 3, "state": "published", "published": true,
                   "contacts_public": false, "source_fields": {}, "feeds": []})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/meetings", method = "POST")]
pub async fn create_meeting(mut guard: Guard<StoredIntergroup, Edits>) -> Result<HttpResponse, ApiError> {
    let input: MeetingInput = guard.input()?;
    let (office, stamp, entropy) = (guard.thing.id, guard.stamp(), guard.entropy());
    let made = directory::create_meeting(guard.connection(), office, &input, &stamp, &**entropy).await?;
    let answer = shown(&mut guard, StatusCode::CREATED, &made).await?;
    guard.commit(answer).await
}

/// Change a meeting
///
/// Touches only what is sent. What is so already makes no history, also when
/// `If-Match` is stale. Another `intergroup_id` moves it, which needs rights
/// there, too.
#[utoipa::path(
    patch, path = "/v1/meetings/{id}", operation_id = "update_meeting", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    request_body(content = MeetingInput, content_type = "application/merge-patch+json", description = "Only what is to change; null takes a field away"),
    responses((status = 200, description = "The meeting as it is now", body = OfficeMeetingView<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                   "intergroup": {"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                   "attendance": "in_person", "types": ["O"], "languages": [], "contacts": [], "notices": [],
                   "updated_at": "2026-05-04T12:00:00Z", "version": 3, "state": "published", "published": true,
                   "contacts_public": false, "source_fields": {}, "feeds": []})), OfficeErrors)
)]
#[route("/v1/meetings/{id}", method = "PATCH")]
pub async fn update_meeting(mut guard: Guard<StoredMeeting, Edits>) -> Result<HttpResponse, ApiError> {
    let patch = guard.take_body()?;
    guard.may_move_to(&patch)?;
    let elsewhere = guard.elsewhere();
    let (stored, stamp, if_match) = (guard.thing.clone(), guard.stamp(), guard.if_match()?);
    let written = directory::patch_meeting(guard.connection(), &stored, &patch, &if_match, &elsewhere, &stamp).await?;
    answer(guard, &written).await
}

/// Delete a meeting
///
/// It can be restored; its slug stays its own. Readers find 410, with what to
/// look at instead where that is said.
#[utoipa::path(
    delete, path = "/v1/meetings/{id}", operation_id = "delete_meeting", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\""),
           DeleteMeetingParameters),
    responses((status = 204, description = "It is deleted"), OfficeErrors)
)]
#[route("/v1/meetings/{id}", method = "DELETE")]
pub async fn delete_meeting(mut guard: Guard<StoredMeeting, EditsBy>) -> Result<HttpResponse, ApiError> {
    let replaced_by = guard.query.take_one("replaced_by", |text| {
        text.parse::<MeetingId>().map_err(|error| Refusal::new("invalid_value", error.to_string()))
    });
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let (stored, stamp, if_match) = (guard.thing.clone(), guard.stamp(), guard.if_match()?);
    let written = directory::delete_meeting(guard.connection(), &stored, replaced_by, &if_match, &stamp).await?;
    guard.commit_if(written.is_changed(), done()).await
}

/// Restore a meeting
///
/// Under its old id and slug.
#[utoipa::path(
    post, path = "/v1/meetings/{id}/restore", operation_id = "restore_meeting", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    responses((status = 200, description = "The meeting", body = OfficeMeetingView<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                   "intergroup": {"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                   "attendance": "in_person", "types": ["O"], "languages": [], "contacts": [], "notices": [],
                   "updated_at": "2026-05-04T12:00:00Z", "version": 3, "state": "published", "published": true,
                   "contacts_public": false, "source_fields": {}, "feeds": []})), OfficeErrors)
)]
#[route("/v1/meetings/{id}/restore", method = "POST")]
pub async fn restore_meeting(mut guard: Guard<StoredMeeting, Edits>) -> Result<HttpResponse, ApiError> {
    let (stored, stamp) = (guard.thing.clone(), guard.stamp());
    let written = directory::restore_meeting(guard.connection(), &stored, &stamp).await?;
    answer(guard, &written).await
}

/// Undo changes of a meeting
///
/// It becomes what it was after a version of its history; that is a new version.
#[utoipa::path(
    post, path = "/v1/meetings/{id}/revert", operation_id = "revert_meeting", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = RevertInput, content_type = "application/json"),
    responses((status = 200, description = "The meeting", body = OfficeMeetingView<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                   "intergroup": {"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                   "attendance": "in_person", "types": ["O"], "languages": [], "contacts": [], "notices": [],
                   "updated_at": "2026-05-04T12:00:00Z", "version": 3, "state": "published", "published": true,
                   "contacts_public": false, "source_fields": {}, "feeds": []})), OfficeErrors)
)]
#[route("/v1/meetings/{id}/revert", method = "POST")]
pub async fn revert_meeting(mut guard: Guard<StoredMeeting, Edits>) -> Result<HttpResponse, ApiError> {
    let input: RevertInput = guard.input()?;
    if input.version < 1 {
        return Err(ApiError::content(vec![Invalid::new("/version", "out_of_range", "must be at least 1")]));
    }
    let (stored, stamp) = (guard.thing.clone(), guard.stamp());
    let written = directory::revert_meeting(guard.connection(), &stored, input.version, &stamp).await?;
    answer(guard, &written).await
}

/// Settle which source leads a meeting
///
/// A meeting that several sources of the office list is shown once, as the one
/// that leads says. Another one may lead instead (`leads`), or be told that what
/// it lists is another meeting (`apart`), which it brings itself from then on.
/// Its list counts anew as soon as it is read or sent again.
#[utoipa::path(
    post, path = "/v1/meetings/{id}/settle", operation_id = "settle_meeting_source", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = SettleInput, content_type = "application/json"),
    responses((status = 200, description = "The meeting", body = OfficeMeetingView<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                   "intergroup": {"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                   "attendance": "in_person", "types": ["O"], "languages": [], "contacts": [], "notices": [],
                   "updated_at": "2026-05-04T12:00:00Z", "version": 3, "state": "published", "published": true,
                   "contacts_public": false, "source_fields": {},
                   "feeds": [{"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c", "name": "District 12's sheet", "leads": true},
                             {"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5d", "name": "Our website", "leads": false}]})), OfficeErrors)
)]
#[route("/v1/meetings/{id}/settle", method = "POST")]
pub async fn settle_meeting_source(mut guard: Guard<StoredMeeting, Edits>) -> Result<HttpResponse, ApiError> {
    let SettleInput { feed_id, standing } = guard.input()?;
    let (stored, now, doer) = (guard.thing.clone(), guard.now, guard.doer());
    let settled = sync::settle(guard.connection(), stored.id, feed_id, standing, now).await;
    let changed = settled.map_err(|error| match error {
        SettleError::NotListed => ApiError::content(vec![Invalid::new(
            "/feed_id",
            "unknown_reference",
            "must be a source that lists the meeting",
        )]),
        SettleError::Leads => ApiError::new(ErrorCode::Conflict)
            .with_detail("The source leads the meeting: let another one lead first, or delete the meeting."),
        SettleError::Database(error) => error.into(),
    })?;
    if changed {
        let after = Some(json!({ "meeting_id": stored.id, "standing": standing }));
        let happening = Happening { entity: "feed", entity_id: feed_id.0, op: "update", before: None, after };
        auth::record(guard.connection(), stored.intergroup_id, &happening, doer, now).await?;
    }
    let answer = shown(&mut guard, StatusCode::OK, &stored).await?;
    guard.commit_if(changed, answer).await
}

/// Say that a meeting is still right
///
/// Sets `verified_on` to today in the meeting's zone.
#[utoipa::path(
    post, path = "/v1/meetings/{id}/verify", operation_id = "verify_meeting", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    responses((status = 200, description = "The meeting", body = OfficeMeetingView<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                   "intergroup": {"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                   "attendance": "in_person", "types": ["O"], "languages": [], "contacts": [], "notices": [],
                   "updated_at": "2026-05-04T12:00:00Z", "version": 3, "state": "published", "published": true,
                   "contacts_public": false, "source_fields": {}, "feeds": []})), OfficeErrors)
)]
#[route("/v1/meetings/{id}/verify", method = "POST")]
pub async fn verify_meeting(mut guard: Guard<StoredMeeting, Edits>) -> Result<HttpResponse, ApiError> {
    let (stored, stamp) = (guard.thing.clone(), guard.stamp());
    let verified = directory::verify_meeting(guard.connection(), &stored, &stamp).await?;
    let answer = shown(&mut guard, StatusCode::OK, &stored).await?;
    guard.commit_if(verified.is_changed(), answer).await
}

async fn answer(
    mut guard: Guard<StoredMeeting, Edits>,
    written: &Written<StoredMeeting>,
) -> Result<HttpResponse, ApiError> {
    let answer = shown(&mut guard, StatusCode::OK, written.get()).await?;
    guard.commit_if(written.is_changed(), answer).await
}

/// The meeting as it is in the transaction.
async fn shown<T, A: Asks>(
    guard: &mut Guard<T, A>,
    status: StatusCode,
    stored: &StoredMeeting,
) -> Result<HttpResponse, ApiError> {
    let loaded = load_office_meetings(guard.connection(), &[stored.id]).await?;
    let meeting = loaded.first().ok_or_else(ApiError::not_found)?;
    let view = OfficeMeetingView::json(meeting).map_err(ApiError::internal)?;
    single(status, meeting.meeting.version, &view)
}
