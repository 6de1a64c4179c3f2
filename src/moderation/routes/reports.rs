//! Reports of peers, and appeals.

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{Data, Path, Payload},
};

use super::{
    inputs::{AppealInput, ReportInput},
    private,
    shapes::OwnReportsView,
};
use crate::{
    circles::{Circles, PassToken, SupportedView, random, written},
    http::{ApiError, Limits, MemberErrors, QueryString},
    kernel::ReportId,
    moderation::reporting,
};

/// Report something
///
/// A moderator, who is in no circle, gets a copy of the item, of those picked
/// beside it, and the words; who reports is shown to nobody. The item stays as
/// it is until a moderator has decided, however many report it. Nobody watches
/// this in real time: for danger, `support` says where help is. One report of
/// an item until it was decided, ten a day; the same id again changes nothing.
/// What is not to be seen any more, since its author was removed or took it
/// away, cannot be reported (404).
#[utoipa::path(
    put, path = "/v1/reports/{report_id}", operation_id = "put_report", tag = "circles", security(("circle" = [])),
    params(("report_id" = Uuid, Path, description = "A random UUID that the device draws",
            example = "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1")),
    request_body = ReportInput,
    responses((status = 200, description = "It will be looked at", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/reports/{report_id}", method = "PUT")]
pub async fn put_report(
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
    token: PassToken,
    circles: Data<Circles>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let id: ReportId = id.parse().map_err(|_| ApiError::not_found())?;
    random(id.0, "report_id")?;
    let sent = written::<ReportInput>(&request, payload).await?.and_then(ReportInput::read);
    reporting::report(&circles, &limits, &token, (id, sent)).await?;
    Ok(private(&SupportedView::new()))
}

/// List one's reports
///
/// What this pass reported and what became of it; and `about_me`, the decisions
/// by which something of its own was removed, with the reason and until when
/// they can be appealed. That something was reported and kept is told to its
/// reporter alone. An author's pass has its story's decisions here.
#[utoipa::path(
    get, path = "/v1/reports", operation_id = "list_own_reports", tag = "circles", security(("circle" = [])),
    responses((status = 200, description = "Reports and decisions", body = OwnReportsView,
               example = json!({"data": [{"id": "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1",
               "item": {"kind": "check_in", "id": "3c2b1a09-1827-4635-a4b3-c2d1e0f90817"}, "category": "unkind",
               "week": "2026-W19", "state": "closed", "outcome": "removed"}], "about_me": [],
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/reports", method = "GET", method = "HEAD")]
pub async fn list_own_reports(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let listed = reporting::list(&circles, &token).await?;
    Ok(private(&OwnReportsView::of(listed)?))
}

/// Appeal a decision
///
/// For the author of what was removed, within 30 days, also while the pass is
/// suspended: another moderator looks at it, and asking costs nothing.
/// `about_me` of one's reports has the id. Once for each decision: the same
/// words again change nothing, others are a 409. Whoever changes a story that
/// was returned has it read anew instead, which ends an appeal.
#[utoipa::path(
    post, path = "/v1/reports/{report_id}/appeal", operation_id = "appeal_decision", tag = "circles",
    security(("circle" = [])), request_body = AppealInput,
    params(("report_id" = Uuid, Path, description = "Id from `about_me`",
            example = "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1")),
    responses((status = 200, description = "Another moderator will look at it", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/reports/{report_id}/appeal", method = "POST")]
pub async fn appeal_decision(
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let id = id.parse().map_err(|_| ApiError::not_found())?;
    let words = written::<AppealInput>(&request, payload).await?.map(|input| input.words.into());
    reporting::appeal(&circles, &token, id, words).await?;
    Ok(private(&SupportedView::new()))
}
