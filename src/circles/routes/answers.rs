//! Answering check-ins, goals and milestones.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path, Payload},
};

use super::{
    answer_shapes::{AnswerInput, OneAnswerView, content},
    conditional::versioned,
    done, read_put,
    shapes::SupportedView,
};
use crate::{
    circles::{
        Circles, PassToken,
        answer::{ItemKind, MOST_ANSWERS, Place},
    },
    http::{ApiError, Limits, MemberErrors, PutCondition, QueryString},
    kernel::{CheckInId, Invalid},
};

/// Answer a check-in
///
/// Words, a reaction, or both: up to five of each person, the author among
/// them. It replaces what this pass said there; of two devices the last stays,
/// unless it sends `If-Match`, or `If-None-Match: *` for one that is not there
/// yet. What is so already is done, so a request whose answer was lost may be
/// sent again as it was. A new one counts toward the 20 posts of a day; a
/// change does not.
#[utoipa::path(
    put, path = "/v1/check-ins/{check_in_id}/answers/{n}", operation_id = "put_check_in_answer", tag = "circles",
    security(("circle" = [])),
    params(("check_in_id" = Uuid, Path, description = "Id of the check-in",
            example = "3c2b1a09-f8e7-4d6c-9b5a-493827160504"),
           ("n" = u8, Path, description = "Which of one's own answers", minimum = 1, maximum = 5, example = 1),
           ("If-None-Match" = Option<String>, Header, nullable = false, description = "`*`: make it", pattern = r"^\*$",
            example = "*"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "Change this version and no other",
            example = "\"42\"")),
    request_body = AnswerInput,
    responses((status = 200, description = "It is kept", body = OneAnswerView, example = json!({
               "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "n": 1,
               "words": "So glad you called", "reaction": "with_you", "version": 61_872_051,
               "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "It is kept, and new", body = OneAnswerView, example = json!({
               "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "n": 1,
               "reaction": "with_you", "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/check-ins/{check_in_id}/answers/{n}", method = "PUT")]
pub async fn put_check_in_answer(
    request: HttpRequest,
    path: Path<(String, String)>,
    token: PassToken,
    parts: (Data<Circles>, Data<Limits>),
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    put(&request, (ItemKind::CheckIn, &path), &token, &parts, payload).await
}

/// Answer a goal
///
/// As a check-in is answered.
#[utoipa::path(
    put, path = "/v1/goals/{goal_id}/answers/{n}", operation_id = "put_goal_answer", tag = "circles",
    security(("circle" = [])),
    params(("goal_id" = Uuid, Path, description = "Id of the goal", example = "9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a"),
           ("n" = u8, Path, description = "Which of one's own answers", minimum = 1, maximum = 5, example = 1),
           ("If-None-Match" = Option<String>, Header, nullable = false, description = "`*`: make it", pattern = r"^\*$",
            example = "*"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "Change this version and no other",
            example = "\"42\"")),
    request_body = AnswerInput,
    responses((status = 200, description = "It is kept", body = OneAnswerView, example = json!({
               "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "n": 1,
               "reaction": "proud_of_you", "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "It is kept, and new", body = OneAnswerView, example = json!({
               "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "n": 1,
               "reaction": "proud_of_you", "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/goals/{goal_id}/answers/{n}", method = "PUT")]
pub async fn put_goal_answer(
    request: HttpRequest,
    path: Path<(String, String)>,
    token: PassToken,
    parts: (Data<Circles>, Data<Limits>),
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    put(&request, (ItemKind::Goal, &path), &token, &parts, payload).await
}

/// Answer a milestone
///
/// As a check-in is answered.
#[utoipa::path(
    put, path = "/v1/milestones/{milestone_id}/answers/{n}", operation_id = "put_milestone_answer", tag = "circles",
    security(("circle" = [])),
    params(("milestone_id" = Uuid, Path, description = "Id of the milestone",
            example = "1d2c3b4a-5968-4776-8594-a3b2c1d0e9f8"),
           ("n" = u8, Path, description = "Which of one's own answers", minimum = 1, maximum = 5, example = 1),
           ("If-None-Match" = Option<String>, Header, nullable = false, description = "`*`: make it", pattern = r"^\*$",
            example = "*"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "Change this version and no other",
            example = "\"42\"")),
    request_body = AnswerInput,
    responses((status = 200, description = "It is kept", body = OneAnswerView, example = json!({
               "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "n": 1,
               "reaction": "proud_of_you", "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "It is kept, and new", body = OneAnswerView, example = json!({
               "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "n": 1,
               "reaction": "proud_of_you", "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/milestones/{milestone_id}/answers/{n}", method = "PUT")]
pub async fn put_milestone_answer(
    request: HttpRequest,
    path: Path<(String, String)>,
    token: PassToken,
    parts: (Data<Circles>, Data<Limits>),
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    put(&request, (ItemKind::Milestone, &path), &token, &parts, payload).await
}

/// Take an answer to a check-in away
///
/// One of one's own, whether what it answers is still there or not. Sent again
/// it is 404: it is gone.
#[utoipa::path(
    delete, path = "/v1/check-ins/{check_in_id}/answers/{n}", operation_id = "delete_check_in_answer", tag = "circles",
    security(("circle" = [])),
    params(("check_in_id" = Uuid, Path, description = "Id of the check-in",
            example = "3c2b1a09-f8e7-4d6c-9b5a-493827160504"),
           ("n" = u8, Path, description = "Which of one's own answers", minimum = 1, maximum = 5, example = 1),
           ("If-Match" = Option<String>, Header, nullable = false, description = "This version and no other",
            example = "\"42\"")),
    responses((status = 200, description = "It is gone", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/check-ins/{check_in_id}/answers/{n}", method = "DELETE")]
pub async fn delete_check_in_answer(
    request: HttpRequest,
    path: Path<(String, String)>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    delete(&request, (ItemKind::CheckIn, &path), &token, &circles).await
}

/// Take an answer to a goal away
///
/// One of one's own, whether what it answers is still there or not. Sent again
/// it is 404: it is gone.
#[utoipa::path(
    delete, path = "/v1/goals/{goal_id}/answers/{n}", operation_id = "delete_goal_answer", tag = "circles",
    security(("circle" = [])),
    params(("goal_id" = Uuid, Path, description = "Id of the goal", example = "9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a"),
           ("n" = u8, Path, description = "Which of one's own answers", minimum = 1, maximum = 5, example = 1),
           ("If-Match" = Option<String>, Header, nullable = false, description = "This version and no other",
            example = "\"42\"")),
    responses((status = 200, description = "It is gone", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/goals/{goal_id}/answers/{n}", method = "DELETE")]
pub async fn delete_goal_answer(
    request: HttpRequest,
    path: Path<(String, String)>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    delete(&request, (ItemKind::Goal, &path), &token, &circles).await
}

/// Take an answer to a milestone away
///
/// One of one's own, whether what it answers is still there or not. Sent again
/// it is 404: it is gone.
#[utoipa::path(
    delete, path = "/v1/milestones/{milestone_id}/answers/{n}", operation_id = "delete_milestone_answer",
    tag = "circles", security(("circle" = [])),
    params(("milestone_id" = Uuid, Path, description = "Id of the milestone",
            example = "1d2c3b4a-5968-4776-8594-a3b2c1d0e9f8"),
           ("n" = u8, Path, description = "Which of one's own answers", minimum = 1, maximum = 5, example = 1),
           ("If-Match" = Option<String>, Header, nullable = false, description = "This version and no other",
            example = "\"42\"")),
    responses((status = 200, description = "It is gone", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/milestones/{milestone_id}/answers/{n}", method = "DELETE")]
pub async fn delete_milestone_answer(
    request: HttpRequest,
    path: Path<(String, String)>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    delete(&request, (ItemKind::Milestone, &path), &token, &circles).await
}

async fn put(
    request: &HttpRequest,
    at: (ItemKind, &(String, String)),
    token: &PassToken,
    (circles, limits): &(Data<Circles>, Data<Limits>),
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let place = place(at)?;
    let put = read_put(request, payload, content).await?;
    let (answer, new) = circles.put_answer(token, place, put, limits).await?;
    let version = answer.version;
    versioned(request, if new { StatusCode::CREATED } else { StatusCode::OK }, version, &OneAnswerView::of(answer))
}

async fn delete(
    request: &HttpRequest,
    at: (ItemKind, &(String, String)),
    token: &PassToken,
    circles: &Circles,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.delete_answer(token, place(at)?, &PutCondition::of(request)?).await?;
    Ok(done())
}

fn place((kind, (item, n)): (ItemKind, &(String, String))) -> Result<Place, ApiError> {
    // The form of all ids is one.
    let CheckInId(item) = item.parse().map_err(|_| ApiError::not_found())?;
    let wrong = || {
        let message = format!("must be a whole number from 1 to {MOST_ANSWERS}");
        ApiError::parameters(vec![Invalid::new("n", "out_of_range", message)])
    };
    let number = Some(n).filter(|n| !n.starts_with(['+', '0'])).and_then(|n| n.parse().ok());
    let n = number.filter(|n| (1..=MOST_ANSWERS).contains(n)).ok_or_else(wrong)?;
    Ok(Place { kind, item, n })
}
