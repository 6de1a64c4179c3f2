//! What the OpenAPI document says of inputs, and what becomes of patches.

use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::*;
use crate::directory::Place;

fn print<T: PartialSchema>() -> Value {
    json!(T::schema())
}

#[test]
fn show() {
    println!("{:#}", print::<MeetingInput>());
    println!("{:#}", print::<NoticeInput>());
    println!("{:#}", print::<LocationInput>());
    let _ = Place::default();
}
