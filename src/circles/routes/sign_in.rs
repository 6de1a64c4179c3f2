//! Starting and joining circles, and the tokens of a pass.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Payload},
};

use super::{
    done, private,
    shapes::{CircleInput, JoinedView, PassInput, PassKeyInput, PassTokensView, SupportedView},
};
use crate::{
    auth::RefreshInput,
    circles::{AGREEMENT_VERSION, Circles, PassToken, joining::Joined},
    config::TrustedProxies,
    http::{ApiError, BodyRules, Limits, MemberErrors, QueryString, Quota, SignInErrors, client_address, read_body},
    kernel::Invalid,
};

const MOST_SEATS: u8 = 12;

/// Start a circle
///
/// Spends a voucher; whoever starts it looks after it. The same voucher and
/// `pass_key` again, on that day or the next in UTC, give the same pass; later
/// the `pass_key` signs in alone. No account is asked for, and no token is
/// taken.
#[utoipa::path(
    post, path = "/v1/circles", operation_id = "create_circle", tag = "circle sign-in", security(()),
    request_body = CircleInput,
    responses((status = 200, description = "The same again: the place as it is, with tokens of a new session", body = JoinedView,
               example = json!({"circle": {"id": "7b6c1d2e-8f90-4a1b-9c3d-5e6f70818293", "seats": 4, "taken": 1},
               "pass": {"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "steward": true},
               "access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 900,
               "refresh_token": "oc_refresh_circle_…", "refresh_expires_in_s": 34_560_000,
               "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "The circle, the place in it, and its first tokens", body = JoinedView,
               example = json!({"circle": {"id": "7b6c1d2e-8f90-4a1b-9c3d-5e6f70818293", "seats": 4, "taken": 1},
               "pass": {"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "steward": true},
               "access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 900,
               "refresh_token": "oc_refresh_circle_…", "refresh_expires_in_s": 34_560_000,
               "support": {"href": "/v1/help-lines"}})),
              SignInErrors)
)]
#[route("/v1/circles", method = "POST")]
pub async fn create_circle(
    request: HttpRequest,
    payload: Payload,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    no_token(&request)?;
    let input: CircleInput = read_body(&request, payload, BodyRules::JSON).await?;
    let mut wrong = accepted(input.agreement_version, input.adult);
    let seats = input.seats.unwrap_or(MOST_SEATS);
    if !(2..=MOST_SEATS).contains(&seats) {
        wrong.push(Invalid::new("/seats", "invalid_value", "must be 2 to 12"));
    }
    if !wrong.is_empty() {
        return Err(ApiError::content(wrong));
    }
    Ok(joined(circles.start(&input.voucher, &input.pass_key, seats.into()).await?))
}

/// Join a circle
///
/// Uses an invitation. The same invitation and `pass_key` again give the same
/// pass. No account is asked for, and no token is taken.
#[utoipa::path(
    post, path = "/v1/passes", operation_id = "create_pass", tag = "circle sign-in", security(()),
    request_body = PassInput,
    responses((status = 200, description = "The same again: the place as it is, with tokens of a new session", body = JoinedView,
               example = json!({"circle": {"id": "7b6c1d2e-8f90-4a1b-9c3d-5e6f70818293", "seats": 4, "taken": 2},
               "pass": {"id": "1a2b3c4d-5e6f-4708-9192-a3b4c5d6e7f8", "alias": "Harbor", "steward": false},
               "access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 900,
               "refresh_token": "oc_refresh_circle_…", "refresh_expires_in_s": 34_560_000,
               "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "The circle, the place in it, and its first tokens", body = JoinedView,
               example = json!({"circle": {"id": "7b6c1d2e-8f90-4a1b-9c3d-5e6f70818293", "seats": 4, "taken": 2},
               "pass": {"id": "1a2b3c4d-5e6f-4708-9192-a3b4c5d6e7f8", "alias": "Harbor", "steward": false},
               "access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 900,
               "refresh_token": "oc_refresh_circle_…", "refresh_expires_in_s": 34_560_000,
               "support": {"href": "/v1/help-lines"}})),
              SignInErrors)
)]
#[route("/v1/passes", method = "POST")]
pub async fn create_pass(
    request: HttpRequest,
    payload: Payload,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    no_token(&request)?;
    let input: PassInput = read_body(&request, payload, BodyRules::JSON).await?;
    let wrong = accepted(input.agreement_version, input.adult);
    if !wrong.is_empty() {
        return Err(ApiError::content(wrong));
    }
    Ok(joined(circles.join(&input.invitation, &input.pass_key).await?))
}

/// Sign in with a pass on another device
///
/// With the key that the pass was made with; the place in the circle is the same.
#[utoipa::path(
    post, path = "/v1/auth/circle/token", operation_id = "create_circle_token", tag = "circle sign-in", security(()),
    request_body = PassKeyInput,
    responses((status = 200, description = "Tokens", body = PassTokensView, example = json!({"access_token": "eyJ…",
               "token_type": "Bearer", "expires_in_s": 900, "refresh_token": "oc_refresh_circle_…",
               "refresh_expires_in_s": 34_560_000, "support": {"href": "/v1/help-lines"}})),
              SignInErrors)
)]
#[route("/v1/auth/circle/token", method = "POST")]
pub async fn create_circle_token(
    request: HttpRequest,
    payload: Payload,
    circles: Data<Circles>,
    limits: Data<Limits>,
    proxies: Data<TrustedProxies>,
) -> Result<HttpResponse, ApiError> {
    limits.check(Quota::SignIn, client_address(&request, &proxies))?;
    QueryString::parse(request.query_string())?.finish()?;
    let input: PassKeyInput = read_body(&request, payload, BodyRules::JSON).await?;
    let issued = circles.sign_in(&input.pass_key).await?;
    Ok(private(StatusCode::OK, &PassTokensView::of(&issued)))
}

