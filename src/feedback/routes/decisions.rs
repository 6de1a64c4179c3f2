//! An office's answers. Accepting does what was proposed, as the office's own
//! write of the same would, in the transaction that keeps the answer.

use actix_web::{HttpResponse, http::StatusCode, route};
use chrono::SubsecRound;
use serde_json::{Value, json};

use crate::{
    directory::{self, Change, Op, WriteError, find_meeting, insert_changes},
    feedback::{
        input::{AcceptInput, DeclineInput, below_changes, read_accept},
        model::{FeedbackKind, FeedbackStatus, StoredFeedback},
        store,
        views::FeedbackItem,
    },
    http::{ApiError, ErrorCode, IfMatch, OfficeErrors},
    offices::{Answers, Guard, private},
};

type Open = Guard<StoredFeedback, Answers>;

/// Accept a correction
///
/// What was proposed is done, with its history, as by a `PATCH` of the same:
/// `gone` deletes the meeting, `still_right` says that it was verified, words
/// alone change nothing. With `changes` in the body, these are done instead.
/// Where the meeting does not take the change, that is told and the correction
/// stays open.
#[utoipa::path(
    post, path = "/v1/feedback/{id}/accept", operation_id = "accept_feedback", tag = "office directory", security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the correction"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = AcceptInput, content_type = "application/json", description = "May be left out"),
    responses((status = 200, description = "The correction, accepted", body = FeedbackItem, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                   "meeting": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise", "name": "Sunrise", "deleted": false},
                   "kind": "correction", "changes": [{"field": "time", "now": "19:30", "proposed": "19:30"}], "stale": false,
                   "created_at": "2026-05-04T12:00:00Z", "status": "accepted", "decided_at": "2026-05-06T09:00:00Z"})),
              OfficeErrors)
)]
#[route("/v1/feedback/{id}/accept", method = "POST")]
pub async fn accept_feedback(mut guard: Open) -> Result<HttpResponse, ApiError> {
    still_open(&guard)?;
    let instead = match guard.body() {
        Some(_) => read_accept(guard.take_body()?)?,
        None => None,
    };
    apply(&mut guard, instead).await?;
    decide(guard, FeedbackStatus::Accepted, None).await
}

/// Decline a correction
///
/// The reason is shown to whoever has the receipt.
#[utoipa::path(
    post, path = "/v1/feedback/{id}/decline", operation_id = "decline_feedback", tag = "office directory", security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the correction"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = DeclineInput, content_type = "application/json", description = "May be left out"),
    responses((status = 200, description = "The correction, declined", body = FeedbackItem, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                   "meeting": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise", "name": "Sunrise", "deleted": false},
                   "kind": "gone", "changes": [], "stale": false, "created_at": "2026-05-04T12:00:00Z",
                   "status": "declined", "reason": "We were there last night.", "decided_at": "2026-05-06T09:00:00Z"})),
              OfficeErrors)
)]
#[route("/v1/feedback/{id}/decline", method = "POST")]
pub async fn decline_feedback(mut guard: Open) -> Result<HttpResponse, ApiError> {
    still_open(&guard)?;
    let input: DeclineInput = if guard.body().is_some() { guard.input()? } else { DeclineInput::default() };
    decide(guard, FeedbackStatus::Declined, input.reason.map(String::from)).await
}

fn still_open(guard: &Open) -> Result<(), ApiError> {
    if guard.thing.status == FeedbackStatus::Open { Ok(()) } else { Err(answered()) }
}

fn answered() -> ApiError {
    ApiError::new(ErrorCode::Conflict).with_detail("It has been answered already.")
}

/// Does what was proposed, or what the office says instead.
async fn apply(guard: &mut Open, instead: Option<Value>) -> Result<(), ApiError> {
    let feedback = guard.thing.clone();
    let patch = instead.or(feedback.proposal.map(|proposal| proposal.patch));
    let (stamp, elsewhere) = (guard.stamp(), guard.elsewhere());
    if let Some(patch) = &patch {
        guard.may_move_to(patch)?;
    }
    let connection = guard.connection();
    let meeting = find_meeting(connection, feedback.meeting_id).await?.ok_or_else(ApiError::not_found)?;
    let done = match (patch, feedback.kind) {
        (Some(patch), _) => {
            let any = IfMatch::Any;
            directory::patch_meeting(connection, &meeting, &patch, &any, &elsewhere, &stamp).await.map(drop)
        }
        (None, FeedbackKind::Gone) => {
            directory::delete_meeting(connection, &meeting, None, &IfMatch::Any, &stamp).await.map(drop)
        }
        (None, FeedbackKind::StillRight) => directory::verify_meeting(connection, &meeting, &stamp).await.map(drop),
        (None, FeedbackKind::Correction | FeedbackKind::Other) => Ok(()),
    };
    done.map_err(|error| match error {
        WriteError::Invalid(wrong) => ApiError::content(below_changes(wrong)),
        other => other.into(),
    })
}

/// Keeps the answer and who gave it. The record has no word of the correction:
/// it stays when that is deleted.
async fn decide(mut guard: Open, status: FeedbackStatus, reason: Option<String>) -> Result<HttpResponse, ApiError> {
    let (feedback, stamp) = (guard.thing.clone(), guard.stamp());
    let connection = guard.connection();
    let at = stamp.now.trunc_subsecs(0);
    if !store::decide(connection, feedback.id, status, reason.as_deref(), at).await? {
        return Err(answered());
    }
    let state = |status: FeedbackStatus| Some(json!({ "kind": feedback.kind, "status": status }));
    let change = Change {
        entity: "feedback",
        entity_id: feedback.id.0,
        intergroup_id: feedback.intergroup_id,
        meeting_id: Some(feedback.meeting_id),
        op: Op::Update,
        version: 2,
        before: state(FeedbackStatus::Open),
        after: state(status),
        contacts_before: None,
        contacts_after: None,
    };
    insert_changes(connection, &[change], &stamp).await?;
    let meeting = find_meeting(connection, feedback.meeting_id).await?.ok_or_else(ApiError::not_found)?;
    let decided = StoredFeedback { status, reason, decided_at: Some(at), ..feedback };
    guard.commit(private(StatusCode::OK, &FeedbackItem::of(decided, &meeting))).await
}
