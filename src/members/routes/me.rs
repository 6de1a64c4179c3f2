//! One's own account.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Payload},
};

use super::{
    done,
    export::ExportView,
    private,
    shapes::{AuthKeyInput, MemberView},
};
use crate::{
    http::{ApiError, BodyRules, MemberErrors, QueryString, read_input, read_json},
    members::{LeavingToken, MemberToken, Members},
};

/// Your account
///
/// The handle, and the week in which the account was made: that is all there is to show.
#[utoipa::path(
    get, path = "/v1/me", operation_id = "get_member", tag = "members", security(("member" = [])),
    responses((status = 200, description = "The account", body = MemberView,
               example = json!({"handle": "amber-river-lantern", "made_week": "2026-W18"})),
              MemberErrors)
)]
#[route("/v1/me", method = "GET", method = "HEAD")]
pub async fn get_member(
    request: HttpRequest,
    token: MemberToken,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let (_, account) = members.enter(&token).await?;
    Ok(private(StatusCode::OK, &MemberView::of(&account)))
}

/// Delete your account
///
/// Erases it at once, with its vault; all its sessions end. It cannot be
/// undone. The passes in circles are not found by this, for nothing leads from
/// here to them: delete those first, one by one, by what the vault says. No
/// limit of requests keeps anybody from it.
#[utoipa::path(
    delete, path = "/v1/me", operation_id = "delete_member", tag = "members", security(("member" = [])),
    responses((status = 204, description = "Erased"), MemberErrors)
)]
#[route("/v1/me", method = "DELETE")]
pub async fn delete_member(
    request: HttpRequest,
    LeavingToken(token): LeavingToken,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    members.erase(&token).await?;
    Ok(done())
}

/// Everything that we hold of your account
///
/// All of it: what is not in here is not kept. Keys and tokens are kept as
/// SHA-256, the vault as your devices encrypted it.
#[utoipa::path(
    get, path = "/v1/me/export", operation_id = "export_member", tag = "members", security(("member" = [])),
    responses((status = 200, description = "Everything", body = ExportView, example = json!({
               "id": "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706", "handle": "amber-river-lantern",
               "made_week": "2026-W18", "seen_week": "2026-W19",
               "auth_key_hash": "1B5uSbNYrIGUYBOH3DBgKu7q1VkqXHTSmqw0Sgkw2DU",
               "sessions": [{"id": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "generation": 1_234_567,
                             "hash_used": "1B5uSbNYrIGUYBOH3DBgKu7q1VkqXHTSmqw0Sgkw2DU",
                             "hash_next": "g0bYjIj3LPoHYAHEvTCsSzoHaZbcKEZCkUAzNrN5yZM", "used_week": "2026-W19"}],
               "circle_vouchers": ["2026-W18"], "story_vouchers": [],
               "vault": [{"version": 1_402_887, "content": "AAEC…"}]})),
              MemberErrors)
)]
#[route("/v1/me/export", method = "GET", method = "HEAD")]
pub async fn export_member(
    request: HttpRequest,
    token: MemberToken,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let kept = members.export(&token).await?;
    Ok(private(StatusCode::OK, &ExportView::of(&kept)))
}

/// Draw another handle
///
/// Three other words, drawn by us; a handle is never chosen. The one before is
/// free again at once. Sent again it draws again.
#[utoipa::path(
    post, path = "/v1/me/handle", operation_id = "replace_member_handle", tag = "members", security(("member" = [])),
    responses((status = 200, description = "The account with its new handle", body = MemberView,
               example = json!({"handle": "gentle-harbor-fern", "made_week": "2026-W18"})),
              MemberErrors)
)]
#[route("/v1/me/handle", method = "POST")]
pub async fn replace_member_handle(
    request: HttpRequest,
    token: MemberToken,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let account = members.reroll(&token).await?;
    Ok(private(StatusCode::OK, &MemberView::of(&account)))
}

/// Replace your key
///
/// For when a recovery code may be known to somebody else: make another code,
/// encrypt the vault with its key, and send its `auth_key` here. The key before
/// opens nothing any more, and all other sessions end; this one goes on. Safe
/// to repeat with the same key.
#[utoipa::path(
    post, path = "/v1/me/auth-key", operation_id = "replace_member_key", tag = "members", security(("member" = [])),
    request_body = AuthKeyInput,
    responses((status = 204, description = "Replaced, and all other sessions ended"), MemberErrors)
)]
#[route("/v1/me/auth-key", method = "POST")]
pub async fn replace_member_key(
    request: HttpRequest,
    token: MemberToken,
    payload: Payload,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let body = read_json(&request, payload, BodyRules::JSON).await?;
    let entered = members.enter(&token).await?;
    let input: AuthKeyInput = read_input(body.ok_or_else(|| ApiError::malformed("A JSON body is needed."))?)?;
    members.replace_key(entered, token.session, &input.auth_key).await?;
    Ok(done())
}
