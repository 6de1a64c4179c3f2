//! An intergroup's own details, and those that belong to it.

use actix_web::{HttpResponse, http::StatusCode, route};
use serde_json::Value;

use crate::{
    auth::Caller,
    directory::{self, IntergroupInput, NewIntergroupInput, StoredIntergroup},
    http::{ApiError, ErrorCode, OfficeErrors},
    offices::{
        asks::{Asks, Edits, Entrusts, Founds},
        finish::single,
        guard::Guard,
        views::OfficeIntergroup,
    },
};

/// Change an intergroup
///
/// Touches only what is sent. `require_totp` is for owners who gave their
/// password just now. Its slug and parent are the operator's.
#[utoipa::path(
    patch, path = "/v1/intergroups/{id}", operation_id = "update_intergroup", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    request_body(content = IntergroupInput, content_type = "application/merge-patch+json", description = "Only what is to change; null takes a field away"),
    responses((status = 200, description = "The intergroup as it is now", body = OfficeIntergroup<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers",
                   "timezone": "America/Chicago", "require_totp": false, "version": 1})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}", method = "PATCH")]
pub async fn update_intergroup(mut guard: Guard<StoredIntergroup, Edits>) -> Result<HttpResponse, ApiError> {
    let patch = guard.take_body()?;
    if patch.get("require_totp").is_some() {
        guard.also(Entrusts::NEED, guard.thing.id)?;
        refuse_to_lock_oneself_out(&guard.caller, &patch)?;
    }
    let (stored, stamp, if_match) = (guard.thing.clone(), guard.stamp(), guard.if_match()?);
    let written = directory::patch_intergroup(guard.connection(), &stored, &patch, &if_match, &stamp).await?;
    let now = written.get();
    let answer = single(StatusCode::OK, now.version, &OfficeIntergroup::of(now))?;
    guard.commit_if(written.is_changed(), answer).await
}

/// Create an intergroup below this one
///
/// Who acts for this one acts for it, too.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/children", operation_id = "create_child_intergroup", tag = "office directory", security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = NewIntergroupInput, content_type = "application/json"),
    responses((status = 201, description = "The intergroup", body = OfficeIntergroup<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers",
                   "timezone": "America/Chicago", "require_totp": false, "version": 1})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/children", method = "POST")]
pub async fn create_child_intergroup(mut guard: Guard<StoredIntergroup, Founds>) -> Result<HttpResponse, ApiError> {
    let input: NewIntergroupInput = guard.input()?;
    let (parent, stamp, entropy) = (guard.thing.id, guard.stamp(), guard.entropy());
    let made = directory::create_child(guard.connection(), parent, input, &stamp, &**entropy).await?;
    let answer = single(StatusCode::CREATED, made.version, &OfficeIntergroup::of(&made))?;
    guard.commit(answer).await
}

/// Who asks everybody for a second factor has one.
fn refuse_to_lock_oneself_out(caller: &Caller, patch: &Value) -> Result<(), ApiError> {
    let has_totp = matches!(caller, Caller::Account(account) if account.has_totp);
    if patch["require_totp"] == true && !has_totp {
        return Err(ApiError::new(ErrorCode::Conflict)
            .with_detail("Set up a second factor of your own first: you could not undo it without one."));
    }
    Ok(())
}
