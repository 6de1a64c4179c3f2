//! Writing groups.

use actix_web::{HttpResponse, http::StatusCode, route};

use crate::{
    directory::{self, GroupInput, StoredGroup, StoredIntergroup, Written},
    http::{ApiError, OfficeErrors},
    offices::{
        asks::Edits,
        finish::{done, single},
        guard::Guard,
        views::OfficeGroup,
    },
};

/// Create a group
///
/// Its slug is made of its name where none is given.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/groups", operation_id = "create_group", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = GroupInput, content_type = "application/json"),
    responses((status = 201, description = "The group", body = OfficeGroup<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise", "name": "Sunrise",
                   "contacts_public": false, "deleted": false, "version": 1})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/groups", method = "POST")]
pub async fn create_group(mut guard: Guard<StoredIntergroup, Edits>) -> Result<HttpResponse, ApiError> {
    let input: GroupInput = guard.input()?;
    let (office, stamp, entropy) = (guard.thing.id, guard.stamp(), guard.entropy());
    let made = directory::create_group(guard.connection(), office, &input, &stamp, &**entropy).await?;
    let answer = single(StatusCode::CREATED, made.version, &OfficeGroup::of(&made))?;
    guard.commit(answer).await
}

/// Change a group
///
/// Touches only what is sent. What is so already makes no history.
/// Another `intergroup_id` moves it, which needs rights there, too.
#[utoipa::path(
    patch, path = "/v1/groups/{id}", operation_id = "update_group", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the group"),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    request_body(content = GroupInput, content_type = "application/merge-patch+json", description = "Only what is to change; null takes a field away"),
    responses((status = 200, description = "The group as it is now", body = OfficeGroup<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise", "name": "Sunrise",
                   "contacts_public": false, "deleted": false, "version": 1})), OfficeErrors)
)]
#[route("/v1/groups/{id}", method = "PATCH")]
pub async fn update_group(mut guard: Guard<StoredGroup, Edits>) -> Result<HttpResponse, ApiError> {
    let patch = guard.take_body()?;
    guard.may_move_to(&patch)?;
    let elsewhere = guard.elsewhere();
    let (stored, stamp, if_match) = (guard.thing.clone(), guard.stamp(), guard.if_match()?);
    let written = directory::patch_group(guard.connection(), &stored, &patch, &if_match, &elsewhere, &stamp).await?;
    answer(guard, &written).await
}

/// Delete a group
///
/// It can be restored. One that is in use stays.
#[utoipa::path(
    delete, path = "/v1/groups/{id}", operation_id = "delete_group", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the group"),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    responses((status = 204, description = "It is deleted"), OfficeErrors)
)]
#[route("/v1/groups/{id}", method = "DELETE")]
pub async fn delete_group(mut guard: Guard<StoredGroup, Edits>) -> Result<HttpResponse, ApiError> {
    let (stored, stamp, if_match) = (guard.thing.clone(), guard.stamp(), guard.if_match()?);
    let written = directory::delete_group(guard.connection(), &stored, &if_match, &stamp).await?;
    guard.commit_if(written.is_changed(), done()).await
}

/// Restore a group
///
/// Under its old id and slug.
#[utoipa::path(
    post, path = "/v1/groups/{id}/restore", operation_id = "restore_group", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the group"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    responses((status = 200, description = "The group", body = OfficeGroup<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise", "name": "Sunrise",
                   "contacts_public": false, "deleted": false, "version": 1})), OfficeErrors)
)]
#[route("/v1/groups/{id}/restore", method = "POST")]
pub async fn restore_group(mut guard: Guard<StoredGroup, Edits>) -> Result<HttpResponse, ApiError> {
    let (stored, stamp) = (guard.thing.clone(), guard.stamp());
    let written = directory::restore_group(guard.connection(), &stored, &stamp).await?;
    answer(guard, &written).await
}

async fn answer(guard: Guard<StoredGroup, Edits>, written: &Written<StoredGroup>) -> Result<HttpResponse, ApiError> {
    let now = written.get();
    let answer = single(StatusCode::OK, now.version, &OfficeGroup::of(now))?;
    guard.commit_if(written.is_changed(), answer).await
}
