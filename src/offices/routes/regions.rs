//! Writing regions.

use actix_web::{HttpResponse, http::StatusCode, route};

use crate::{
    directory::{self, RegionInput, StoredIntergroup, StoredRegion, Written},
    http::{ApiError, OfficeErrors},
    offices::{
        asks::Edits,
        finish::{done, single},
        guard::Guard,
        views::OfficeRegion,
    },
};

/// Create a region
///
/// A node of the intergroup's tree of regions.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/regions", operation_id = "create_region", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = RegionInput, content_type = "application/json"),
    responses((status = 201, description = "The region", body = OfficeRegion<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "north", "name": "North",
                   "deleted": false, "version": 1})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/regions", method = "POST")]
pub async fn create_region(mut guard: Guard<StoredIntergroup, Edits>) -> Result<HttpResponse, ApiError> {
    let input: RegionInput = guard.input()?;
    let (office, stamp, entropy) = (guard.thing.id, guard.stamp(), guard.entropy());
    let made = directory::create_region(guard.connection(), office, &input, &stamp, &**entropy).await?;
    let answer = single(StatusCode::CREATED, made.version, &OfficeRegion::of(&made))?;
    guard.commit(answer).await
}

/// Change a region
///
/// Touches only what is sent. What is so already makes no history.
#[utoipa::path(
    patch, path = "/v1/regions/{id}", operation_id = "update_region", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the region"),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    request_body(content = RegionInput, content_type = "application/merge-patch+json", description = "Only what is to change; null takes a field away"),
    responses((status = 200, description = "The region as it is now", body = OfficeRegion<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "north", "name": "North",
                   "deleted": false, "version": 1})), OfficeErrors)
)]
#[route("/v1/regions/{id}", method = "PATCH")]
pub async fn update_region(mut guard: Guard<StoredRegion, Edits>) -> Result<HttpResponse, ApiError> {
    let patch = guard.take_body()?;
    let (stored, stamp, if_match) = (guard.thing.clone(), guard.stamp(), guard.if_match()?);
    let written = directory::patch_region(guard.connection(), &stored, &patch, &if_match, &stamp).await?;
    answer(guard, &written).await
}

/// Delete a region
///
/// It can be restored. One that is in use stays.
#[utoipa::path(
    delete, path = "/v1/regions/{id}", operation_id = "delete_region", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the region"),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    responses((status = 204, description = "It is deleted"), OfficeErrors)
)]
#[route("/v1/regions/{id}", method = "DELETE")]
pub async fn delete_region(mut guard: Guard<StoredRegion, Edits>) -> Result<HttpResponse, ApiError> {
    let (stored, stamp, if_match) = (guard.thing.clone(), guard.stamp(), guard.if_match()?);
    let written = directory::delete_region(guard.connection(), &stored, &if_match, &stamp).await?;
    guard.commit_if(written.is_changed(), done()).await
}

/// Restore a region
///
/// Under its old id and slug.
#[utoipa::path(
    post, path = "/v1/regions/{id}/restore", operation_id = "restore_region", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the region"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    responses((status = 200, description = "The region", body = OfficeRegion<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "north", "name": "North",
                   "deleted": false, "version": 1})), OfficeErrors)
)]
#[route("/v1/regions/{id}/restore", method = "POST")]
pub async fn restore_region(mut guard: Guard<StoredRegion, Edits>) -> Result<HttpResponse, ApiError> {
    let (stored, stamp) = (guard.thing.clone(), guard.stamp());
    let written = directory::restore_region(guard.connection(), &stored, &stamp).await?;
    answer(guard, &written).await
}

async fn answer(guard: Guard<StoredRegion, Edits>, written: &Written<StoredRegion>) -> Result<HttpResponse, ApiError> {
    let now = written.get();
    let answer = single(StatusCode::OK, now.version, &OfficeRegion::of(now))?;
    guard.commit_if(written.is_changed(), answer).await
}
