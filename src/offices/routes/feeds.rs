//! The sources that an office connects.

use actix_web::{HttpResponse, http::StatusCode, route};
use serde_json::json;

use crate::{
    auth::{self, Happening},
    directory::{self, StoredIntergroup},
    http::{ApiError, ErrorCode, OfficeErrors, Patch, read_input},
    kernel::{FeedId, Invalid},
    offices::{
        asks::{Asks, Connects, Disconnects, Looks},
        finish::{done, private, single},
        guard::Guard,
        import_views::RunInShort,
        views::{FeedList, FeedView},
    },
    sync::{self, FeedInput, StoredFeed, StoredRun},
};

/// How many runs are told beside a source.
const LAST_RUNS: i64 = 5;

/// List an intergroup's sources
///
/// How each is read and how it is, the newest first. One is that of imports
/// from the command line, once there was any. Observers and keys, who may not
/// change a source, see `hidden` in place of a sharing key in its `url`.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/feeds", operation_id = "list_feeds", tag = "office sync",
    security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    responses((status = 200, description = "Its sources", body = FeedList<'_>, example = json!({"data": []})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/feeds", method = "GET", method = "HEAD")]
pub async fn list_feeds(mut guard: Guard<StoredIntergroup, Looks>) -> Result<HttpResponse, ApiError> {
    let office = guard.thing.id;
    let feeds = sync::list_feeds(guard.connection(), office).await?;
    let ids: Vec<FeedId> = feeds.iter().map(|feed| feed.id).collect();
    let runs = sync::latest_runs(guard.connection(), &ids, LAST_RUNS).await?;
    let may_change = guard.also(Connects::NEED, office).is_ok();
    let shown = if may_change { FeedView::of } else { FeedView::without_keys };
    let view = |feed| FeedView { last_imports: of_feed(feed, &runs), ..shown(feed) };
    Ok(private(StatusCode::OK, &FeedList { data: feeds.iter().map(view).collect() }))
}

/// Connect a source
///
/// Where an office keeps its list, if that is elsewhere. With a `url` it is
/// read every so many hours; without, it is sent to us.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/feeds", operation_id = "create_feed", tag = "office sync", security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    request_body(content = FeedInput, content_type = "application/json"),
    responses((status = 201, description = "The source", body = FeedView<'_>, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "name": "Our website", "format": "meeting_guide", "url": "https://lantern.example.org/feed.json",
                   "every_hours": 12, "guard": {}, "region_map": {}, "type_map": {}, "office_keeps": [],
                   "state": "ok", "state_since": "2026-05-04T12:00:00Z", "version": 1})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/feeds", method = "POST")]
pub async fn create_feed(mut guard: Guard<StoredIntergroup, Connects>) -> Result<HttpResponse, ApiError> {
    let input: FeedInput = guard.input()?;
    let (office, now, doer) = (guard.thing.id, guard.now, guard.doer());
    let settings = checked(&mut guard, office, input, None).await?;
    if sync::list_feeds(guard.connection(), office).await?.len() >= sync::MOST_FEEDS {
        return Err(
            ApiError::new(ErrorCode::Conflict).with_detail("There are 50 sources already; disconnect one first.")
        );
    }
    let id = FeedId(guard.entropy().uuid_v7(now));
    sync::insert_feed(guard.connection(), id, office, &settings, now).await?;
    let happening =
        Happening { entity: "feed", entity_id: id.0, op: "create", before: None, after: Some(told(&settings)) };
    auth::record(guard.connection(), office, &happening, doer, now).await?;
    answer(guard, id, StatusCode::CREATED).await
}

/// Change a source
///
/// Touches only what is sent. What it brought stays as it is until it is read
/// again.
#[utoipa::path(
    patch, path = "/v1/feeds/{id}", operation_id = "update_feed", tag = "office sync", security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the source"),
           ("If-Match" = String, Header, description = "The version that the change is made to, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    request_body(content = FeedInput, content_type = "application/merge-patch+json", description = "Only what is to change; null takes a field away"),
    responses((status = 200, description = "The source as it is now", body = FeedView<'_>, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "name": "Our website", "format": "meeting_guide", "url": "https://lantern.example.org/feed.json",
                   "every_hours": 24, "guard": {}, "region_map": {}, "type_map": {}, "office_keeps": ["notes"],
                   "state": "ok", "state_since": "2026-05-04T12:00:00Z", "version": 2})), OfficeErrors)
)]
#[route("/v1/feeds/{id}", method = "PATCH")]
pub async fn update_feed(mut guard: Guard<StoredFeed, Connects>) -> Result<HttpResponse, ApiError> {
    let patch = Patch::read(guard.take_body()?)?;
    let (stored, now, doer, if_match) = (guard.thing.clone(), guard.now, guard.doer(), guard.if_match()?);
    let mut wanted = json!(stored.settings);
    patch.apply(&mut wanted);
    let input: FeedInput = read_input(wanted)?;
    let settings = checked(&mut guard, stored.intergroup_id, input, Some(&stored.settings)).await?;
    if settings == stored.settings {
        return single(StatusCode::OK, stored.version, &FeedView::of(&stored));
    }
    if_match.check(stored.version)?;
    sync::update_feed(guard.connection(), stored.id, &settings, now).await?;
    let (before, after) = (Some(told(&stored.settings)), Some(told(&settings)));
    let happening = Happening { entity: "feed", entity_id: stored.id.0, op: "update", before, after };
    auth::record(guard.connection(), stored.intergroup_id, &happening, doer, now).await?;
    answer(guard, stored.id, StatusCode::OK).await
}

