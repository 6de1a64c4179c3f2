//! Stories over HTTP: an author's by the author's pass, everybody's by a
//! member's account. No cache keeps an answer.

mod authors;
mod readers;
mod shapes;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

pub use authors::{create_story, delete_own_story, get_own_story, update_own_story};
pub use readers::{get_story, list_stories, thank_story};

fn private(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}
