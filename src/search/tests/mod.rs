//! The engine against a slow reference, and each rule of the contract by name.

mod agreement;
mod bytes;
mod calendar;
pub(super) mod dice;
mod filters;
mod hot;
mod loaded;
mod paging;
mod place;
mod quality;
mod reference;
mod schema;
mod snapshot;
mod times;
mod updates;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{engine::search, page::Page, query::SearchQuery, snapshot::Snapshot, testing::instant};
use crate::directory::{Directory, Meeting};
use crate::http::QueryString;
use crate::kernel::Invalid;

/// A Sunday noon in New York.
fn sunday() -> DateTime<Utc> {
    instant("2026-01-04T17:00:00Z")
}

fn parse(raw: &str) -> Result<SearchQuery, Vec<Invalid>> {
    SearchQuery::parse(&mut QueryString::parse(raw)?)
}

fn page(snapshot: &Snapshot, raw: &str) -> Page {
    search(snapshot, &parse(raw).unwrap(), sunday()).unwrap()
}

fn body(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap()
}

/// What a search of these meetings, numbered from 1, shows: their numbers.
fn numbers(meetings: &[Meeting], raw: &str) -> Vec<u32> {
    let snapshot = Snapshot::build(of(meetings));
    shown(&body(&page(&snapshot, raw)))
}

fn shown(body: &Value) -> Vec<u32> {
    let id = |meeting: &Value| meeting["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap();
    body["data"].as_array().unwrap().iter().map(|meeting| id(meeting).as_u128() as u32).collect()
}

/// A directory of one intergroup.
fn of(meetings: &[Meeting]) -> Directory {
    Directory {
        revision: 7,
        intergroups: vec![super::testing::intergroup(1)],
        meetings: meetings.to_vec(),
        ..Directory::default()
    }
}
