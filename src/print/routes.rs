//! The page to print.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_SECURITY_POLICY, HeaderValue},
    route,
    web::{Data, Path},
};

use super::{PrintQuery, page::Page, query::PrintParameters, style::policy};
use crate::{
    http::{Answer, ApiError, Problem, PublicErrors, QueryString, Queue, aside},
    kernel::{Clock, ZoneClock},
    search::Snapshots,
};

/// How long a page may be kept.
const MAX_AGE_S: u32 = 60;

/// Get an intergroup's meeting list to print
///
/// What the intergroup itself lists, as an HTML page that prints well and is
/// read on a phone: name, phone and website, the day of issue, a key of the
/// types that occur; then the meetings by day (Sunday first) and time, or by
/// region and day, those by appointment last. What notices bring in the next 28
/// days is said; long notes are shortened. In English; times have am and pm
/// where the office's zone is in the Americas, Australia or the Pacific. No
/// scripts.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/print", operation_id = "get_print_page", tag = "feeds", security(()),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           PrintParameters),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html",
         example = json!("<!DOCTYPE html><html lang=\"en\"><head>…</head><body class=\"letter\">…</body></html>\n")),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such intergroup", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/intergroups/{id}/print", method = "GET", method = "HEAD")]
pub async fn get_print_page(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    let query = PrintQuery::parse(QueryString::parse(request.query_string())?)?;
    let published = snapshots.published()?;
    let (named, now) = (id.parse().map_err(|_| ApiError::not_found())?, clock.now());
    // Thousands of meetings take a while: nobody else has to wait for it.
    let printed = Arc::clone(&published);
    let made = aside(Queue::Long, move || {
        let office = printed.snapshot.intergroup(&named)?.clone();
        let page = Page::new(printed, &office, query, |office| {
            ZoneClock::of(office.timezone).date(now).unwrap_or_else(|| now.date_naive())
        });
        Some(page.map(|page| (page.tag(), page)))
    });
    let made = made.await.map_err(ApiError::internal)?;
    let (tag, page) = made.ok_or_else(ApiError::not_found)?.map_err(ApiError::internal)?;
    let answer =
        Answer::in_pieces(snapshots.lend(&published, page), tag, MAX_AGE_S).of_type("text/html; charset=utf-8");
    let mut response = answer.send(&request).await;
    let policy = HeaderValue::from_str(&policy(query)).map_err(ApiError::internal)?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
