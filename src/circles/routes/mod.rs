//! Circles over HTTP. No cache keeps an answer, and each carries the same
//! support.

mod check_in_query;
mod check_in_shapes;
mod check_ins;
mod circle;
mod conditional;
mod goal_shapes;
mod goals;
mod invitations;
mod shapes;
mod sign_in;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

pub use check_ins::{delete_check_in, get_check_in, list_check_ins, put_check_in};
pub use circle::get_own_circle;
pub use goals::{delete_goal, list_goals, put_goal};
pub use invitations::{
    check_circle_invitation, create_circle_invitation, delete_circle_invitation, list_circle_invitations,
};
pub use shapes::{PassTokensView, SupportedView};
pub use sign_in::{
    create_circle, create_circle_token, create_pass, refresh_circle_token, revoke_all_circle_tokens,
    revoke_circle_token,
};

/// An answer for its caller alone.
pub(in crate::circles) fn private(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

/// An answer that says nothing but that it is done.
pub(in crate::circles) fn done() -> HttpResponse {
    private(StatusCode::OK, &SupportedView::new())
}
