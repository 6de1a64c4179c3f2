//! The vault over HTTP: bytes in, the same bytes out.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{StatusCode, header},
    route,
    web::{Data, Payload},
};

use super::{
    private,
    shapes::{VaultBytes, VaultView},
};
use crate::{
    http::{
        ApiError, BODY_WITHIN, BodyRules, EntityTag, Limits, MAX_BODY, MemberErrors, PutCondition, QueryString, Quota,
        Refusal, read_bytes,
    },
    members::{MemberToken, Members},
};

const BYTES: BodyRules = BodyRules {
    media_types: &["application/octet-stream"],
    max_bytes: MAX_BODY,
    within: BODY_WITHIN,
    may_be_gzip: false,
};

/// Your vault
///
/// The bytes as the device wrote them, the newest version or the one asked for;
/// `ETag` is the version in quotes. The last three are kept: the one before has
/// the number one less. 404 where there is none (yet, or any more), 304 where
/// `If-None-Match` names it.
#[utoipa::path(
    get, path = "/v1/me/vault", operation_id = "get_member_vault", tag = "members", security(("member" = [])),
    params(("version" = Option<i64>, Query, description = "A version that is still kept", minimum = 1,
            nullable = false, example = 1_402_887)),
    responses((status = 200, description = "The bytes", body = VaultBytes, content_type = "application/octet-stream",
               headers(("ETag" = String, description = "The version in quotes, for `If-Match`"))),
              (status = 304, description = "`If-None-Match` names this version"), MemberErrors)
)]
#[route("/v1/me/vault", method = "GET", method = "HEAD")]
pub async fn get_member_vault(
    request: HttpRequest,
    token: MemberToken,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    let mut query = QueryString::parse(request.query_string())?;
    let version = query.take_one("version", version);
    query.finish()?;
    let vault = members.read_vault(members.enter(&token).await?, version).await?;
    let tag = EntityTag::of_number(vault.number);
    let known = tag.is_known(&request);
    let mut answer = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    answer.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::ETAG, tag.as_str()));
    Ok(if known { answer.finish() } else { answer.content_type("application/octet-stream").body(vault.content) })
}

/// Write your vault
///
/// Whatever your devices encrypted: opaque bytes, 4096 or a multiple of that,
/// 65536 at most, so pad before encrypting. `If-None-Match: *` for the first,
/// `If-Match` with the version that it was made of for all others: when another
/// device was first, 412; read, merge, and write again. The same bytes as are
/// there change nothing and answer 200, so it is safe to repeat. Ten an hour.
#[utoipa::path(
    put, path = "/v1/me/vault", operation_id = "put_member_vault", tag = "members", security(("member" = [])),
    params(("If-Match" = Option<String>, Header, description = "The version that this one was made of",
            nullable = false, example = "\"1402887\""),
           ("If-None-Match" = Option<String>, Header, description = "`*` for the first version", nullable = false,
            example = "*")),
    request_body(content = VaultBytes, content_type = "application/octet-stream",
                 description = "What the device encrypted"),
    responses((status = 200, description = "The version that there is now", body = VaultView,
               headers(("ETag" = String, description = "The version in quotes, for `If-Match`")),
               example = json!({"version": 1_402_888})),
              (status = 201, description = "The first version", body = VaultView,
               headers(("ETag" = String, description = "The version in quotes, for `If-Match`")),
               example = json!({"version": 1_402_887})),
              MemberErrors)
)]
#[route("/v1/me/vault", method = "PUT")]
pub async fn put_member_vault(
    request: HttpRequest,
    token: MemberToken,
    payload: Payload,
    members: Data<Members>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    if let Some(remaining) = limits.check(Quota::Vault, token.member.0.as_bytes())? {
        request.extensions_mut().insert(remaining);
    }
    QueryString::parse(request.query_string())?.finish()?;
    let condition = PutCondition::of(&request)?;
    let content = read_bytes(&request, payload, BYTES).await?;
    let written = members.write_vault(members.enter(&token).await?, &condition, &content).await?;
    let status = if written.made { StatusCode::CREATED } else { StatusCode::OK };
    let mut answer = private(status, &VaultView { version: written.version });
    if let Ok(tag) = EntityTag::of_number(written.version).as_str().parse() {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    Ok(answer)
}

fn version(text: &str) -> Result<i64, Refusal> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    let version = text.parse().ok().filter(|_| digits);
    version.ok_or_else(|| Refusal::new("malformed", "must be the number of a version"))
}
