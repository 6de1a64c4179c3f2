//! Reports and decisions over HTTP. No cache keeps an answer.

mod inputs;
mod moderators;
mod reports;
mod shapes;
mod story_reports;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

pub use moderators::{decide_report, list_moderation_queue};
pub use reports::{appeal_decision, list_own_reports, put_report};
pub use story_reports::put_story_report;

fn private(body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(StatusCode::OK).insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}
