//! One's own account: what it is, its password, its address.

use actix_web::{HttpResponse, http::StatusCode, route};

use super::{
    call::Call,
    done, private,
    shapes::{
        AccountView, ChangeEmailInput, ChangePasswordInput, ConfirmEmailInput, ForgotPasswordInput, PreferencesInput,
        ResetPasswordInput, TokenPair,
    },
};
use crate::{
    auth::audience::Audience,
    http::{ApiError, OfficeErrors, SignInErrors},
};

/// Who am I
///
/// The account of the token, and what it may do where.
#[utoipa::path(
    get, path = "/v1/auth/office/account", operation_id = "get_office_account", tag = "office sign-in", security(("office" = [])),
    responses((status = 200, description = "The account", body = AccountView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "email": "kit@example.org", "has_totp": true,
                   "recovery_codes_left": 10, "weekly_digest": false, "grants": []})),
              OfficeErrors)
)]
#[route("/v1/auth/office/account", method = "GET", method = "HEAD")]
pub async fn get_office_account(call: Call) -> Result<HttpResponse, ApiError> {
    let caller = call.caller(Audience::Office).await?;
    let account = call.auth.account(&caller).await?;
    Ok(private(StatusCode::OK, &AccountView::of(caller.id, account)))
}

/// Say how to be told
///
/// With `weekly_digest` a letter comes on Monday mornings, by the clocks of the
/// account's first office: how the sources of its offices are, what they did in
/// the week, what waits, how much the lists lack. None comes where nothing
/// happened and nothing waits.
#[utoipa::path(
    put, path = "/v1/auth/office/preferences", operation_id = "replace_office_preferences", tag = "office sign-in", security(("office" = [])),
    request_body = PreferencesInput,
    responses((status = 200, description = "The account as it is now", body = AccountView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "email": "kit@example.org", "has_totp": true,
                   "recovery_codes_left": 10, "weekly_digest": true, "grants": []})),
              OfficeErrors)
)]
#[route("/v1/auth/office/preferences", method = "PUT")]
pub async fn replace_office_preferences(call: Call) -> Result<HttpResponse, ApiError> {
    let (caller, auth) = (call.caller(Audience::Office).await?, call.auth.clone());
    let input: PreferencesInput = call.read().await?;
    let account = auth.set_preferences(&caller, input.weekly_digest).await?;
    Ok(private(StatusCode::OK, &AccountView::of(caller.id, account)))
}

/// Change the password
///
/// Every session ends, this one too; the answer begins a new one.
#[utoipa::path(
    post, path = "/v1/auth/office/password", operation_id = "change_office_password", tag = "office sign-in", security(("office" = [])),
    request_body = ChangePasswordInput,
    responses((status = 200, description = "Tokens of a new session", body = TokenPair, example = json!({"access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 300,
               "refresh_token": "oc_refresh_office_…", "refresh_expires_in_s": 43200})),
              OfficeErrors)
)]
#[route("/v1/auth/office/password", method = "POST")]
pub async fn change_office_password(call: Call) -> Result<HttpResponse, ApiError> {
    call.change_password(Audience::Office).await
}

/// Ask for a new password
///
/// A link is sent where there is such an account; the answer is the same where
/// there is none. Without a mail server the operator's command prints a link.
#[utoipa::path(
    post, path = "/v1/auth/office/password/forgot", operation_id = "forgot_office_password", tag = "office sign-in", security(()),
    request_body = ForgotPasswordInput,
    responses((status = 202, description = "Noted"),
              SignInErrors)
)]
#[route("/v1/auth/office/password/forgot", method = "POST")]
pub async fn forgot_office_password(call: Call) -> Result<HttpResponse, ApiError> {
    call.forgot_password(Audience::Office).await
}

/// Set a new password
///
/// By the code of a link. All sessions end; a second factor stays as it is.
#[utoipa::path(
    post, path = "/v1/auth/office/password/reset", operation_id = "reset_office_password", tag = "office sign-in", security(()),
    request_body = ResetPasswordInput,
    responses((status = 204, description = "It is set; sign in with it"),
              SignInErrors)
)]
#[route("/v1/auth/office/password/reset", method = "POST")]
pub async fn reset_office_password(call: Call) -> Result<HttpResponse, ApiError> {
    call.reset_password(Audience::Office).await
}

/// Change the e-mail address
///
/// A link is sent to the new address; until it is taken up nothing changes.
/// Needs the password to have been given just now.
#[utoipa::path(
    post, path = "/v1/auth/office/email", operation_id = "change_office_email", tag = "office sign-in", security(("office" = [])),
    request_body = ChangeEmailInput,
    responses((status = 202, description = "A link is on its way"),
              OfficeErrors)
)]
#[route("/v1/auth/office/email", method = "POST")]
pub async fn change_office_email(call: Call) -> Result<HttpResponse, ApiError> {
    let (account, auth) = (call.stepped_up(call.caller(Audience::Office).await?)?, call.auth.clone());
    let input: ChangeEmailInput = call.read().await?;
    auth.change_email(account.id, &input.email).await?;
    Ok(done(StatusCode::ACCEPTED))
}

/// Confirm the new e-mail address
///
/// By the code that it received.
#[utoipa::path(
    post, path = "/v1/auth/office/email/confirm", operation_id = "confirm_office_email", tag = "office sign-in", security(("office" = [])),
    request_body = ConfirmEmailInput,
    responses((status = 204, description = "It is changed"),
              OfficeErrors)
)]
#[route("/v1/auth/office/email/confirm", method = "POST")]
pub async fn confirm_office_email(call: Call) -> Result<HttpResponse, ApiError> {
    let (account, auth) = (call.caller(Audience::Office).await?, call.auth.clone());
    let input: ConfirmEmailInput = call.read().await?;
    auth.confirm_email(account.id, &input.email_code).await?;
    Ok(done(StatusCode::NO_CONTENT))
}
