//! Goals of a week.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path, Payload},
};
use chrono::{DateTime, Utc};

use super::{
    conditional::versioned,
    done,
    goal_shapes::{GoalInput, GoalView, GoalsView, OneGoalView},
    private, read_put,
    shapes::SupportedView,
};
use crate::{
    circles::{Circles, PassToken},
    helplines::SupportView,
    http::{ApiError, Limits, MemberErrors, PutCondition, QueryString, Refusal},
    kernel::{CivilDay, GoalId, IsoWeek},
};

/// Set a goal
///
/// Something to do in a week, at most ten of them: of the last weeks, this one
/// and the next. How it went is said with the same call, `outcome` or none.
/// `If-None-Match: *` makes it, `If-Match` changes it; what is stored already
/// is done, so a request whose answer was lost may be sent again as it was. A
/// new one counts toward the 20 posts of a day; a change does not. An id that
/// another pass has is 409: draw another one. Ids are random, so nobody learns
/// by trying which there are.
#[utoipa::path(
    put, path = "/v1/goals/{goal_id}", operation_id = "put_goal", tag = "circles", security(("circle" = [])),
    params(("goal_id" = Uuid, Path, description = "A random UUID (version 4) that the device draws",
            example = "9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a"),
           ("If-None-Match" = Option<String>, Header, nullable = false, description = "`*`: make it", pattern = r"^\*$",
            example = "*"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "Change this version",
            example = "\"42\"")),
    request_body = GoalInput,
    responses((status = 200, description = "It is kept", body = OneGoalView, example = json!({
               "id": "9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "week": "2026-W19", "words": "Three meetings", "target": 3, "progress": 2,
               "outcome": "partly", "answers": [], "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "It is kept, and new", body = OneGoalView, example = json!({
               "id": "9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "week": "2026-W19", "words": "Three meetings", "target": 3,
               "answers": [], "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/goals/{goal_id}", method = "PUT")]
pub async fn put_goal(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
    limits: Data<Limits>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let id = goal_id(&id)?;
    let put = read_put(&request, payload, |input: GoalInput| input.try_into().map_err(ApiError::content)).await?;
    let (goal, new) = circles.put_goal(&token, id, put, &limits).await?;
    let version = goal.version;
    let view = OneGoalView { goal: goal.into(), support: SupportView::new() };
    versioned(&request, if new { StatusCode::CREATED } else { StatusCode::OK }, version, &view)
}

/// Take a goal away
///
/// One of one's own; with it go the answers to it. `If-Match` may say which
/// version; without, it is whatever there is. Sent again it is 404: it is gone.
#[utoipa::path(
    delete, path = "/v1/goals/{goal_id}", operation_id = "delete_goal", tag = "circles", security(("circle" = [])),
    params(("goal_id" = Uuid, Path, description = "Id of the goal", example = "9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "This version and no other",
            example = "\"42\"")),
    responses((status = 200, description = "It is gone", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/goals/{goal_id}", method = "DELETE")]
pub async fn delete_goal(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.delete_goal(&token, goal_id(&id)?, &PutCondition::of(&request)?).await?;
    Ok(done())
}

/// List the goals of a week
///
/// Those of the whole circle, by alias, without those of passes that one has
/// muted.
#[utoipa::path(
    get, path = "/v1/goals", operation_id = "list_goals", tag = "circles", security(("circle" = [])),
    params(("week" = Option<String>, Query, nullable = false, example = "2026-W19", pattern = "^[0-9]{4}-W[0-9]{2}$",
            description = "The ISO week; where nothing is said, the present one in UTC")),
    responses((status = 200, description = "The goals", body = GoalsView, example = json!({"data": [{
               "id": "9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "week": "2026-W19", "words": "Three meetings", "target": 3,
               "answers": [], "version": 61_872_051}], "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/goals", method = "GET", method = "HEAD")]
pub async fn list_goals(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    let week = week(request.query_string(), circles.clock().now())?;
    let data = circles.goals(&token, week).await?.into_iter().map(GoalView::from).collect();
    Ok(private(StatusCode::OK, &GoalsView { data, support: SupportView::new() }))
}

fn week(raw: &str, now: DateTime<Utc>) -> Result<IsoWeek, ApiError> {
    let mut query = QueryString::parse(raw)?;
    let read = |text: &str| text.parse().map_err(|error: crate::kernel::IsoWeekError| error.to_string());
    let week = query.take_one("week", |text| read(text).map_err(|message| Refusal::new("invalid_value", message)));
    query.finish()?;
    Ok(week.unwrap_or_else(|| IsoWeek::of(CivilDay::of_utc(now))))
}

fn goal_id(text: &str) -> Result<GoalId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found())
}
