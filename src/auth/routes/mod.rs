//! Signing in over HTTP. Nothing here is kept by a cache, and no answer tells
//! whether an address has an account.

mod account;
mod call;
mod jwks;
mod moderator;
mod second_factor;
mod shapes;
mod sign_in;

use actix_web::HttpResponse;
use serde::Serialize;

pub use account::{
    change_office_email, change_office_password, confirm_office_email, forgot_office_password, get_office_account,
    replace_office_preferences, reset_office_password,
};
pub use jwks::get_jwks;
pub use moderator::{
    change_moderator_password, confirm_moderator_totp, create_moderator_token, create_moderator_totp,
    delete_moderator_totp, enrol_moderator_account, forgot_moderator_password, get_moderator_account,
    refresh_moderator_token, replace_moderator_recovery_codes, reset_moderator_password, revoke_all_moderator_tokens,
    revoke_moderator_token, step_up_moderator_session,
};
pub use second_factor::{confirm_office_totp, create_office_totp, delete_office_totp, replace_office_recovery_codes};
pub use shapes::{RefreshInput, TokenPair};
pub use sign_in::{
    create_office_token, enrol_office_account, refresh_office_token, revoke_all_office_tokens, revoke_office_token,
    step_up_office_session,
};

/// An answer for its caller alone.
fn private(status: actix_web::http::StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header(("Cache-Control", "no-store")).json(body)
}

/// An answer that says nothing but that it is done.
fn done(status: actix_web::http::StatusCode) -> HttpResponse {
    HttpResponse::build(status).insert_header(("Cache-Control", "no-store")).finish()
}