/// Refresh a pass's tokens
///
/// Gives the successor of a refresh token. Where the answer was lost, the same
/// token gives the same successor, until that one is used; an older one ends
/// the session.
#[utoipa::path(
    post, path = "/v1/auth/circle/refresh", operation_id = "refresh_circle_token", tag = "circle sign-in", security(()),
    request_body = RefreshInput,
    responses((status = 200, description = "Tokens", body = PassTokensView, example = json!({"access_token": "eyJ…",
               "token_type": "Bearer", "expires_in_s": 900, "refresh_token": "oc_refresh_circle_…",
               "refresh_expires_in_s": 34_560_000, "support": {"href": "/v1/help-lines"}})),
              SignInErrors)
)]
#[route("/v1/auth/circle/refresh", method = "POST")]
pub async fn refresh_circle_token(
    request: HttpRequest,
    payload: Payload,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let input: RefreshInput = read_body(&request, payload, BodyRules::JSON).await?;
    let issued = circles.refresh(&input.refresh_token).await?;
    Ok(private(StatusCode::OK, &PassTokensView::of(&issued)))
}

/// Sign out of a pass
///
/// Ends this device's session, on every node at once. The place in the circle
/// stays.
#[utoipa::path(
    post, path = "/v1/auth/circle/revoke", operation_id = "revoke_circle_token", tag = "circle sign-in",
    security(("circle" = [])),
    responses((status = 200, description = "Signed out", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/auth/circle/revoke", method = "POST")]
pub async fn revoke_circle_token(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.sign_out(&token, false).await?;
    Ok(done())
}

/// Sign out of a pass everywhere
///
/// Ends the sessions of all its devices. The place in the circle stays.
#[utoipa::path(
    post, path = "/v1/auth/circle/revoke-all", operation_id = "revoke_all_circle_tokens", tag = "circle sign-in",
    security(("circle" = [])),
    responses((status = 200, description = "Signed out everywhere", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/auth/circle/revoke-all", method = "POST")]
pub async fn revoke_all_circle_tokens(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.sign_out(&token, true).await?;
    Ok(done())
}

/// Refuses a request that says whose it is: nothing may tie a pass to an account.
fn no_token(request: &HttpRequest) -> Result<(), ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    if request.headers().contains_key(actix_web::http::header::AUTHORIZATION) {
        return Err(ApiError::malformed("Send no Authorization here: nothing may tie a pass to an account."));
    }
    Ok(())
}

fn accepted(agreement_version: u32, adult: bool) -> Vec<Invalid> {
    let mut wrong = Vec::new();
    if agreement_version != AGREEMENT_VERSION {
        let message = format!("must be {AGREEMENT_VERSION}, the present agreement");
        wrong.push(Invalid::new("/agreement_version", "invalid_value", message));
    }
    if !adult {
        wrong.push(Invalid::new("/adult", "invalid_value", "must be true: circles are for adults"));
    }
    wrong
}

fn joined(joined: Joined) -> HttpResponse {
    let status = if joined.again { StatusCode::OK } else { StatusCode::CREATED };
    private(status, &JoinedView::of(joined))
}