/// Disconnect a source
///
/// It is not read any more. What it brought stays, as the office's own; its
/// runs stay for 90 days.
#[utoipa::path(
    delete, path = "/v1/feeds/{id}", operation_id = "delete_feed", tag = "office sync", security(("office" = [])),
    params(("id" = Uuid, Path, description = "Id of the source"),
           ("If-Match" = String, Header, description = "The version that is deleted, as in `ETag`; `\"12\"` is enough", example = "\"12\"")),
    responses((status = 204, description = "It is disconnected"), OfficeErrors)
)]
#[route("/v1/feeds/{id}", method = "DELETE")]
pub async fn delete_feed(mut guard: Guard<StoredFeed, Disconnects>) -> Result<HttpResponse, ApiError> {
    let (stored, now, doer) = (guard.thing.clone(), guard.now, guard.doer());
    guard.if_match()?.check(stored.version)?;
    sync::delete_feed(guard.connection(), stored.id, now).await?;
    let before = Some(told(&stored.settings));
    let happening = Happening { entity: "feed", entity_id: stored.id.0, op: "delete", before, after: None };
    auth::record(guard.connection(), stored.intergroup_id, &happening, doer, now).await?;
    guard.commit(done()).await
}

fn of_feed(feed: &StoredFeed, runs: &[StoredRun]) -> Vec<RunInShort> {
    runs.iter().filter(|run| run.feed_id == feed.id).map(RunInShort::of).collect()
}

/// Without the address: it may carry a sharing key, and the record is kept.
fn told(settings: &FeedInput) -> serde_json::Value {
    let mut told = json!(settings);
    if let Some(members) = told.as_object_mut() {
        members.remove("url");
    }
    told
}

/// What stood in `before` may stay, also where its region was deleted since.
async fn checked<T, A>(
    guard: &mut Guard<T, A>,
    office: crate::kernel::IntergroupId,
    input: FeedInput,
    before: Option<&FeedInput>,
) -> Result<FeedInput, ApiError> {
    let settings = input.check().map_err(ApiError::content)?;
    let mut wrong = Vec::new();
    let stood = |name, region| before.is_some_and(|before| before.region_map.get(name) == Some(region));
    for (name, region) in settings.region_map.iter().filter(|(name, region)| !stood(*name, *region)) {
        let known = directory::find_region(guard.connection(), *region).await?;
        if !known.is_some_and(|region| region.intergroup_id == office && !region.deleted) {
            // As a JSON pointer writes a name.
            let name = name.replace('~', "~0").replace('/', "~1");
            let message = "must be a region of this intergroup that is not deleted";
            wrong.push(Invalid::new(format!("/region_map/{name}"), "unknown_reference", message));
        }
    }
    if wrong.is_empty() { Ok(settings) } else { Err(ApiError::content(wrong)) }
}

async fn answer<T, A>(mut guard: Guard<T, A>, id: FeedId, status: StatusCode) -> Result<HttpResponse, ApiError> {
    let stored = sync::find_feed(guard.connection(), id).await?.ok_or_else(ApiError::not_found)?;
    let answer = single(status, stored.version, &FeedView::of(&stored))?;
    guard.commit(answer).await
}
