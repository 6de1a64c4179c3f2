//! What has come of checking in.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, route, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::private;
use crate::{
    circles::{Circles, PassToken, summary::Summary},
    helplines::SupportView,
    http::{ApiError, MemberErrors, QueryString},
};

/// What has helped.
#[derive(Serialize, ToSchema)]
pub struct HelpedView {
    /// A code of `helped`, or own words.
    #[schema(example = "called_someone")]
    pub what: String,
    /// On how many days; own words have no number, since they are erased with
    /// the other words of a check-in when that is 400 days old.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub times: Option<u32>,
}

/// Totals, which grow with every week, and what has helped.
#[derive(Serialize, ToSchema)]
pub struct SummaryView {
    /// In how many weeks this pass has checked in.
    pub weeks_checked_in: i64,
    /// On how many days.
    pub check_ins: i64,
    /// How many answers it has given.
    pub answers_given: i64,
    /// What has helped, most often first: the first 50.
    pub helped: Vec<HelpedView>,
    /// Where help is, always.
    pub support: SupportView,
}

/// Get what has come of checking in
///
/// One's own totals and what has helped, seen by nobody else. Totals grow;
/// they go down when this pass takes something away, and for no other reason.
#[utoipa::path(
    get, path = "/v1/summary", operation_id = "get_summary", tag = "circles", security(("circle" = [])),
    responses((status = 200, description = "The totals", body = SummaryView, example = json!({
               "weeks_checked_in": 9, "check_ins": 31, "answers_given": 48,
               "helped": [{"what": "called_someone", "times": 14}, {"what": "a long bath"}],
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/summary", method = "GET", method = "HEAD")]
pub async fn get_summary(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let Summary { weeks_checked_in, check_ins, answers_given, helped } = circles.summary(&token).await?;
    let helped = helped.into_iter().map(|one| HelpedView { what: one.what, times: one.times }).collect();
    let support = SupportView::new();
    Ok(private(StatusCode::OK, &SummaryView { weeks_checked_in, check_ins, answers_given, helped, support }))
}
