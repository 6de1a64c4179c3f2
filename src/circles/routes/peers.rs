//! What concerns another of one's circle: muting, removing, sharing the care.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{done, private, shapes::SupportedView};
use crate::{
    circles::{Circles, PassToken},
    helplines::SupportView,
    http::{ApiError, MemberErrors, QueryString},
    kernel::PassId,
};

/// Somebody whose words one does not want to see.
#[derive(Debug, Serialize, ToSchema)]
pub struct MuteView {
    /// Who.
    #[schema(value_type = Uuid)]
    pub pass_id: PassId,
    /// What peers call them.
    #[schema(example = "Otter")]
    pub alias: String,
}

/// Whom one has muted.
#[derive(Debug, Serialize, ToSchema)]
pub struct MutesView {
    /// By alias.
    pub data: Vec<MuteView>,
    /// Where help is, always.
    pub support: SupportView,
}

/// Mute somebody
///
/// One does not see what they write any more. It is silent: nobody is told,
/// and nothing is different for them or for others.
#[utoipa::path(
    put, path = "/v1/mutes/{pass_id}", operation_id = "put_mute", tag = "circles", security(("circle" = [])),
    params(("pass_id" = Uuid, Path, description = "Whom", example = "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706")),
    responses((status = 200, description = "They are muted", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/mutes/{pass_id}", method = "PUT")]
pub async fn put_mute(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.mute(&token, pass_id(&id)?).await?;
    Ok(done())
}

/// Hear somebody again
///
/// Whatever they wrote meanwhile is seen again as well.
#[utoipa::path(
    delete, path = "/v1/mutes/{pass_id}", operation_id = "delete_mute", tag = "circles", security(("circle" = [])),
    params(("pass_id" = Uuid, Path, description = "Whom", example = "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706")),
    responses((status = 200, description = "They are not muted", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/mutes/{pass_id}", method = "DELETE")]
pub async fn delete_mute(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.unmute(&token, pass_id(&id)?).await?;
    Ok(done())
}

/// List mutes
///
/// Whom this pass has muted, by alias. Nobody else sees it.
#[utoipa::path(
    get, path = "/v1/mutes", operation_id = "list_mutes", tag = "circles", security(("circle" = [])),
    responses((status = 200, description = "Whom one has muted", body = MutesView, example = json!({"data": [
               {"pass_id": "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706", "alias": "Otter"}],
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/mutes", method = "GET", method = "HEAD")]
pub async fn list_mutes(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let muted = circles.mutes(&token).await?;
    let data = muted.into_iter().map(|(id, alias)| MuteView { pass_id: PassId(id), alias }).collect();
    Ok(private(StatusCode::OK, &MutesView { data, support: SupportView::new() }))
}

/// Remove somebody from the circle
///
/// For stewards. What they wrote is seen by nobody any more, and their seat is
/// free; for 30 days they can fetch what they wrote, then it is erased. Every
/// open invitation of the circle is taken back: one may be in their hands. Sent
/// again it is 404: they are no longer in it.
#[utoipa::path(
    delete, path = "/v1/circles/self/passes/{pass_id}", operation_id = "remove_pass", tag = "circles",
    security(("circle" = [])),
    params(("pass_id" = Uuid, Path, description = "Whom", example = "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706")),
    responses((status = 200, description = "They are not in the circle", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/circles/self/passes/{pass_id}", method = "DELETE")]
pub async fn remove_pass(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.remove(&token, pass_id(&id)?).await?;
    Ok(done())
}

/// Share the care of the circle
///
/// For stewards: somebody looks after the circle as well. With no steward left,
/// or none who was there for 60 days, everybody does.
#[utoipa::path(
    post, path = "/v1/circles/self/passes/{pass_id}/steward", operation_id = "share_circle_care", tag = "circles",
    security(("circle" = [])),
    params(("pass_id" = Uuid, Path, description = "With whom", example = "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706")),
    responses((status = 200, description = "They look after the circle", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/circles/self/passes/{pass_id}/steward", method = "POST")]
pub async fn share_circle_care(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.share_care(&token, pass_id(&id)?).await?;
    Ok(done())
}

fn pass_id(text: &str) -> Result<PassId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found())
}
