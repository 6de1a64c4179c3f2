//! Tokens: getting, refreshing and ending them.

use actix_web::{HttpResponse, route};

use super::{
    call::Call,
    shapes::{EnrolInput, RefreshInput, SignInInput, StepUpInput, StepUpView, TokenPair},
};
use crate::{
    auth::audience::Audience,
    http::{ApiError, OfficeErrors, SignInErrors},
};

/// Sign in
///
/// After 5 failures each further attempt waits longer, up to 15 minutes; nobody
/// is locked out. A wrong address, password or code are one and the same answer.
#[utoipa::path(
    post, path = "/v1/auth/office/token", operation_id = "create_office_token", tag = "office sign-in", security(()),
    request_body = SignInInput,
    responses((status = 200, description = "Tokens", body = TokenPair, example = json!({"access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 300,
               "refresh_token": "oc_refresh_office_…", "refresh_expires_in_s": 43200})),
              SignInErrors)
)]
#[route("/v1/auth/office/token", method = "POST")]
pub async fn create_office_token(call: Call) -> Result<HttpResponse, ApiError> {
    call.sign_in(Audience::Office).await
}

/// Take up an invitation
///
/// Makes an account with the password; where the address has one already, adds
/// the grant to it, and the password must be its present one.
#[utoipa::path(
    post, path = "/v1/auth/office/enrol", operation_id = "enrol_office_account", tag = "office sign-in", security(()),
    request_body = EnrolInput,
    responses((status = 201, description = "Signed in", body = TokenPair, example = json!({"access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 300,
               "refresh_token": "oc_refresh_office_…", "refresh_expires_in_s": 43200})),
              SignInErrors)
)]
#[route("/v1/auth/office/enrol", method = "POST")]
pub async fn enrol_office_account(call: Call) -> Result<HttpResponse, ApiError> {
    call.enrol(Audience::Office).await
}

/// Refresh tokens
///
/// Gives the successor of a refresh token. Where the answer was lost, the same
/// token gives the same successor, until that one is used; an older one ends
/// the session.
#[utoipa::path(
    post, path = "/v1/auth/office/refresh", operation_id = "refresh_office_token", tag = "office sign-in", security(()),
    request_body = RefreshInput,
    responses((status = 200, description = "Tokens", body = TokenPair, example = json!({"access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 300,
               "refresh_token": "oc_refresh_office_…", "refresh_expires_in_s": 43200})),
              SignInErrors)
)]
#[route("/v1/auth/office/refresh", method = "POST")]
pub async fn refresh_office_token(call: Call) -> Result<HttpResponse, ApiError> {
    call.refresh(Audience::Office).await
}

/// Sign out
///
/// Ends this session, on every node at once.
#[utoipa::path(
    post, path = "/v1/auth/office/revoke", operation_id = "revoke_office_token", tag = "office sign-in", security(("office" = [])),
    responses((status = 204, description = "Signed out"),
              OfficeErrors)
)]
#[route("/v1/auth/office/revoke", method = "POST")]
pub async fn revoke_office_token(call: Call) -> Result<HttpResponse, ApiError> {
    call.revoke(Audience::Office).await
}

/// Sign out everywhere
///
/// Ends all sessions of this account.
#[utoipa::path(
    post, path = "/v1/auth/office/revoke-all", operation_id = "revoke_all_office_tokens", tag = "office sign-in", security(("office" = [])),
    responses((status = 204, description = "Signed out everywhere"),
              OfficeErrors)
)]
#[route("/v1/auth/office/revoke-all", method = "POST")]
pub async fn revoke_all_office_tokens(call: Call) -> Result<HttpResponse, ApiError> {
    call.revoke_all(Audience::Office).await
}

/// Give the password again
///
/// For ten minutes it then counts as given just now, as invitations, roles,
/// keys and the second factor ask for. Failures are counted as in signing in.
#[utoipa::path(
    post, path = "/v1/auth/office/step-up", operation_id = "step_up_office_session", tag = "office sign-in", security(("office" = [])),
    request_body = StepUpInput,
    responses((status = 200, description = "Until when it counts", body = StepUpView,
               example = json!({"stepped_up_until": "2026-05-04T17:10:00Z"})),
              OfficeErrors)
)]
#[route("/v1/auth/office/step-up", method = "POST")]
pub async fn step_up_office_session(call: Call) -> Result<HttpResponse, ApiError> {
    call.step_up(Audience::Office).await
}
