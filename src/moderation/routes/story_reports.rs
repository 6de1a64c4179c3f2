//! Reports of stories, by members.

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{Data, Path, Payload},
};

use super::{inputs::StoryReportInput, private};
use crate::{
    circles::{Circles, SupportedView, random, written},
    http::{ApiError, Limits, MemberErrors, QueryString, Quota},
    kernel::ReportId,
    members::{MemberToken, Members},
    moderation::reporting,
};

/// Report a story
///
/// A moderator gets a copy of the story and the words. Nothing of the member is
/// kept, so that there is no list of one's own and no answer; ten a day, and
/// the same id again changes nothing. The story stays until somebody has
/// decided, however many report it.
#[utoipa::path(
    put, path = "/v1/stories/{story_id}/reports/{report_id}", operation_id = "put_story_report", tag = "stories",
    security(("member" = [])), request_body = StoryReportInput,
    params(("story_id" = Uuid, Path, description = "Id of the story", example = "4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d"),
           ("report_id" = Uuid, Path, description = "A random UUID that the device draws",
            example = "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1")),
    responses((status = 200, description = "It will be looked at", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/stories/{story_id}/reports/{report_id}", method = "PUT")]
pub async fn put_story_report(
    request: HttpRequest,
    ids: Path<(String, String)>,
    payload: Payload,
    token: MemberToken,
    members: Data<Members>,
    circles: Data<Circles>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let story = ids.0.parse().map_err(|_| ApiError::not_found())?;
    let id: ReportId = ids.1.parse().map_err(|_| ApiError::not_found())?;
    random(id.0, "report_id")?;
    let sent = written::<StoryReportInput>(&request, payload).await?.and_then(StoryReportInput::read);
    // The account's own transaction ends before circles are touched.
    let (transaction, _) = members.enter(&token).await?;
    transaction.commit().await?;
    let count = || limits.check(Quota::Report, token.member.0.as_bytes()).map(drop);
    reporting::report_story(&circles, story, (id, sent), count).await?;
    Ok(private(&SupportedView::new()))
}
