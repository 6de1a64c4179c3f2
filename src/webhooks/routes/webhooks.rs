//! Webhooks: made, changed, given another key, taken away.

use actix_web::{HttpResponse, http::StatusCode, route, web::Data};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    auth::{self, Happening},
    directory::StoredIntergroup,
    http::{ApiError, ErrorCode, OfficeErrors, Patch, read_input},
    kernel::WebhookId,
    offices::{Guard, done, private, single},
    webhooks::{
        Webhooks,
        asks::{Arranges, Sees},
        input::WebhookInput,
        model::{MOST_WEBHOOKS, StoredWebhook},
        store::{self, Keys},
        views::{NewWebhookView, WebhookList, WebhookView},
    },
};

/// How long a former key signs, too.
const FORMER_SIGNS: TimeDelta = TimeDelta::hours(24);

/// List an intergroup's webhooks
///
/// What each is told of and how it is, the newest first. For owners.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/webhooks", operation_id = "list_webhooks", tag = "office sync",
    security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    responses((status = 200, description = "Its webhooks", body = WebhookList, example = json!({"data": []})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/webhooks", method = "GET", method = "HEAD")]
pub async fn list_webhooks(mut guard: Guard<StoredIntergroup, Sees>) -> Result<HttpResponse, ApiError> {
    let (office, now) = (guard.thing.id, guard.stamp().now);
    let webhooks = store::list_webhooks(guard.connection(), office).await?;
    let data = webhooks.into_iter().map(|webhook| WebhookView::of(webhook, now)).collect();
    Ok(private(StatusCode::OK, &WebhookList { data }))
}

/// Make a webhook
///
/// The address is told of what happens from now on to the intergroup's own
/// meetings, runs and corrections, by the Standard Webhooks specification. The
/// `secret` that messages are signed with is shown this once. For owners.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/webhooks", operation_id = "create_webhook", tag = "office sync",
    security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    request_body(content = WebhookInput, content_type = "application/json"),
    responses((status = 201, description = "The webhook, with its key", body = NewWebhookView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "url": "https://lantern.example.org/hooks/openchair", "events": ["meeting.updated", "import.held"],
                   "active": true, "state": "ok", "state_since": "2026-05-04T12:00:00Z",
                   "created_at": "2026-05-04T12:00:00Z", "version": 1, "secret": "whsec_…"})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/webhooks", method = "POST")]
pub async fn create_webhook(
    mut guard: Guard<StoredIntergroup, Arranges>,
    webhooks: Data<Webhooks>,
) -> Result<HttpResponse, ApiError> {
    let input: WebhookInput = guard.input()?;
    let settings = input.check(|url| webhooks.may_ask(url)).map_err(ApiError::content)?;
    let (office, now) = (guard.thing.id, guard.stamp().now);
    if store::list_webhooks(guard.connection(), office).await?.len() >= MOST_WEBHOOKS {
        let detail = "There are 20 webhooks already; delete one first.";
        return Err(ApiError::new(ErrorCode::Conflict).with_detail(detail));
    }
    let id = WebhookId(guard.entropy().uuid_v7(now));
    let (key, wrapped) = webhooks.new_key()?;
    store::insert_webhook(guard.connection(), id, office, &settings, &wrapped, now).await?;
    let happening =
        Happening { entity: "webhook", entity_id: id.0, op: "create", before: None, after: Some(told(&settings)) };
    let doer = guard.doer();
    auth::record(guard.connection(), office, &happening, doer, now).await?;
    answer_with(guard, id, StatusCode::CREATED, Some(key.reveal().to_string())).await
}

/// Change a webhook
///
/// Touches only what is sent. What waits goes to the new address; what waits
/// when it is switched off is never sent. For owners.
#[utoipa::path(
    patch, path = "/v1/webhooks/{id}", operation_id = "update_webhook", tag = "office sync", security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the webhook"),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    request_body(content = WebhookInput, content_type = "application/merge-patch+json", description = "Only what is to change"),
    responses((status = 200, description = "The webhook as it is now", body = WebhookView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "url": "https://lantern.example.org/hooks/openchair", "events": ["import.held"],
                   "active": false, "state": "disabled", "state_since": "2026-05-04T12:00:00Z",
                   "state_reason": "Its owners switched it off.", "created_at": "2026-05-04T12:00:00Z", "version": 2})),
              OfficeErrors)
)]
#[route("/v1/webhooks/{id}", method = "PATCH")]
pub async fn update_webhook(
    mut guard: Guard<StoredWebhook, Arranges>,
    webhooks: Data<Webhooks>,
) -> Result<HttpResponse, ApiError> {
    let patch = Patch::read(guard.take_body()?)?;
    let (stored, now, doer, if_match) = (guard.thing.clone(), guard.stamp().now, guard.doer(), guard.if_match()?);
    let mut wanted = json!(stored.settings);
    patch.apply(&mut wanted);
    let input: WebhookInput = read_input(wanted)?;
    // An address that was good once may stay, whatever became of it.
    let may_stay = |url: &str| url == stored.settings.url.as_str() || webhooks.may_ask(url);
    let settings = input.check(may_stay).map_err(ApiError::content)?;
    if settings == stored.settings {
        return single(StatusCode::OK, stored.version, &WebhookView::of(stored, now));
    }
    if_match.check(stored.version)?;
    store::update_webhook(guard.connection(), stored.id, &settings, now).await?;
    if !settings.active {
        store::give_up(guard.connection(), stored.id).await?;
    }
    let (before, after) = (Some(told(&stored.settings)), Some(told(&settings)));
    let happening = Happening { entity: "webhook", entity_id: stored.id.0, op: "update", before, after };
    auth::record(guard.connection(), stored.intergroup_id, &happening, doer, now).await?;
    answer_with(guard, stored.id, StatusCode::OK, None).await
}

