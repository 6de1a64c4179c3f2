//! The office's inbox.

use std::collections::HashMap;

use actix_web::{HttpResponse, route};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    directory::{StoredIntergroup, StoredMeeting, find_meetings},
    feedback::{
        model::FeedbackStatus,
        store,
        views::{FeedbackItem, FeedbackPage},
    },
    http::{ApiError, OfficeErrors, PageCursor, Refusal},
    kernel::{FeedbackId, MeetingId},
    offices::{Guard, ReadsInbox, limit, paged},
};

/// Of an inbox.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct InboxParameters {
    /// Only corrections of this status; all where it is not said.
    #[param(inline)]
    status: Option<StatusParameter>,
    /// Where the page begins, as the page before said.
    #[param(max_length = 64, pattern = "^[A-Za-z0-9_-]{32,64}$")]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// A status as a parameter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its derived documentation is used")]
enum StatusParameter {
    Open,
    Accepted,
    Declined,
}

/// List corrections
///
/// What anybody sent about the intergroup's own meetings, deleted ones too, the
/// latest first. Each proposed field stands beside what the meeting says now.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/feedback", operation_id = "list_feedback", tag = "office directory",
    security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           InboxParameters),
    responses((status = 200, description = "A page, the latest first", body = FeedbackPage, example = json!({"data": [
                   {"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                    "meeting": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise", "name": "Sunrise", "deleted": false},
                    "kind": "correction", "words": "It moved in May.",
                    "changes": [{"field": "time", "now": "19:00", "proposed": "19:30"}],
                    "stale": false, "created_at": "2026-05-04T12:00:00Z", "status": "open"}]})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/feedback", method = "GET", method = "HEAD")]
pub async fn list_feedback(mut guard: Guard<StoredIntergroup, ReadsInbox>) -> Result<HttpResponse, ApiError> {
    let status = guard.query.take_one("status", |text| {
        let message = "must be open, accepted or declined";
        FeedbackStatus::of(text).ok_or_else(|| Refusal::new("unknown_value", message))
    });
    let cursor = PageCursor::of("corrections", &(guard.thing.id, status));
    let older_than = guard.query.take_one("cursor", |text| cursor.read(text).map(|(_, id)| FeedbackId(id)));
    let limit = limit(&mut guard.query);
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let office = guard.thing.id;
    let mut found = store::list_feedback(guard.connection(), office, status, older_than, limit + 1).await?;
    let more = found.len() > usize::from(limit);
    found.truncate(usize::from(limit));
    let next_cursor = found.last().filter(|_| more).map(|last| cursor.write("", last.id.0));
    let ids: Vec<MeetingId> = found.iter().map(|one| one.meeting_id).collect();
    let meetings = find_meetings(guard.connection(), &ids).await?;
    let meetings: HashMap<MeetingId, StoredMeeting> = meetings.into_iter().map(|one| (one.id, one)).collect();
    let items = found.into_iter().filter_map(|one| {
        let meeting = meetings.get(&one.meeting_id)?;
        Some(FeedbackItem::of(one, meeting))
    });
    let page = FeedbackPage { data: items.collect(), next_cursor };
    paged(guard.request(), &page, page.next_cursor.as_deref())
}
