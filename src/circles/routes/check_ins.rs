//! Check-ins.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path, Payload},
};

use super::{
    check_in_query::{CheckInParameters, next_cursor, read_query},
    check_in_shapes::{CheckInInput, CheckInsView, OneCheckInView},
    conditional::{paged, versioned},
    day, done, read_put,
    shapes::SupportedView,
};
use crate::{
    circles::{Circles, PassToken, check_in::CheckIn},
    helplines::SupportView,
    http::{ApiError, Limits, MemberErrors, PutCondition, QueryString},
};

/// Check in
///
/// One's own word for one day, from 15 days back to tomorrow (UTC); which day
/// it is, the device's calendar says. `If-None-Match: *` makes it, `If-Match`
/// changes it: of two devices that write one day, the second is told to look
/// first (412). What is stored already is done, so a request whose answer was
/// lost may be sent again as it was. A new one counts toward the 20 posts of a
/// day; a change does not.
#[utoipa::path(
    put, path = "/v1/check-ins/{date}", operation_id = "put_check_in", tag = "circles", security(("circle" = [])),
    params(("date" = String, Path, description = "The day", format = Date, example = "2026-05-04"),
           ("If-None-Match" = Option<String>, Header, nullable = false, description = "`*`: make it", pattern = r"^\*$",
            example = "*"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "Change this version",
            example = "\"42\"")),
    request_body = CheckInInput,
    responses((status = 200, description = "It is kept", body = OneCheckInView, example = json!({
               "id": "3c2b1a09-8f7e-4d6c-9b5a-493827160504", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "date": "2026-05-04", "kinds": ["victory", "craving"],
               "words": "Rough evening. Called a friend and it passed.", "helped": ["called_someone", "a long bath"],
               "answers": [], "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              (status = 201, description = "It is kept, and new", body = OneCheckInView, example = json!({
               "id": "3c2b1a09-8f7e-4d6c-9b5a-493827160504", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "date": "2026-05-04", "kinds": ["today"], "helped": [],
               "answers": [], "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/check-ins/{date}", method = "PUT")]
pub async fn put_check_in(
    request: HttpRequest,
    date: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
    limits: Data<Limits>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let day = day(&date)?;
    let put = read_put(&request, payload, |input: CheckInInput| input.try_into().map_err(ApiError::content)).await?;
    let (check_in, new) = circles.put_check_in(&token, day, put, &limits).await?;
    one(&request, if new { StatusCode::CREATED } else { StatusCode::OK }, check_in)
}

/// Get one's check-in of a day
///
/// One's own; those of peers are in the list and in the week.
#[utoipa::path(
    get, path = "/v1/check-ins/{date}", operation_id = "get_check_in", tag = "circles", security(("circle" = [])),
    params(("date" = String, Path, description = "The day", format = Date, example = "2026-05-04")),
    responses((status = 200, description = "The check-in", body = OneCheckInView, example = json!({
               "id": "3c2b1a09-8f7e-4d6c-9b5a-493827160504", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "date": "2026-05-04", "kinds": ["today"], "helped": ["meeting"],
               "answers": [], "version": 61_872_051, "support": {"href": "/v1/help-lines"}})),
              (status = 304, description = "Not changed since `If-None-Match`"), MemberErrors)
)]
#[route("/v1/check-ins/{date}", method = "GET", method = "HEAD")]
pub async fn get_check_in(
    request: HttpRequest,
    date: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let check_in = circles.own_check_in(&token, day(&date)?).await?;
    one(&request, StatusCode::OK, check_in)
}

/// Take one's check-in of a day away
///
/// With it go the answers to it. `If-Match` may say which version; without,
/// it is whatever there is. Sent again it is 404: it is gone.
#[utoipa::path(
    delete, path = "/v1/check-ins/{date}", operation_id = "delete_check_in", tag = "circles",
    security(("circle" = [])),
    params(("date" = String, Path, description = "The day", format = Date, example = "2026-05-04"),
           ("If-Match" = Option<String>, Header, nullable = false, description = "This version and no other",
            example = "\"42\"")),
    responses((status = 200, description = "It is gone", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/check-ins/{date}", method = "DELETE")]
pub async fn delete_check_in(
    request: HttpRequest,
    date: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.delete_check_in(&token, day(&date)?, &PutCondition::of(&request)?).await?;
    Ok(done())
}

/// List check-ins
///
/// Those of the whole circle, the latest day first, without those of passes
/// that one has muted. Where nothing is said, those of the last 31 days.
#[utoipa::path(
    get, path = "/v1/check-ins", operation_id = "list_check_ins", tag = "circles", security(("circle" = [])),
    params(CheckInParameters),
    responses((status = 200, description = "A page", body = CheckInsView, example = json!({"data": [{
               "id": "3c2b1a09-8f7e-4d6c-9b5a-493827160504", "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110",
               "alias": "Heron", "date": "2026-05-04", "kinds": ["today"], "helped": ["meeting"],
               "answers": [], "version": 61_872_051}], "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/check-ins", method = "GET", method = "HEAD")]
pub async fn list_check_ins(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    let (mut query, limit, cursor) = read_query(request.query_string(), circles.clock().now())?;
    query.limit = limit + 1;
    let mut found = circles.check_ins(&token, &query).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| more).map(|last| next_cursor(last, cursor));
    let next = next_cursor.as_deref().map(|cursor| circles.next_page(&request, cursor));
    let data = found.into_iter().map(Into::into).collect();
    Ok(paged(&CheckInsView { data, next_cursor, support: SupportView::new() }, next))
}

fn one(request: &HttpRequest, status: StatusCode, check_in: CheckIn) -> Result<HttpResponse, ApiError> {
    let version = check_in.version;
    let view = OneCheckInView { check_in: check_in.into(), support: SupportView::new() };
    versioned(request, status, version, &view)
}
