//! Circles over HTTP. No cache keeps an answer, and each carries the same
//! support.

mod answer_shapes;
mod answers;
mod check_in_query;
mod check_in_shapes;
mod check_ins;
mod circle;
mod conditional;
mod export;
mod export_shapes;
mod goal_shapes;
mod goals;
mod invitations;
mod milestones;
mod nudges;
mod own_pass;
mod peers;
mod shapes;
mod sign_in;
mod summary;
mod week;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Payload,
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::PartialSchema;

use super::writing::Put;
use crate::{
    http::{ApiError, BodyRules, PutCondition, read_input, read_json},
    kernel::{CivilDay, CivilDayError, Invalid},
};

pub use answers::{
    delete_check_in_answer, delete_goal_answer, delete_milestone_answer, put_check_in_answer, put_goal_answer,
    put_milestone_answer,
};
pub use check_ins::{delete_check_in, get_check_in, list_check_ins, put_check_in};
pub use circle::get_own_circle;
pub use export::export_own_pass;
pub use goals::{delete_goal, list_goals, put_goal};
pub use invitations::{
    check_circle_invitation, create_circle_invitation, delete_circle_invitation, list_circle_invitations,
};
pub use milestones::{delete_milestone, list_milestones, put_milestone};
pub use nudges::{list_nudges, put_nudge};
pub use own_pass::{delete_own_pass, get_own_pass, update_own_pass};
pub use peers::{delete_mute, list_mutes, put_mute, remove_pass, share_circle_care};
pub use shapes::{PassTokensView, SupportedView};
pub use sign_in::{
    create_circle, create_circle_token, create_pass, refresh_circle_token, revoke_all_circle_tokens,
    revoke_circle_token,
};
pub use summary::get_summary;
pub use week::get_circle_week;

/// An answer for its caller alone.
pub(in crate::circles) fn private(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

/// An answer that says nothing but that it is done.
pub(in crate::circles) fn done() -> HttpResponse {
    private(StatusCode::OK, &SupportedView::new())
}

/// Reads a body. What cannot be read at all is an error at once; what is wrong
/// with its content is told later, when it is known that there is something to
/// write to.
///
/// # Errors
/// As [`read_json`]; `malformed_request` without a body.
pub async fn written<T: DeserializeOwned + PartialSchema>(
    request: &HttpRequest,
    payload: Payload,
) -> Result<Result<T, ApiError>, ApiError> {
    let body = read_json(request, payload, BodyRules::JSON).await?;
    Ok(read_input(body.ok_or_else(|| ApiError::malformed("A JSON body is needed."))?))
}

/// Reads a PUT whose body is an `I`, of which the content is made.
///
/// # Errors
/// When headers or body cannot be read at all.
pub(in crate::circles) async fn read_put<I: DeserializeOwned + PartialSchema, T>(
    request: &HttpRequest,
    payload: Payload,
    content: impl FnOnce(I) -> Result<T, ApiError>,
) -> Result<Put<T>, ApiError> {
    let condition = PutCondition::of(request)?;
    Ok(Put { condition, content: written::<I>(request, payload).await?.and_then(content) })
}

/// The day of an address.
///
/// # Errors
/// `invalid_parameter` where it is none.
fn day(text: &str) -> Result<CivilDay, ApiError> {
    let wrong =
        |error: CivilDayError| ApiError::parameters(vec![Invalid::new("date", "invalid_value", error.to_string())]);
    text.parse().map_err(wrong)
}
