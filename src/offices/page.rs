//! Pages of what is read from the database: keyset, newest or alphabetical.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

use super::{finish::private, guard::part};
use crate::http::{ApiError, PageCursor, PublicUrl, QueryString, Refusal};

/// The most on one page, and how many where nothing is said.
pub(super) const MAX_LIMIT: u16 = 100;

/// How many on a page.
pub fn limit(query: &mut QueryString) -> u16 {
    let limit = query.take_one("limit", |text| match text.parse::<u16>() {
        Ok(limit @ 1..=MAX_LIMIT) if !text.starts_with(['+', '0']) => Ok(limit),
        _ => Err(Refusal::new("out_of_range", format!("must be a whole number from 1 to {MAX_LIMIT}"))),
    });
    limit.unwrap_or(MAX_LIMIT)
}

/// The whole number behind which a page of that query begins.
pub(super) fn numbered(query: &mut QueryString, cursor: PageCursor) -> Option<i64> {
    query.take_one("cursor", |text| {
        let (number, _) = cursor.read(text)?;
        number.parse::<i64>().map_err(|_| PageCursor::refused())
    })
}

/// A page that no cache keeps, with the address of the next.
///
/// # Errors
/// Where the program was put together without its own address.
pub fn paged(request: &HttpRequest, page: &impl Serialize, next: Option<&str>) -> Result<HttpResponse, ApiError> {
    Ok(next_link(request, next)?.add(private(StatusCode::OK, page)))
}

/// `Link: <…>; rel="next"`, where there is a next page.
pub(super) struct NextLink(Option<String>);

impl NextLink {
    pub(super) fn add(self, mut answer: HttpResponse) -> HttpResponse {
        let value = self.0.and_then(|link| format!("<{link}>; rel=\"next\"").parse().ok());
        if let Some(value) = value {
            answer.headers_mut().insert(header::LINK, value);
        }
        answer
    }
}

/// The address of the next page: the same call with another cursor.
pub(super) fn next_link(request: &HttpRequest, cursor: Option<&str>) -> Result<NextLink, ApiError> {
    let Some(cursor) = cursor else { return Ok(NextLink(None)) };
    let base = part::<PublicUrl>(request)?;
    Ok(NextLink(Some(base.next_page(request, cursor))))
}
