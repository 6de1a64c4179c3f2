//! Reading the body of a request.
//!
//! A body is read whole before anything looks at it: bounded in size while it
//! arrives and in time whatever its framing, never decompressed. What JSON
//! leaves open is refused rather than guessed (see [`json`]). To take another
//! kind of body, add a [`BodyRules`] beside those here and read its bytes with
//! [`read_bytes`].

mod json;

use std::{io::Read, time::Duration};

use actix_web::{
    HttpRequest,
    error::PayloadError,
    http::header,
    web::{Bytes, BytesMut},
};
use flate2::read::GzDecoder;
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::PartialSchema;

use super::{ApiError, ErrorCode, read_input};

/// The largest body of an operation that does not say otherwise, in bytes.
pub const MAX_BODY: usize = 256 * 1024;
/// How long a body may take to arrive.
pub const BODY_WITHIN: Duration = Duration::from_secs(10);
/// The most that a compressed body may be larger than it came.
const MAX_RATIO: usize = 100;

/// What a body may be.
#[derive(Debug, Clone, Copy)]
pub struct BodyRules {
    /// Media types that are taken, lower case, without parameters.
    pub media_types: &'static [&'static str],
    /// The most bytes.
    pub max_bytes: usize,
    /// How long all of it may take.
    pub within: Duration,
    /// Whether it may come as gzip; what it unpacks to is bounded all the same.
    pub may_be_gzip: bool,
}

impl BodyRules {
    /// A JSON body.
    pub const JSON: Self =
        Self { media_types: &["application/json"], max_bytes: MAX_BODY, within: BODY_WITHIN, may_be_gzip: false };
    /// A JSON body that is merged onto what is there (RFC 7396).
    pub const MERGE_PATCH: Self =
        Self { media_types: &["application/json", "application/merge-patch+json"], ..Self::JSON };
    /// A source of meetings.
    pub const SOURCE: Self = Self {
        media_types: &["application/json", "text/csv"],
        max_bytes: 64 * 1024 * 1024,
        within: Duration::from_mins(1),
        may_be_gzip: true,
    };
}

/// Reads a body as JSON; `None` where there is none.
///
/// # Errors
/// As [`read_bytes`], and `malformed_request` for what is not JSON, or is JSON
/// that two readers might understand in two ways.
pub async fn read_json<S>(request: &HttpRequest, payload: S, rules: BodyRules) -> Result<Option<Value>, ApiError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let bytes = read_bytes(request, payload, rules).await?;
    if bytes.is_empty() { Ok(None) } else { json::parse(&bytes).map(Some).map_err(ApiError::malformed) }
}

/// Reads a body whole; empty where there is none, whose media type then does
/// not matter unless it is stated.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`, `request_timeout`, or
/// `malformed_request` when the connection broke off.
pub async fn read_bytes<S>(request: &HttpRequest, mut payload: S, rules: BodyRules) -> Result<Bytes, ApiError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let is_gzip = rules.may_be_gzip && is_gzip(request);
    if !is_gzip {
        refuse_coded(request)?;
    }
    let media_type = media_type(request);
    let taken = media_type.as_deref().is_some_and(|given| rules.media_types.contains(&given));
    if !rules.may_be_gzip && !is_utf_8(request) {
        return Err(ApiError::new(ErrorCode::UnsupportedMediaType).with_detail("Send the body in UTF-8."));
    }
    if media_type.is_some() && !taken {
        return Err(wrong_type(rules));
    }
    // What is known to be too large need not arrive first.
    if length(request).is_some_and(|length| length > rules.max_bytes) {
        return Err(too_large(rules));
    }
    let read = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| ApiError::broken_off())?;
            if body.len() + chunk.len() > rules.max_bytes {
                return Err(too_large(rules));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    let late = |_| {
        let within = format!("The body did not arrive within {} seconds.", rules.within.as_secs());
        ApiError::new(ErrorCode::RequestTimeout).with_detail(within)
    };
    let body = tokio::time::timeout(rules.within, read).await.map_err(late)??;
    let body = if is_gzip { unzip(body, rules).await? } else { body };
    if body.is_empty() || taken { Ok(body) } else { Err(wrong_type(rules)) }
}

fn is_gzip(request: &HttpRequest) -> bool {
    let mut stated = request.headers().get_all(header::CONTENT_ENCODING);
    let gzip = |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"gzip");
    stated.next().is_some_and(gzip) && stated.next().is_none()
}

/// Unpacks within the bound of what is not packed, and within a hundred times
/// what came: a source of meetings is not smaller than that.
async fn unzip(body: Bytes, rules: BodyRules) -> Result<Bytes, ApiError> {
    let most = rules.max_bytes.min(body.len().saturating_mul(MAX_RATIO));
    let unpacked = tokio::task::spawn_blocking(move || {
        let mut plain = Vec::new();
        let read = GzDecoder::new(body.as_ref()).take(most as u64 + 1).read_to_end(&mut plain);
        read.map(|_| plain)
    });
    match unpacked.await.map_err(|error| ApiError::internal(anyhow::Error::from(error)))? {
        Ok(plain) if plain.len() <= most => Ok(plain.into()),
        Ok(_) => Err(too_large(rules)),
        Err(_) => Err(ApiError::malformed("The body is not gzip to its end.")),
    }
}

/// A small compressed body can be a giant: none is decompressed elsewhere.
fn refuse_coded(request: &HttpRequest) -> Result<(), ApiError> {
    let plain = |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if request.headers().get_all(header::CONTENT_ENCODING).all(plain) {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::UnsupportedMediaType).with_detail("Send the body without a Content-Encoding."))
}

/// Reads a body as the input of an operation.
///
/// # Errors
/// As [`read_json`] and [`read_input`]; `malformed_request` without a body.
pub async fn read_body<S, T>(request: &HttpRequest, payload: S, rules: BodyRules) -> Result<T, ApiError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    T: DeserializeOwned + PartialSchema,
{
    let value = read_json(request, payload, rules).await?;
    read_input(value.ok_or_else(|| ApiError::malformed("A JSON body is needed."))?)
}

/// The media type, lower case, without parameters; empty when it is unreadable
/// or stated twice.
fn media_type(request: &HttpRequest) -> Option<String> {
    let mut stated = request.headers().get_all(header::CONTENT_TYPE);
    let first = stated.next()?;
    if stated.next().is_some() {
        return Some(String::new());
    }
    let essence = first.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    Some(essence.trim().to_ascii_lowercase())
}

/// That no charset is stated but UTF-8, which all that is read here is in.
fn is_utf_8(request: &HttpRequest) -> bool {
    let stated = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    stated.split(';').skip(1).all(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        !name.trim().eq_ignore_ascii_case("charset") || bare.eq_ignore_ascii_case("utf-8")
    })
}

fn length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn wrong_type(rules: BodyRules) -> ApiError {
    let wanted = rules.media_types.join(" or ");
    ApiError::new(ErrorCode::UnsupportedMediaType).with_detail(format!("Send the body as {wanted}."))
}

fn too_large(rules: BodyRules) -> ApiError {
    let most = format!("At most {} bytes are read.", rules.max_bytes);
    ApiError::new(ErrorCode::PayloadTooLarge).with_detail(most)
}

#[cfg(test)]
mod tests;
