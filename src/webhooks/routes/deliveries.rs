//! What was told, and telling it again.

use actix_web::{HttpResponse, http::StatusCode, route};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    http::{ApiError, ErrorCode, OfficeErrors, PageCursor, Refusal},
    offices::{Guard, limit, paged, private},
    webhooks::{
        asks::{Arranges, LooksThrough},
        model::{DeliveryState, StoredDelivery, StoredWebhook},
        store::{self, DeliveryFilter},
        views::{DeliveryPage, DeliveryView},
    },
};

/// Of a webhook's deliveries.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct DeliveryParameters {
    /// Only deliveries that are so; all where it is not said.
    #[param(inline)]
    state: Option<DeliveryStateParameter>,
    /// Where the page begins, as the page before said.
    #[param(max_length = 64, pattern = "^[A-Za-z0-9_-]{32,64}$")]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// How deliveries are, as a parameter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its derived documentation is used")]
enum DeliveryStateParameter {
    Waiting,
    Delivered,
    Failed,
}

/// List a webhook's deliveries
///
/// What it was told in the last 30 days and what became of each, the latest
/// first. For owners.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", operation_id = "list_webhook_deliveries", tag = "office sync",
    security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the webhook"), DeliveryParameters),
    responses((status = 200, description = "A page, the latest first", body = DeliveryPage, example = json!({"data": [
                   {"id": "5f0c1d2e-c3d4-4e5f-8a9b-0c1d2e3f4a5b", "webhook_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                    "event_id": "7b1f0c1d-c3d4-4e5f-8a9b-0c1d2e3f4a5b", "type": "meeting.updated",
                    "occurred_at": "2026-05-04T12:00:00Z",
                    "data": {"intergroup_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                             "id": "0190a1b2-1111-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise", "name": "Sunrise",
                             "published": true, "version": 3, "revision": 812},
                    "state": "waiting", "attempts": 2, "next_attempt_at": "2026-05-04T12:01:07Z",
                    "last_attempt": {"at": "2026-05-04T12:00:06Z", "took_ms": 112, "status": 500, "answer": "Oh no"}}]})),
              OfficeErrors)
)]
#[route("/v1/webhooks/{id}/deliveries", method = "GET", method = "HEAD")]
pub async fn list_webhook_deliveries(mut guard: Guard<StoredWebhook, LooksThrough>) -> Result<HttpResponse, ApiError> {
    let state = guard.query.take_one("state", |text| {
        let message = "must be waiting, delivered or failed";
        DeliveryState::of(text).ok_or_else(|| Refusal::new("unknown_value", message))
    });
    let cursor = PageCursor::of("deliveries", &(guard.thing.id, state));
    let before = guard.query.take_one("cursor", |text| {
        let (position, _) = cursor.read(text)?;
        position.parse::<i64>().map_err(|_| PageCursor::refused())
    });
    let limit = limit(&mut guard.query);
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let (webhook, filter) = (guard.thing.id, DeliveryFilter { state, before, limit: limit + 1 });
    let mut found = store::list_deliveries(guard.connection(), webhook, filter).await?;
    let more = found.len() > usize::from(limit);
    found.truncate(usize::from(limit));
    let next_cursor = found.last().filter(|_| more).map(|last| cursor.write(&last.position.to_string(), Uuid::nil()));
    let page = DeliveryPage { data: found.into_iter().map(DeliveryView::of).collect(), next_cursor };
    paged(guard.request(), &page, page.next_cursor.as_deref())
}

/// Send a delivery again
///
/// It is due at once, with the same `webhook-id`, whatever became of it before.
/// One that is just being sent stays as it is. For owners.
#[utoipa::path(
    post, path = "/v1/deliveries/{id}/redeliver", operation_id = "redeliver_webhook", tag = "office sync",
    security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the delivery")),
    responses((status = 202, description = "The delivery, which waits", body = DeliveryView, example = json!({
                   "id": "5f0c1d2e-c3d4-4e5f-8a9b-0c1d2e3f4a5b", "webhook_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                   "event_id": "7b1f0c1d-c3d4-4e5f-8a9b-0c1d2e3f4a5b", "type": "import.held",
                   "occurred_at": "2026-05-04T12:00:00Z", "data": {}, "state": "waiting", "attempts": 0,
                   "next_attempt_at": "2026-05-05T12:00:00Z"})), OfficeErrors)
)]
#[route("/v1/deliveries/{id}/redeliver", method = "POST")]
pub async fn redeliver_webhook(mut guard: Guard<StoredDelivery, Arranges>) -> Result<HttpResponse, ApiError> {
    if guard.thing.webhook_disabled {
        let detail = "The webhook is switched off; switch it on first.";
        return Err(ApiError::new(ErrorCode::Conflict).with_detail(detail));
    }
    let (id, now) = (guard.thing.id, guard.stamp().now);
    store::redeliver(guard.connection(), id, now).await?;
    let delivery = store::find_delivery(guard.connection(), id).await?.ok_or_else(ApiError::not_found)?;
    guard.commit(private(StatusCode::ACCEPTED, &DeliveryView::of(delivery))).await
}
