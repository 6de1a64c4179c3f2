//! Asking how it is going.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path, Payload},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{day, private, read_put};
use crate::{
    circles::{
        Circles, PassToken,
        nudging::{Nudge, NudgeContent},
        text::Words,
    },
    helplines::SupportView,
    http::{ApiError, Limits, MemberErrors, QueryString},
    kernel::{CivilDay, GoalId, PassId},
};

/// "How is it going?", which needs no words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"words": "How did the week go?"}))]
pub struct NudgeInput {
    /// The goal of theirs that it is about.
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub goal_id: Option<GoalId>,
    /// In own words: at most 500 characters as people count them, no links.
    #[schema(inline, nullable = false)]
    pub words: Option<Words<500>>,
}

/// "How is it going?"
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Nudge)]
pub struct NudgeView {
    /// Who asks.
    #[schema(value_type = Uuid)]
    pub pass_id: PassId,
    /// What peers call them.
    #[schema(example = "Otter")]
    pub alias: String,
    /// Who is asked.
    #[schema(value_type = Uuid)]
    pub to_pass_id: PassId,
    /// On which day.
    #[schema(value_type = String, format = Date, example = "2026-05-03")]
    pub date: CivilDay,
    /// Whether it is the day of the week on which they want to be asked.
    pub on_their_day: bool,
    /// The goal of theirs that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub goal_id: Option<GoalId>,
    /// In own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
}

/// A nudge.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneNudgeView {
    /// It.
    #[serde(flatten)]
    pub nudge: NudgeView,
    /// Where help is, always.
    pub support: SupportView,
}

/// Nudges, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct NudgesView {
    /// The nudges.
    pub data: Vec<NudgeView>,
    /// Where help is, always.
    pub support: SupportView,
}

/// Nudge somebody
///
/// A peer asks how it is going, once a day; sent again, it replaces what was
/// asked that day, unless it sends `If-None-Match: *`. A nudge has no version
/// that `If-Match` could name: with one it is 412. On which day somebody wants to be asked stands in their
/// pass, and an app offers it then; on another day it is taken as well.
/// Whether they have muted this pass is told to nobody. A new one counts toward
/// the 20 posts of a day; a change does not.
#[utoipa::path(
    put, path = "/v1/nudges/{pass_id}/{date}", operation_id = "put_nudge", tag = "circles", security(("circle" = [])),
    params(("pass_id" = Uuid, Path, description = "Whom", example = "0f1e2d3c-4b5a-4968-8776-655443322110"),
           ("date" = String, Path, format = Date, description = "Yesterday to tomorrow, in UTC",
            example = "2026-05-03"),
           ("If-None-Match" = Option<String>, Header, nullable = false, description = "`*`: make it", pattern = r"^\*$",
            example = "*")),
    request_body = NudgeInput,
    responses((status = 200, description = "It is kept", body = OneNudgeView, example = json!({
               "pass_id": "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706", "alias": "Otter",
               "to_pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "date": "2026-05-03", "on_their_day": true,
               "words": "How did the week go?", "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "It is kept, and new", body = OneNudgeView, example = json!({
               "pass_id": "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706", "alias": "Otter",
               "to_pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "date": "2026-05-03", "on_their_day": true,
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/nudges/{pass_id}/{date}", method = "PUT")]
pub async fn put_nudge(
    request: HttpRequest,
    path: Path<(String, String)>,
    token: PassToken,
    (circles, limits): (Data<Circles>, Data<Limits>),
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let to = path.0.parse().map_err(|_| ApiError::not_found())?;
    let day = day(&path.1)?;
    let content = |NudgeInput { goal_id, words }| Ok(NudgeContent { goal: goal_id, words: words.map(String::from) });
    let put = read_put(&request, payload, content).await?;
    let (nudge, new) = circles.put_nudge(&token, (to, day), put, &limits).await?;
    let view = OneNudgeView { nudge: nudge.into(), support: SupportView::new() };
    Ok(private(if new { StatusCode::CREATED } else { StatusCode::OK }, &view))
}

/// List nudges
///
/// Those to this pass and those of it, of the last 15 days, the latest first;
/// without those of passes that one has muted.
#[utoipa::path(
    get, path = "/v1/nudges", operation_id = "list_nudges", tag = "circles", security(("circle" = [])),
    responses((status = 200, description = "The nudges", body = NudgesView, example = json!({"data": [{
               "pass_id": "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706", "alias": "Otter",
               "to_pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "date": "2026-05-03", "on_their_day": true}],
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/nudges", method = "GET", method = "HEAD")]
pub async fn list_nudges(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let data = circles.nudges(&token).await?.into_iter().map(NudgeView::from).collect();
    Ok(private(StatusCode::OK, &NudgesView { data, support: SupportView::new() }))
}

impl From<Nudge> for NudgeView {
    fn from(nudge: Nudge) -> Self {
        let Nudge { from, alias, to, day, on_their_day, goal, words } = nudge;
        let (pass_id, to_pass_id, goal_id) = (PassId(from), PassId(to), goal.map(GoalId));
        Self { pass_id, alias, to_pass_id, date: day, on_their_day, goal_id, words }
    }
}
