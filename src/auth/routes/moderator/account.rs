//! A moderator's own account: what it is, and its password.

use actix_web::{HttpResponse, http::StatusCode, route};

use crate::{
    auth::{
        audience::Audience,
        routes::{
            call::Call,
            private,
            shapes::{ChangePasswordInput, ForgotPasswordInput, ModeratorView, ResetPasswordInput, TokenPair},
        },
    },
    http::{ApiError, MemberErrors, SignInErrors},
};

/// Who am I
///
/// The account of the token, and whether it has the second factor without
/// which a moderator sees nothing.
#[utoipa::path(
    get, path = "/v1/auth/moderator/account", operation_id = "get_moderator_account", tag = "moderator sign-in", security(("moderator" = [])),
    responses((status = 200, description = "The account", body = ModeratorView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "email": "kit@example.org", "has_totp": true,
                   "recovery_codes_left": 10})),
              MemberErrors)
)]
#[route("/v1/auth/moderator/account", method = "GET", method = "HEAD")]
pub async fn get_moderator_account(call: Call) -> Result<HttpResponse, ApiError> {
    let caller = call.caller(Audience::Moderator).await?;
    let account = call.auth.account(&caller).await?;
    Ok(private(StatusCode::OK, &ModeratorView::of(caller.id, account)))
}

/// Change the password
///
/// Every session ends, this one too; the answer begins a new one. Needs a second
/// factor to be set up.
#[utoipa::path(
    post, path = "/v1/auth/moderator/password", operation_id = "change_moderator_password", tag = "moderator sign-in", security(("moderator" = [])),
    request_body = ChangePasswordInput,
    responses((status = 200, description = "Tokens of a new session", body = TokenPair, example = json!({"access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 300,
               "refresh_token": "oc_refresh_moderator_…", "refresh_expires_in_s": 43200})),
              MemberErrors)
)]
#[route("/v1/auth/moderator/password", method = "POST")]
pub async fn change_moderator_password(call: Call) -> Result<HttpResponse, ApiError> {
    call.change_password(Audience::Moderator).await
}

/// Ask for a new password
///
/// A link is sent where there is such an account; the answer is the same where
/// there is none. Without a mail server the operator's command prints a link.
#[utoipa::path(
    post, path = "/v1/auth/moderator/password/forgot", operation_id = "forgot_moderator_password", tag = "moderator sign-in", security(()),
    request_body = ForgotPasswordInput,
    responses((status = 202, description = "Noted"),
              SignInErrors)
)]
#[route("/v1/auth/moderator/password/forgot", method = "POST")]
pub async fn forgot_moderator_password(call: Call) -> Result<HttpResponse, ApiError> {
    call.forgot_password(Audience::Moderator).await
}

/// Set a new password
///
/// By the code of a link. All sessions end; a second factor stays as it is.
#[utoipa::path(
    post, path = "/v1/auth/moderator/password/reset", operation_id = "reset_moderator_password", tag = "moderator sign-in", security(()),
    request_body = ResetPasswordInput,
    responses((status = 204, description = "It is set; sign in with it"),
              SignInErrors)
)]
#[route("/v1/auth/moderator/password/reset", method = "POST")]
pub async fn reset_moderator_password(call: Call) -> Result<HttpResponse, ApiError> {
    call.reset_password(Audience::Moderator).await
}
