//! The second factor. All of it needs the password to have been given just now.

use actix_web::{HttpResponse, route};

use super::{
    call::Call,
    shapes::{ConfirmTotpInput, RecoveryCodesView, TotpView},
};
use crate::{
    auth::audience::Audience,
    http::{ApiError, OfficeErrors},
};

/// Set up a second factor
///
/// Gives a secret for an authenticator app. It counts once its first code has
/// been confirmed; asking again before that gives another.
#[utoipa::path(
    post, path = "/v1/auth/office/totp", operation_id = "create_office_totp", tag = "office sign-in", security(("office" = [])),
    responses((status = 201, description = "The secret, shown this once", body = TotpView, example = json!({
                   "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                   "otpauth_url": "otpauth://totp/OpenChair:kit%40example.org?secret=JBSW…&issuer=OpenChair"})),
              OfficeErrors)
)]
#[route("/v1/auth/office/totp", method = "POST")]
pub async fn create_office_totp(call: Call) -> Result<HttpResponse, ApiError> {
    call.propose_totp(Audience::Office).await
}

/// Confirm the second factor
///
/// By a code of the app. From then on signing in needs one; other sessions end.
#[utoipa::path(
    post, path = "/v1/auth/office/totp/confirm", operation_id = "confirm_office_totp", tag = "office sign-in", security(("office" = [])),
    request_body = ConfirmTotpInput,
    responses((status = 200, description = "Recovery codes, shown this once", body = RecoveryCodesView,
               example = json!({"recovery_codes": ["k3f9-7qwm-x2d8-hn4t"]})),
              OfficeErrors)
)]
#[route("/v1/auth/office/totp/confirm", method = "POST")]
pub async fn confirm_office_totp(call: Call) -> Result<HttpResponse, ApiError> {
    call.confirm_totp(Audience::Office).await
}

/// Remove the second factor
///
/// Its recovery codes go with it.
#[utoipa::path(
    delete, path = "/v1/auth/office/totp", operation_id = "delete_office_totp", tag = "office sign-in", security(("office" = [])),
    responses((status = 204, description = "It is removed"),
              OfficeErrors)
)]
#[route("/v1/auth/office/totp", method = "DELETE")]
pub async fn delete_office_totp(call: Call) -> Result<HttpResponse, ApiError> {
    call.remove_totp(Audience::Office).await
}

/// Make new recovery codes
///
/// The old ones are no longer good.
#[utoipa::path(
    post, path = "/v1/auth/office/recovery-codes", operation_id = "replace_office_recovery_codes", tag = "office sign-in", security(("office" = [])),
    responses((status = 201, description = "Recovery codes, shown this once", body = RecoveryCodesView,
               example = json!({"recovery_codes": ["k3f9-7qwm-x2d8-hn4t"]})),
              OfficeErrors)
)]
#[route("/v1/auth/office/recovery-codes", method = "POST")]
pub async fn replace_office_recovery_codes(call: Call) -> Result<HttpResponse, ApiError> {
    call.replace_recovery_codes(Audience::Office).await
}
