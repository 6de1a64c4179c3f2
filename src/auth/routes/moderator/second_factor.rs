//! A moderator's second factor. All of it needs the password to have been given
//! just now; what is to be set up first, needs no more than that.

use actix_web::{HttpResponse, route};

use crate::{
    auth::{
        audience::Audience,
        routes::{
            call::Call,
            shapes::{ConfirmTotpInput, RecoveryCodesView, TotpView},
        },
    },
    http::{ApiError, MemberErrors},
};

/// Set up a second factor
///
/// What a new moderator does first: until it is confirmed everything else is
/// 403 `totp_required`. Gives a secret for an authenticator app; asking again
/// before its first code gives another.
#[utoipa::path(
    post, path = "/v1/auth/moderator/totp", operation_id = "create_moderator_totp", tag = "moderator sign-in", security(("moderator" = [])),
    responses((status = 201, description = "The secret, shown this once", body = TotpView, example = json!({
                   "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                   "otpauth_url": "otpauth://totp/OpenChair:kit%40example.org?secret=JBSW…&issuer=OpenChair"})),
              MemberErrors)
)]
#[route("/v1/auth/moderator/totp", method = "POST")]
pub async fn create_moderator_totp(call: Call) -> Result<HttpResponse, ApiError> {
    call.propose_totp(Audience::Moderator).await
}

/// Confirm the second factor
///
/// By a code of the app. From then on signing in needs one; other sessions end.
#[utoipa::path(
    post, path = "/v1/auth/moderator/totp/confirm", operation_id = "confirm_moderator_totp", tag = "moderator sign-in", security(("moderator" = [])),
    request_body = ConfirmTotpInput,
    responses((status = 200, description = "Recovery codes, shown this once", body = RecoveryCodesView,
               example = json!({"recovery_codes": ["k3f9-7qwm-x2d8-hn4t"]})),
              MemberErrors)
)]
#[route("/v1/auth/moderator/totp/confirm", method = "POST")]
pub async fn confirm_moderator_totp(call: Call) -> Result<HttpResponse, ApiError> {
    call.confirm_totp(Audience::Moderator).await
}

/// Remove the second factor
///
/// Its recovery codes go with it. Until there is another, everything else is
/// 403 `totp_required`.
#[utoipa::path(
    delete, path = "/v1/auth/moderator/totp", operation_id = "delete_moderator_totp", tag = "moderator sign-in", security(("moderator" = [])),
    responses((status = 204, description = "It is removed"),
              MemberErrors)
)]
#[route("/v1/auth/moderator/totp", method = "DELETE")]
pub async fn delete_moderator_totp(call: Call) -> Result<HttpResponse, ApiError> {
    call.remove_totp(Audience::Moderator).await
}

/// Make new recovery codes
///
/// The old ones are no longer good.
#[utoipa::path(
    post, path = "/v1/auth/moderator/recovery-codes", operation_id = "replace_moderator_recovery_codes", tag = "moderator sign-in", security(("moderator" = [])),
    responses((status = 201, description = "Recovery codes, shown this once", body = RecoveryCodesView,
               example = json!({"recovery_codes": ["k3f9-7qwm-x2d8-hn4t"]})),
              MemberErrors)
)]
#[route("/v1/auth/moderator/recovery-codes", method = "POST")]
pub async fn replace_moderator_recovery_codes(call: Call) -> Result<HttpResponse, ApiError> {
    call.replace_recovery_codes(Audience::Moderator).await
}
