//! Groups, locations, regions and intergroups.

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{Data, Path},
};

use super::{
    GroupPage, IntergroupPage, LocationPage, MAX_AGE_S, RegionPage, STALE_S,
    parameters::{ListParameters, PlainListParameters},
};
use crate::{
    http::{Answer, ApiError, EntityTag, Problem, PublicErrors, PublicUrl, QueryString},
    search::{
        Snapshot, Snapshots,
        listing::{ListPage, ListQuery},
        snapshot::{Form, Shared},
        view::{GroupView, IntergroupView, LocationView},
    },
};

/// List groups
///
/// By name. `region` finds groups with a meeting there.
#[utoipa::path(
    get, path = "/v1/groups", operation_id = "list_groups", tag = "directory", security(()), params(ListParameters),
    responses((status = 200, description = "A page of groups", body = GroupPage,
               example = json!({"data": [], "total": 0})),
              (status = 304, description = "Not changed since `If-None-Match`"), PublicErrors)
)]
#[route("/v1/groups", method = "GET", method = "HEAD")]
pub async fn list_groups(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    base: Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    list(&request, &snapshots, &base, true, |query, snapshot| query.page(snapshot, snapshot.groups())).await
}

/// List locations
///
/// By name and address. `region` finds locations with a meeting of it.
#[utoipa::path(
    get, path = "/v1/locations", operation_id = "list_locations", tag = "directory", security(()),
    params(ListParameters),
    responses((status = 200, description = "A page of locations", body = LocationPage,
               example = json!({"data": [], "total": 0})),
              (status = 304, description = "Not changed since `If-None-Match`"), PublicErrors)
)]
#[route("/v1/locations", method = "GET", method = "HEAD")]
pub async fn list_locations(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    base: Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    list(&request, &snapshots, &base, true, |query, snapshot| query.page(snapshot, snapshot.locations())).await
}

/// List regions
///
/// By name, with the path from the root and how many meetings lie in each.
/// `region` finds a region and its sub-regions.
#[utoipa::path(
    get, path = "/v1/regions", operation_id = "list_regions", tag = "directory", security(()), params(ListParameters),
    responses((status = 200, description = "A page of regions", body = RegionPage,
               example = json!({"data": [], "total": 0})),
              (status = 304, description = "Not changed since `If-None-Match`"), PublicErrors)
)]
#[route("/v1/regions", method = "GET", method = "HEAD")]
pub async fn list_regions(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    base: Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    list(&request, &snapshots, &base, true, |query, snapshot| query.page(snapshot, snapshot.regions())).await
}

/// List intergroups
///
/// By name. `intergroup_id` finds an intergroup and those that belong to it.
/// With `lat` and `lng`: whose phone to call here, those whose meetings are
/// nearest first, and the smaller before the one that it belongs to; those
/// whose nearest is more than 500 km away are left out.
#[utoipa::path(
    get, path = "/v1/intergroups", operation_id = "list_intergroups", tag = "directory", security(()),
    params(PlainListParameters),
    responses((status = 200, description = "A page of intergroups", body = IntergroupPage,
               example = json!({"data": [], "total": 0})),
              (status = 304, description = "Not changed since `If-None-Match`"), PublicErrors)
)]
#[route("/v1/intergroups", method = "GET", method = "HEAD")]
pub async fn list_intergroups(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    base: Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    list(&request, &snapshots, &base, false, ListQuery::page_of_intergroups).await
}

/// Get a group
///
/// With its meetings in brief.
#[utoipa::path(
    get, path = "/v1/groups/{id}", operation_id = "get_group", tag = "directory", security(()),
    params(("id" = Uuid, Path, description = "Id of the group")),
    responses((status = 200, description = "The group", body = GroupView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c", "slug": "sunrise", "name": "Sunrise",
                   "intergroup": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "contacts_public": false, "meetings": []})),
              (status = 304, description = "Not changed since `If-None-Match`"),
              (status = 404, description = "There is no such group", body = Problem,
               content_type = "application/problem+json"), PublicErrors)
)]
#[route("/v1/groups/{id}", method = "GET", method = "HEAD")]
pub async fn get_group(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
) -> Result<HttpResponse, ApiError> {
    let published = snapshots.published()?;
    let snapshot = &published.snapshot;
    let group = id.parse().ok().and_then(|id| snapshot.group(id));
    single(&request, snapshot, group).await
}

/// Get a location
///
/// With its meetings in brief.
#[utoipa::path(
    get, path = "/v1/locations/{id}", operation_id = "get_location", tag = "directory", security(()),
    params(("id" = Uuid, Path, description = "Id of the location")),
    responses((status = 200, description = "The location", body = LocationView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5d", "name": "Old Mill Hall", "approximate": false,
                   "intergroup": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                   "meetings": []})),
              (status = 304, description = "Not changed since `If-None-Match`"),
              (status = 404, description = "There is no such location", body = Problem,
               content_type = "application/problem+json"), PublicErrors)
)]
#[route("/v1/locations/{id}", method = "GET", method = "HEAD")]
pub async fn get_location(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
) -> Result<HttpResponse, ApiError> {
    let published = snapshots.published()?;
    let snapshot = &published.snapshot;
    let location = id.parse().ok().and_then(|id| snapshot.location(id));
    single(&request, snapshot, location).await
}

/// Get an intergroup
///
/// With how much it lists, descendants included.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}", operation_id = "get_intergroup", tag = "directory", security(()),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    responses((status = 200, description = "The intergroup", body = IntergroupView, example = json!({
                   "id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers",
                   "timezone": "America/Chicago", "counts": {"meetings": 123, "groups": 40, "locations": 52},
                   "version": 1, "updated_at": "2026-05-04T12:00:00Z"})),
              (status = 304, description = "Not changed since `If-None-Match`"),
              (status = 404, description = "There is no such intergroup", body = Problem,
               content_type = "application/problem+json"), PublicErrors)
)]
#[route("/v1/intergroups/{id}", method = "GET", method = "HEAD")]
pub async fn get_intergroup(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let published = snapshots.published()?;
    let snapshot = &published.snapshot;
    let named = id.parse().map_err(|_| ApiError::not_found())?;
    let intergroup = snapshot.intergroup(&named).ok_or_else(ApiError::not_found)?;
    Ok(answer(&request, snapshot.intergroup_json(intergroup).to_vec(), intergroup.version).await)
}

async fn list(
    request: &HttpRequest,
    snapshots: &Snapshots,
    base: &PublicUrl,
    with_region: bool,
    page: impl Fn(&ListQuery, &Snapshot) -> ListPage,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::parse(request.path(), QueryString::parse(request.query_string())?, with_region)?;
    let page = page(&query, &snapshots.published()?.snapshot);
    let next = page.next_cursor.as_ref().map(|cursor| base.next_page(request, cursor));
    let tag = EntityTag::of_bytes(&page.body);
    let answer = Answer::json(page.body, tag, MAX_AGE_S).stale_while_revalidate(STALE_S);
    Ok(answer.with_next(next).send(request).await)
}

async fn single<I>(
    request: &HttpRequest,
    snapshot: &Snapshot,
    found: Option<&Shared<I>>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let shared = found.ok_or_else(ApiError::not_found)?;
    let mut body = Vec::new();
    snapshot.write_shared(shared, Form::Single, &mut body);
    Ok(answer(request, body, shared.version).await)
}

async fn answer(request: &HttpRequest, body: Vec<u8>, version: i64) -> HttpResponse {
    let tag = EntityTag::of_version(version, &body);
    Answer::json(body, tag, MAX_AGE_S).stale_while_revalidate(STALE_S).send(request).await
}
