//! Accounts over HTTP. No cache keeps an answer.

mod shapes;
mod sign_in;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

pub use sign_in::{
    create_member, create_member_token, refresh_member_token, revoke_all_member_tokens, revoke_member_token,
};

fn private(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

fn done() -> HttpResponse {
    HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish()
}
