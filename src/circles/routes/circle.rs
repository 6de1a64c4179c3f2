//! A circle and who is in it.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, route, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    private,
    shapes::{CircleView, PassView},
};
use crate::{
    circles::{Circles, PassToken},
    helplines::SupportView,
    http::{ApiError, MemberErrors, QueryString},
};

/// A circle and everybody in it.
#[derive(Serialize, ToSchema)]
pub struct OwnCircleView {
    /// The circle.
    pub circle: CircleView,
    /// Everybody, by alias.
    pub passes: Vec<PassView>,
    /// Where help is, always.
    pub support: SupportView,
}

/// Get one's circle
///
/// The circle of this pass, and everybody in it.
#[utoipa::path(
    get, path = "/v1/circles/self", operation_id = "get_own_circle", tag = "circles", security(("circle" = [])),
    responses((status = 200, description = "The circle", body = OwnCircleView,
               example = json!({"circle": {"id": "7b6c1d2e-8f90-4a1b-9c3d-5e6f70818293", "seats": 4, "taken": 1},
               "passes": [{"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "steward": true}],
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/circles/self", method = "GET", method = "HEAD")]
pub async fn get_own_circle(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let (pass, seats, peers) = circles.peers(&token).await?;
    let taken = i64::try_from(peers.len()).unwrap_or(i64::MAX);
    let circle = CircleView { id: pass.circle()?, seats, taken };
    let passes = peers.into_iter().map(PassView::from).collect();
    Ok(private(StatusCode::OK, &OwnCircleView { circle, passes, support: SupportView::new() }))
}
