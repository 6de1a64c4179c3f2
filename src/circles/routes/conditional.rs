//! Answers that a device may have already.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

use super::private;
use crate::http::{ApiError, EntityTag};

/// A single thing of that version, for its caller alone: 304 where the request
/// names its bytes.
///
/// # Errors
/// Never for bodies such as ours.
pub(super) fn versioned(
    request: &HttpRequest,
    status: StatusCode,
    version: i64,
    body: &impl Serialize,
) -> Result<HttpResponse, ApiError> {
    let bytes = serde_json::to_vec(body).map_err(ApiError::internal)?;
    Ok(tagged(request, status, &EntityTag::of_version(version, &bytes), bytes))
}

/// A screen, for its caller alone, likewise: its tag is a hash of its bytes.
///
/// # Errors
/// Never for bodies such as ours.
pub(super) fn hashed(request: &HttpRequest, body: &impl Serialize) -> Result<HttpResponse, ApiError> {
    let bytes = serde_json::to_vec(body).map_err(ApiError::internal)?;
    Ok(tagged(request, StatusCode::OK, &EntityTag::of_bytes(&bytes), bytes))
}

fn tagged(request: &HttpRequest, status: StatusCode, tag: &EntityTag, body: Vec<u8>) -> HttpResponse {
    // A write answers what there is now; only a read may be left unsaid.
    let known = request.method().is_safe() && tag.is_known(request);
    let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { status });
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::ETAG, tag.as_str()));
    if known { response.finish() } else { response.content_type("application/json").body(body) }
}

/// A page, with the address of the next.
pub(super) fn paged(page: &impl Serialize, next: Option<String>) -> HttpResponse {
    let mut answer = private(StatusCode::OK, page);
    if let Some(Ok(value)) = next.map(|next| format!("<{next}>; rel=\"next\"").parse()) {
        answer.headers_mut().insert(header::LINK, value);
    }
    answer
}
