//! Tokens of moderators: getting, refreshing and ending them.

use actix_web::{HttpResponse, route};

use crate::{
    auth::{
        audience::Audience,
        routes::{
            call::Call,
            shapes::{EnrolInput, RefreshInput, SignInInput, StepUpInput, StepUpView, TokenPair},
        },
    },
    http::{ApiError, MemberErrors, SignInErrors},
};

/// Sign in as a moderator
///
/// After 5 failures each further attempt waits longer, up to 15 minutes; nobody
/// is locked out. A wrong address, password or code are one and the same answer.
#[utoipa::path(
    post, path = "/v1/auth/moderator/token", operation_id = "create_moderator_token", tag = "moderator sign-in", security(()),
    request_body = SignInInput,
    responses((status = 200, description = "Tokens", body = TokenPair, example = json!({"access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 300,
               "refresh_token": "oc_refresh_moderator_…", "refresh_expires_in_s": 43200})),
              SignInErrors)
)]
#[route("/v1/auth/moderator/token", method = "POST")]
pub async fn create_moderator_token(call: Call) -> Result<HttpResponse, ApiError> {
    call.sign_in(Audience::Moderator).await
}

/// Take up an invitation to be a moderator
///
/// Makes an account with the password. An office account of the same address
/// is another one, with a password of its own.
#[utoipa::path(
    post, path = "/v1/auth/moderator/enrol", operation_id = "enrol_moderator_account", tag = "moderator sign-in", security(()),
    request_body = EnrolInput,
    responses((status = 201, description = "Signed in", body = TokenPair, example = json!({"access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 300,
               "refresh_token": "oc_refresh_moderator_…", "refresh_expires_in_s": 43200})),
              SignInErrors)
)]
#[route("/v1/auth/moderator/enrol", method = "POST")]
pub async fn enrol_moderator_account(call: Call) -> Result<HttpResponse, ApiError> {
    call.enrol(Audience::Moderator).await
}

/// Refresh tokens
///
/// Gives the successor of a refresh token. Where the answer was lost, the same
/// token gives the same successor, until that one is used; an older one ends
/// the session.
#[utoipa::path(
    post, path = "/v1/auth/moderator/refresh", operation_id = "refresh_moderator_token", tag = "moderator sign-in", security(()),
    request_body = RefreshInput,
    responses((status = 200, description = "Tokens", body = TokenPair, example = json!({"access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 300,
               "refresh_token": "oc_refresh_moderator_…", "refresh_expires_in_s": 43200})),
              SignInErrors)
)]
#[route("/v1/auth/moderator/refresh", method = "POST")]
pub async fn refresh_moderator_token(call: Call) -> Result<HttpResponse, ApiError> {
    call.refresh(Audience::Moderator).await
}

/// Sign out
///
/// Ends this session, on every node at once.
#[utoipa::path(
    post, path = "/v1/auth/moderator/revoke", operation_id = "revoke_moderator_token", tag = "moderator sign-in", security(("moderator" = [])),
    responses((status = 204, description = "Signed out"),
              MemberErrors)
)]
#[route("/v1/auth/moderator/revoke", method = "POST")]
pub async fn revoke_moderator_token(call: Call) -> Result<HttpResponse, ApiError> {
    call.revoke(Audience::Moderator).await
}

/// Sign out everywhere
///
/// Ends all sessions of this account.
#[utoipa::path(
    post, path = "/v1/auth/moderator/revoke-all", operation_id = "revoke_all_moderator_tokens", tag = "moderator sign-in", security(("moderator" = [])),
    responses((status = 204, description = "Signed out everywhere"),
              MemberErrors)
)]
#[route("/v1/auth/moderator/revoke-all", method = "POST")]
pub async fn revoke_all_moderator_tokens(call: Call) -> Result<HttpResponse, ApiError> {
    call.revoke_all(Audience::Moderator).await
}

/// Give the password again
///
/// For ten minutes it then counts as given just now, as the second factor asks
/// for. Failures are counted as in signing in.
#[utoipa::path(
    post, path = "/v1/auth/moderator/step-up", operation_id = "step_up_moderator_session", tag = "moderator sign-in", security(("moderator" = [])),
    request_body = StepUpInput,
    responses((status = 200, description = "Until when it counts", body = StepUpView,
               example = json!({"stepped_up_until": "2026-05-04T17:10:00Z"})),
              MemberErrors)
)]
#[route("/v1/auth/moderator/step-up", method = "POST")]
pub async fn step_up_moderator_session(call: Call) -> Result<HttpResponse, ApiError> {
    call.step_up(Audience::Moderator).await
}
