//! Making an account, and its tokens.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Payload},
};

use super::{
    done, private,
    shapes::{AuthKeyInput, WelcomeView},
};
use crate::{
    auth::{RefreshInput, TokenPair},
    config::TrustedProxies,
    http::{ApiError, BodyRules, Limits, MemberErrors, QueryString, Quota, SignInErrors, client_address, read_body},
    members::{MemberToken, Members},
};

/// Make an account
///
/// Anonymous: no name, no address, nothing but a key that the device derives.
/// Sent again with the same key it signs in to the account that it made.
#[utoipa::path(
    post, path = "/v1/members", operation_id = "create_member", tag = "member sign-in", security(()),
    request_body = AuthKeyInput,
    responses((status = 201, description = "The account and its first tokens", body = WelcomeView, example = json!({
               "handle": "amber-river-lantern", "access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 900,
               "refresh_token": "oc_refresh_member_…", "refresh_expires_in_s": 15_552_000,
               "vouchers": ["oc_voucher_either_2026-05_1_…", "oc_voucher_either_2026-05_1_…"]})),
              SignInErrors)
)]
#[route("/v1/members", method = "POST")]
pub async fn create_member(
    request: HttpRequest,
    payload: Payload,
    members: Data<Members>,
    limits: Data<Limits>,
    proxies: Data<TrustedProxies>,
) -> Result<HttpResponse, ApiError> {
    limits.check(Quota::SignUp, client_address(&request, &proxies))?;
    QueryString::parse(request.query_string())?.finish()?;
    let input: AuthKeyInput = read_body(&request, payload, BodyRules::JSON).await?;
    let welcome = members.sign_up(&input.auth_key).await?;
    Ok(private(StatusCode::CREATED, &WelcomeView::of(&welcome)))
}

/// Sign in on another device
///
/// With the key that the device derives from the recovery code; there is no other way back in.
#[utoipa::path(
    post, path = "/v1/auth/member/token", operation_id = "create_member_token", tag = "member sign-in", security(()),
    request_body = AuthKeyInput,
    responses((status = 200, description = "Tokens", body = TokenPair, example = json!({"access_token": "eyJ…",
               "token_type": "Bearer", "expires_in_s": 900, "refresh_token": "oc_refresh_member_…",
               "refresh_expires_in_s": 15_552_000})),
              SignInErrors)
)]
#[route("/v1/auth/member/token", method = "POST")]
pub async fn create_member_token(
    request: HttpRequest,
    payload: Payload,
    members: Data<Members>,
    limits: Data<Limits>,
    proxies: Data<TrustedProxies>,
) -> Result<HttpResponse, ApiError> {
    limits.check(Quota::SignIn, client_address(&request, &proxies))?;
    QueryString::parse(request.query_string())?.finish()?;
    let input: AuthKeyInput = read_body(&request, payload, BodyRules::JSON).await?;
    let (_, issued) = members.sign_in(&input.auth_key).await?;
    Ok(private(StatusCode::OK, &TokenPair::of(&issued)))
}

/// Refresh an account's tokens
///
/// Gives the successor of a refresh token. Where the answer was lost, the same
/// token gives the same successor, until that one is used; an older one ends
/// the session.
#[utoipa::path(
    post, path = "/v1/auth/member/refresh", operation_id = "refresh_member_token", tag = "member sign-in", security(()),
    request_body = RefreshInput,
    responses((status = 200, description = "Tokens", body = TokenPair, example = json!({"access_token": "eyJ…",
               "token_type": "Bearer", "expires_in_s": 900, "refresh_token": "oc_refresh_member_…",
               "refresh_expires_in_s": 15_552_000})),
              SignInErrors)
)]
#[route("/v1/auth/member/refresh", method = "POST")]
pub async fn refresh_member_token(
    request: HttpRequest,
    payload: Payload,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let input: RefreshInput = read_body(&request, payload, BodyRules::JSON).await?;
    let issued = members.refresh(&input.refresh_token).await?;
    Ok(private(StatusCode::OK, &TokenPair::of(&issued)))
}

/// Sign out of an account
///
/// Ends this device's session, on every node at once.
#[utoipa::path(
    post, path = "/v1/auth/member/revoke", operation_id = "revoke_member_token", tag = "member sign-in",
    security(("member" = [])),
    responses((status = 204, description = "Signed out"), MemberErrors)
)]
#[route("/v1/auth/member/revoke", method = "POST")]
pub async fn revoke_member_token(
    request: HttpRequest,
    token: MemberToken,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    members.sign_out(&token, false).await?;
    Ok(done())
}

/// Sign out of an account everywhere
///
/// Ends the sessions of all its devices.
#[utoipa::path(
    post, path = "/v1/auth/member/revoke-all", operation_id = "revoke_all_member_tokens", tag = "member sign-in",
    security(("member" = [])),
    responses((status = 204, description = "Signed out everywhere"), MemberErrors)
)]
#[route("/v1/auth/member/revoke-all", method = "POST")]
pub async fn revoke_all_member_tokens(
    request: HttpRequest,
    token: MemberToken,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    members.sign_out(&token, true).await?;
    Ok(done())
}
