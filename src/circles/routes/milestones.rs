//! Milestones: time and small wins.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path, Payload},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{answer_shapes::AnswerView, conditional::versioned, done, read_put, shapes::SupportedView};
use crate::{
    circles::{
        Circles, PassToken,
        milestone::{Milestone, MilestoneContent, MilestoneKind},
        text::Label,
    },
    helplines::SupportView,
    http::{ApiError, Limits, MemberErrors, PageCursor, PutCondition, QueryString, Refusal},
    kernel::{IsoWeek, MilestoneId, PassId},
    offices::{limit, paged},
    search::Open,
};

/// What sort of milestone, on the wire.
pub type OpenMilestoneKind = Open<MilestoneKind>;

/// A label to share. The date behind it stays on the device.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "time", "label": "90 days"}))]
pub struct MilestoneInput {
    /// Of time, or a win, however small.
    pub kind: MilestoneKind,
    /// At most 80 characters as people count them, no links.
    #[schema(inline)]
    pub label: Label<80>,
}

/// Something to celebrate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Milestone)]
pub struct MilestoneView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: MilestoneId,
    /// Whose it is.
    #[schema(value_type = Uuid)]
    pub pass_id: PassId,
    /// What peers call them.
    #[schema(example = "Heron")]
    pub alias: String,
    /// The ISO week in which it was shared.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
    /// Of time, or a win.
    #[schema(value_type = OpenMilestoneKind)]
    pub kind: OpenMilestoneKind,
    /// What it says.
    #[schema(example = "90 days")]
    pub label: String,
    /// What was said to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answers: Option<Vec<AnswerView>>,
    /// For `If-Match`.
    pub version: i64,
}

/// A milestone.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneMilestoneView {
    /// It, without what was said to it.
    #[serde(flatten)]
    pub milestone: MilestoneView,
    /// Where help is, always.
    pub support: SupportView,
}

/// A page of milestones, the latest weeks first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MilestonesView {
    /// The milestones.
    pub data: Vec<MilestoneView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
    /// Where help is, always.
    pub support: SupportView,
}

/// Of a list of milestones.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct MilestoneParameters {
    /// Where the page begins, as the page before said.
    #[param(max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$")]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// Share a milestone
///
/// Time or a small win, as a label in own words; which date is behind it stays
/// on the device. It belongs to the week in which it was first shared. Of two
/// devices the last stays, unless it sends `If-Match`, or `If-None-Match: *` for
/// one that is not there yet. What is so already is done, so a request whose
/// answer was lost may be sent again as it was. A new one counts toward the 20
/// posts of a day; a change does not. An id that another pass has is 409: draw
/// another one.
#[utoipa::path(
    put, path = "/v1/milestones/{milestone_id}", operation_id = "put_milestone", tag = "circles",
    security(("circle" = [])),
    params(("milestone_id" = Uuid, Path, description = "A random UUID (version 4) that the device draws",
            example = "1d2c3b4a-5968-4776-8594-a3b2c1d0e9f8"),
           ("If-None-Match" = Option<String>, Header, nullable = false, description = "`*`: make it", pattern = r"^\*$",
            example = "*"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "Change this version and no other",
            example = "\"42\"")),
    request_body = MilestoneInput,
    responses((status = 200, description = "It is kept", body = OneMilestoneView, example = json!({
               "id": "1d2c3b4a-5968-4776-8594-a3b2c1d0e9f8", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "week": "2026-W19", "kind": "time", "label": "90 days", "version": 61_872_051,
               "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "It is kept, and new", body = OneMilestoneView, example = json!({
               "id": "1d2c3b4a-5968-4776-8594-a3b2c1d0e9f8", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "week": "2026-W19", "kind": "time", "label": "90 days", "version": 61_872_051,
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/milestones/{milestone_id}", method = "PUT")]
pub async fn put_milestone(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    (circles, limits): (Data<Circles>, Data<Limits>),
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let id = milestone_id(&id)?;
    let content = |MilestoneInput { kind, label }| Ok(MilestoneContent { kind, label: label.into() });
    let put = read_put(&request, payload, content).await?;
    let (milestone, new) = circles.put_milestone(&token, id, put, &limits).await?;
    let version = milestone.version;
    let view = OneMilestoneView { milestone: MilestoneView::of(milestone, None), support: SupportView::new() };
    versioned(&request, if new { StatusCode::CREATED } else { StatusCode::OK }, version, &view)
}

/// Take a milestone away
///
/// One of one's own; what was said to it is not shown any more. Sent again it
/// is 404: it is gone.
#[utoipa::path(
    delete, path = "/v1/milestones/{milestone_id}", operation_id = "delete_milestone", tag = "circles",
    security(("circle" = [])),
    params(("milestone_id" = Uuid, Path, description = "Id of the milestone",
            example = "1d2c3b4a-5968-4776-8594-a3b2c1d0e9f8"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "This version and no other",
            example = "\"42\"")),
    responses((status = 200, description = "It is gone", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/milestones/{milestone_id}", method = "DELETE")]
pub async fn delete_milestone(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.delete_milestone(&token, milestone_id(&id)?, &PutCondition::of(&request)?).await?;
    Ok(done())
}

/// List milestones
///
/// Those of the whole circle, the latest weeks first, with what was said to
/// them; without those of passes that one has muted.
#[utoipa::path(
    get, path = "/v1/milestones", operation_id = "list_milestones", tag = "circles", security(("circle" = [])),
    params(MilestoneParameters),
    responses((status = 200, description = "A page", body = MilestonesView, example = json!({"data": [{
               "id": "1d2c3b4a-5968-4776-8594-a3b2c1d0e9f8", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "week": "2026-W19", "kind": "time", "label": "90 days", "answers": [{
               "pass_id": "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706", "alias": "Otter", "n": 1,
               "reaction": "proud_of_you", "version": 9_182_736}], "version": 61_872_051}],
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/milestones", method = "GET", method = "HEAD")]
pub async fn list_milestones(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    let mut query = QueryString::parse(request.query_string())?;
    let after = query.take_one("cursor", cursor);
    let limit = usize::from(limit(&mut query));
    query.finish()?;
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let (mut found, mut answers) = circles.milestones(&token, after, most).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| more).map(|last| cursors().write(&last.week.to_string(), last.id));
    let data = found.into_iter().map(|milestone| {
        let answers = answers.remove(&milestone.id).unwrap_or_default();
        MilestoneView::of(milestone, Some(answers.into_iter().map(AnswerView::from).collect()))
    });
    let page = MilestonesView { data: data.collect(), next_cursor, support: SupportView::new() };
    paged(&request, &page, page.next_cursor.as_deref())
}

impl MilestoneView {
    pub(super) fn of(milestone: Milestone, answers: Option<Vec<AnswerView>>) -> Self {
        let Milestone { id, pass_id, alias, week, version, content } = milestone;
        let (id, pass_id, kind) = (MilestoneId(id), PassId(pass_id), Open(content.kind));
        Self { id, pass_id, alias, week, kind, label: content.label, answers, version }
    }
}

/// There are no filters.
fn cursors() -> PageCursor {
    PageCursor::of("milestones", &())
}

fn cursor(text: &str) -> Result<(NaiveDate, Uuid), Refusal> {
    let (week, id) = cursors().read(text)?;
    let week: IsoWeek = week.parse().map_err(|_| PageCursor::refused())?;
    Ok((week.monday().date(), id))
}

fn milestone_id(text: &str) -> Result<MilestoneId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found())
}
