//! Giving a correction, and following it. No token, no name.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path, Payload},
};

use crate::{
    auth::OneTimeCode,
    config::TrustedProxies,
    feedback::{
        input::{FeedbackInput, Sent},
        service::Inbox,
        views::{OutcomeView, ReceiptView},
    },
    http::{
        ApiError, BodyRules, Limits, Problem, PublicErrors, PublicWriteErrors, QueryString, Quota, client_address,
        read_json,
    },
    kernel::MeetingId,
    offices::private,
    search::{Lookup, Snapshots},
};

/// Correct a meeting
///
/// Anybody may say that a meeting is gone, is still right, or should say
/// something else; the office looks at it. Nothing of who sends it is kept. The
/// receipt, which is shown this once, tells what became of it. Five an hour; and
/// a meeting or office with very many corrections to look at takes no more for
/// a while.
#[utoipa::path(
    post, path = "/v1/meetings/{id}/feedback", operation_id = "create_feedback", tag = "feedback", security(()),
    params(("id" = Uuid, Path, description = "Id of the meeting", example = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")),
    request_body(content = FeedbackInput, content_type = "application/json"),
    responses((status = 201, description = "The receipt", body = ReceiptView<'_>,
               example = json!({"receipt": "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})),
              PublicWriteErrors)
)]
#[route("/v1/meetings/{id}/feedback", method = "POST")]
pub async fn create_feedback(
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
    limits: Data<Limits>,
    proxies: Data<TrustedProxies>,
    snapshots: Data<Snapshots>,
    inbox: Data<Inbox>,
) -> Result<HttpResponse, ApiError> {
    if let Some(remaining) = limits.check(Quota::Feedback, client_address(&request, &proxies))? {
        request.extensions_mut().insert(remaining);
    }
    QueryString::parse(request.query_string())?.finish()?;
    let id: MeetingId = id.parse().map_err(|_| ApiError::not_found())?;
    match snapshots.published()?.snapshot.meeting(id) {
        Lookup::Found(_) => {}
        Lookup::Gone { replaced_by } => return Err(ApiError::gone(replaced_by.map(|id| id.to_string()))),
        Lookup::Unknown => return Err(ApiError::not_found()),
    }
    let body = read_json(&request, payload, BodyRules::JSON).await?;
    let sent = Sent::read(body.ok_or_else(|| ApiError::malformed("A JSON body is needed."))?)?;
    let receipt = inbox.take_in(id, sent).await?;
    Ok(private(StatusCode::CREATED, &ReceiptView { receipt: &receipt.reveal() }))
}

/// See what became of a correction
///
/// By the receipt that its sender has. A correction is forgotten, and its
/// receipt with it, 90 days after the office answered it.
#[utoipa::path(
    get, path = "/v1/feedback/{receipt}", operation_id = "get_feedback", tag = "feedback", security(()),
    params(("receipt" = String, Path, description = "The receipt", min_length = 43, max_length = 43,
            example = "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
    responses((status = 200, description = "What became of it", body = OutcomeView,
               example = json!({"status": "declined", "reason": "The group says that it still meets at seven.",
                                "decided_on": "2026-05-06"})),
              (status = 404, description = "There is no correction with this receipt, or not any more", body = Problem,
               content_type = "application/problem+json"),
              PublicErrors)
)]
#[route("/v1/feedback/{receipt}", method = "GET", method = "HEAD")]
pub async fn get_feedback(
    request: HttpRequest,
    receipt: Path<String>,
    inbox: Data<Inbox>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let receipt = OneTimeCode::parse(&receipt).map_err(|_| ApiError::not_found())?;
    let outcome = inbox.outcome(&receipt).await?;
    Ok(private(StatusCode::OK, &OutcomeView::from(outcome)))
}
