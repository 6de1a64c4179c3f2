//! Accounts over HTTP. No cache keeps an answer.

mod export;
mod me;
mod shapes;
mod sign_in;
mod vault;
mod vouchers;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

pub use me::{delete_member, export_member, get_member, replace_member_handle, replace_member_key};
pub use sign_in::{
    create_member, create_member_token, refresh_member_token, revoke_all_member_tokens, revoke_member_token,
};
pub use vault::{get_member_vault, put_member_vault};
pub use vouchers::create_member_voucher;

fn private(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

fn done() -> HttpResponse {
    HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish()
}
