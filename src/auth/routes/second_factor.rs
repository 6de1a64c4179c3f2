//! The second factor. All of it needs the password to have been given just now.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Payload},
};

use super::{
    done, private,
    shapes::{ConfirmTotpInput, RecoveryCodesView, TotpView},
};
use crate::{
    auth::Auth,
    http::{ApiError, BodyRules, Limits, OfficeErrors, read_body},
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
pub async fn create_office_totp(
    request: HttpRequest,
    auth: Data<Auth>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    let account = auth.stepped_up(&request, &limits).await?;
    let proposed = auth.propose_totp(account.id).await?;
    Ok(private(StatusCode::CREATED, &TotpView { secret: proposed.secret, otpauth_url: proposed.link }))
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
pub async fn confirm_office_totp(
    request: HttpRequest,
    payload: Payload,
    auth: Data<Auth>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    let account = auth.stepped_up(&request, &limits).await?;
    let input: ConfirmTotpInput = read_body(&request, payload, BodyRules::JSON).await?;
    let codes = auth.confirm_totp(account.id, account.session, &input.code).await?;
    Ok(private(StatusCode::OK, &RecoveryCodesView::of(&codes)))
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
pub async fn delete_office_totp(
    request: HttpRequest,
    auth: Data<Auth>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    let account = auth.stepped_up(&request, &limits).await?;
    auth.remove_totp(account.id).await?;
    Ok(done(StatusCode::NO_CONTENT))
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
pub async fn replace_office_recovery_codes(
    request: HttpRequest,
    auth: Data<Auth>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    let account = auth.stepped_up(&request, &limits).await?;
    let codes = auth.new_recovery_codes(account.id).await?;
    Ok(private(StatusCode::CREATED, &RecoveryCodesView::of(&codes)))
}