/// Give a webhook another key
///
/// Messages are signed with the new key, which is shown this once, and for 24
/// hours with the former one, too, so that the receiver can change without
/// losing any. Once in 24 hours. For owners.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/rotate", operation_id = "rotate_webhook_secret", tag = "office sync",
    security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the webhook")),
    responses((status = 200, description = "The webhook, with its new key", body = NewWebhookView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "url": "https://lantern.example.org/hooks/openchair", "events": ["import.held"], "active": true,
                   "state": "ok", "state_since": "2026-05-04T12:00:00Z", "former_secret_until": "2026-05-06T12:00:00Z",
                   "created_at": "2026-05-04T12:00:00Z", "version": 2, "secret": "whsec_…"})), OfficeErrors)
)]
#[route("/v1/webhooks/{id}/rotate", method = "POST")]
pub async fn rotate_webhook_secret(
    mut guard: Guard<StoredWebhook, Arranges>,
    webhooks: Data<Webhooks>,
) -> Result<HttpResponse, ApiError> {
    let (id, office, now, doer) = (guard.thing.id, guard.thing.intergroup_id, guard.stamp().now, guard.doer());
    let (key, wrapped) = webhooks.new_key()?;
    let keys = Keys { secret: &wrapped, former_until: now + FORMER_SIGNS };
    if !store::rotate(guard.connection(), id, &keys, now).await? {
        let detail = "It got another key less than 24 hours ago, and the former one signs still. Where it has leaked, \
                      delete the webhook and make another.";
        return Err(ApiError::new(ErrorCode::Conflict).with_detail(detail));
    }
    let rotated = Some(json!({ "secret": "rotated" }));
    let happening = Happening { entity: "webhook", entity_id: id.0, op: "update", before: None, after: rotated };
    auth::record(guard.connection(), office, &happening, doer, now).await?;
    answer_with(guard, id, StatusCode::OK, Some(key.reveal().to_string())).await
}

/// Delete a webhook
///
/// Nothing is told there any more, and what was told is forgotten. For owners.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", operation_id = "delete_webhook", tag = "office sync", security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the webhook"),
           ("If-Match" = String, Header, description = "The version that is deleted, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    responses((status = 204, description = "It is deleted"), OfficeErrors)
)]
#[route("/v1/webhooks/{id}", method = "DELETE")]
pub async fn delete_webhook(mut guard: Guard<StoredWebhook, Arranges>) -> Result<HttpResponse, ApiError> {
    let (stored, now, doer) = (guard.thing.clone(), guard.stamp().now, guard.doer());
    guard.if_match()?.check(stored.version)?;
    store::delete_webhook(guard.connection(), stored.id).await?;
    let before = Some(told(&stored.settings));
    let happening = Happening { entity: "webhook", entity_id: stored.id.0, op: "delete", before, after: None };
    auth::record(guard.connection(), stored.intergroup_id, &happening, doer, now).await?;
    guard.commit(done()).await
}

/// Without what may be a password: of the address the host alone, for the record
/// is kept.
fn told(settings: &WebhookInput) -> Value {
    let host = settings.url.as_str().parse::<url::Url>().ok().and_then(|url| url.host_str().map(str::to_owned));
    json!({ "host": host, "events": settings.events, "active": settings.active })
}

async fn answer_with<T, A>(
    mut guard: Guard<T, A>,
    id: WebhookId,
    status: StatusCode,
    secret: Option<String>,
) -> Result<HttpResponse, ApiError> {
    let now = guard.stamp().now;
    let stored = store::find_webhook(guard.connection(), id).await?.ok_or_else(ApiError::not_found)?;
    let (version, webhook) = (stored.version, WebhookView::of(stored, now));
    let answer = match secret {
        Some(secret) => single(status, version, &NewWebhookView { webhook, secret })?,
        None => single(status, version, &webhook)?,
    };
    guard.commit(answer).await
}
