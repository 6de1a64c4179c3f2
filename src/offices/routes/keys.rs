//! Office keys for machines.

use actix_web::{HttpResponse, http::StatusCode, route};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    auth::{self, Caller, Happening, KeyRow, KeyScope, NewKey, OfficeKey},
    directory::StoredIntergroup,
    http::{ApiError, ErrorCode, Line, OfficeErrors},
    kernel::{Invalid, KeyId},
    offices::{
        asks::{Entrusts, Oversees},
        finish::{done, private},
        guard::Guard,
        target::segment,
    },
};

/// The longest that a key lives.
const LIVES_AT_MOST: TimeDelta = TimeDelta::days(366);
/// The most keys of an intergroup.
const MOST_KEYS: usize = 50;

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Website", "scopes": ["directory:read"], "expires_at": "2027-04-30T00:00:00Z"}))]
pub struct KeyInput {
    /// What the office calls it.
    #[schema(inline)]
    pub name: Line<255>,
    /// What it may do, in the intergroup and all that belong to it.
    #[schema(min_items = 1, max_items = 4)]
    pub scopes: Vec<KeyScope>,
    /// When it stops working: within a year, which is also what it is where
    /// nothing is said. Owners are told 30 days before.
    #[schema(nullable = false)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// An office key; the key itself is shown when it is made, and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: KeyId,
    /// What its office calls it.
    pub name: String,
    /// What it may do.
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<KeyScope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
    /// The day it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_used_on: Option<NaiveDate>,
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub struct NewKeyView {
    /// What is known of it later.
    #[serde(flatten)]
    pub view: KeyView,
    /// The key: `Authorization: Bearer oc_live_…`. Shown this once.
    pub key: String,
}

/// An office's keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    /// The newest first.
    pub data: Vec<KeyView>,
}

impl KeyView {
    fn of(key: KeyRow) -> Self {
        Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_on: key.last_used_on,
        }
    }
}

impl KeyInput {
    fn expires_at(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, ApiError> {
        let expires_at = self.expires_at.unwrap_or(now + TimeDelta::days(365));
        if expires_at <= now || expires_at > now + LIVES_AT_MOST {
            let message = "must lie ahead, and within a year";
            return Err(ApiError::content(vec![Invalid::new("/expires_at", "out_of_range", message)]));
        }
        Ok(expires_at)
    }

    /// Without repeats.
    fn scopes(&self) -> Result<Vec<KeyScope>, ApiError> {
        let scopes: Vec<KeyScope> = KeyScope::ALL.into_iter().filter(|scope| self.scopes.contains(scope)).collect();
        if scopes.is_empty() || self.scopes.len() > KeyScope::ALL.len() {
            return Err(ApiError::content(vec![Invalid::new("/scopes", "out_of_range", "must have 1 to 4 scopes")]));
        }
        Ok(scopes)
    }
}

/// List an intergroup's keys
///
/// The newest first; the keys themselves are shown when they are made only.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/keys", operation_id = "list_office_keys", tag = "office administration",
    security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    responses((status = 200, description = "Its keys, the newest first", body = KeyList, example = json!({"data": []})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/keys", method = "GET", method = "HEAD")]
pub async fn list_office_keys(mut guard: Guard<StoredIntergroup, Oversees>) -> Result<HttpResponse, ApiError> {
    let office = guard.thing.id;
    let keys = auth::list_keys(guard.connection(), office).await?;
    Ok(private(StatusCode::OK, &KeyList { data: keys.into_iter().map(KeyView::of).collect() }))
}

/// Make a key
///
/// For a machine that keeps or reads the directory. It is shown this once.
/// Needs the password to have been given just now.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/keys", operation_id = "create_office_key", tag = "office administration",
    security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    request_body(content = KeyInput, content_type = "application/json"),
    responses((status = 201, description = "The key, shown this once", body = NewKeyView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "name": "Website", "scopes": ["directory:read"],
                   "created_at": "2026-05-04T12:00:00Z", "expires_at": "2027-04-30T00:00:00Z", "key": "oc_live_…"})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/keys", method = "POST")]
pub async fn create_office_key(mut guard: Guard<StoredIntergroup, Entrusts>) -> Result<HttpResponse, ApiError> {
    let input: KeyInput = guard.input()?;
    let (expires_at, scopes) = (input.expires_at(guard.now)?, input.scopes()?);
    let (office, now, doer, entropy) = (guard.thing.id, guard.now, guard.doer(), guard.entropy());
    let Caller::Account(account) = &guard.caller else { return Err(ApiError::new(ErrorCode::Forbidden)) };
    let created_by = account.id;
    if auth::list_keys(guard.connection(), office).await?.len() >= MOST_KEYS {
        return Err(ApiError::new(ErrorCode::Conflict).with_detail("There are 50 keys already; revoke one first."));
    }
    let key = OfficeKey::generate(&**entropy);
    let id = KeyId(entropy.uuid_v7(now));
    let name = input.name.as_str();
    let new =
        NewKey { id, intergroup_id: office, name, hash: key.hash(), scopes: &scopes, created_by, now, expires_at };
    auth::insert_key(guard.connection(), &new).await?;
    let happening = Happening {
        entity: "key",
        entity_id: id.0,
        op: "create",
        before: None,
        after: Some(json!({ "name": name, "scopes": scopes, "expires_at": expires_at })),
    };
    auth::record(guard.connection(), office, &happening, doer, now).await?;
    let view = KeyView { id, name: name.to_owned(), scopes, created_at: now, expires_at, last_used_on: None };
    guard.commit(private(StatusCode::CREATED, &NewKeyView { view, key: key.reveal().to_owned() })).await
}

/// Revoke a key
///
/// It stops working at once, on every node.
#[utoipa::path(
    delete, path = "/v1/intergroups/{id}/keys/{key_id}", operation_id = "delete_office_key", tag = "office administration",
    security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("key_id" = Uuid, Path, description = "Id of the key")),
    responses((status = 204, description = "It is revoked"), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/keys/{key_id}", method = "DELETE")]
pub async fn delete_office_key(mut guard: Guard<StoredIntergroup, Entrusts>) -> Result<HttpResponse, ApiError> {
    let id: KeyId = segment(&guard.request, "key_id").ok_or_else(ApiError::not_found)?;
    let (office, now, doer) = (guard.thing.id, guard.now, guard.doer());
    let name = auth::revoke_key(guard.connection(), office, id, now).await?.ok_or_else(ApiError::not_found)?;
    let before = Some(json!({ "name": name }));
    let happening = Happening { entity: "key", entity_id: id.0, op: "delete", before, after: None };
    auth::record(guard.connection(), office, &happening, doer, now).await?;
    guard.commit(done()).await
}
