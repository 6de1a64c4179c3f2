//! Runs of a source: bringing one, looking at what it would change, deciding.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    route,
    web::{Bytes, Data, Payload},
};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::{IntoParams, ToSchema};

use crate::{
    db::{Pools, Scope},
    directory,
    http::{ApiError, BodyRules, ErrorCode, OfficeErrors, PageCursor, Refusal, read_bytes, read_input},
    kernel::{Clock, ImportId, IntergroupId, Invalid},
    offices::{
        asks::{Asks, Decides, Follows, Imports},
        finish::private,
        guard::{Guard, part},
        import_views::{ChangePage, ImportView, ProblemPage},
        page::{limit, next_link, numbered},
    },
    search::Snapshots,
    sync::{self, Decided, Decision, Mode, Origin, ReceiveError, Run, RunError, RunStatus, StoredFeed, StoredRun},
};

/// Sources that are read at the same time: each may be 64 MiB, and several times
/// that while it is planned.
static UPLOADS: Semaphore = Semaphore::const_new(4);
/// How long one more waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(5);
/// Sources of one office that are on their way at the same time: one whose lines
/// are slow holds up none but its own.
const ON_THEIR_WAY: usize = 2;
/// The same of all offices: so many are in memory at most.
const ON_THEIR_WAY_IN_ALL: usize = 16;
/// How often one that waits looks whether there is room.
const ROOM_EVERY: Duration = Duration::from_millis(50);
/// How many of which office are.
static COMING: LazyLock<Mutex<HashMap<IntergroupId, usize>>> = LazyLock::new(Mutex::default);
/// A request to fetch is no longer than this, and no source is as short.
const SHORT: usize = 256;
/// How long an answer waits until its own write can be read here.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);

/// Asks that a source be fetched.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// Show what would change, or change it.
    pub mode: Mode,
}

/// Of a source that is sent.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct ImportParameters {
    /// Of a source in the body: show what it would change, which is what happens
    /// where nothing is said, or change it.
    #[param(inline)]
    mode: Option<Mode>,
}

/// Of what a run changes.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct RunPageParameters {
    /// Where the page begins, as the page before said.
    #[param(max_length = 64, pattern = "^[A-Za-z0-9_-]{32,64}$")]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// Import a source
///
/// With `{"mode": …}` the source is fetched in the background; its run is asked
/// for again until it is done. With the source itself in the body, as Meeting
/// Guide JSON or CSV, possibly as gzip, it is planned in the request. A plan
/// changes nothing.
#[utoipa::path(
    post, path = "/v1/feeds/{id}/imports", operation_id = "create_import", tag = "office sync",
    security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the source"), ImportParameters),
    request_body(content(
        (Value = "application/json", example = json!({"mode": "plan"})),
        (String = "text/csv", example = "name,day,time,address\nSunrise,1,06:30,\"1 Main St, Lantern\"\n")
    ), description = "`{\"mode\": \"plan\"}` or `{\"mode\": \"apply\"}` to have the source fetched; or the source: a JSON array of meetings, or a table"),
    responses((status = 201, description = "The run, planned or applied; held where a person should look at it first", body = ImportView<'_>,
               example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "feed_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "intergroup_id": "0190a1b2-1111-7e5f-8a9b-0c1d2e3f4a5b", "status": "planned", "mode": "plan",
                   "origin": "upload", "rows": 2, "created": 1, "updated": 1, "removed": 0, "unchanged": 0, "protected": 0,
                   "kept": 0, "followed": 0, "problem_count": 0, "problems": [], "held_because": [], "left": [],
                   "started_at": "2026-05-04T12:00:00Z", "finished_at": "2026-05-04T12:00:01Z"})),
              (status = 202, description = "The run waits for its turn", body = ImportView<'_>,
               headers(("Location" = String, description = "Where the run is looked at")),
               example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "feed_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "intergroup_id": "0190a1b2-1111-7e5f-8a9b-0c1d2e3f4a5b", "status": "queued", "mode": "plan",
                   "origin": "fetch", "rows": 0, "created": 0, "updated": 0, "removed": 0, "unchanged": 0, "protected": 0,
                   "kept": 0, "followed": 0, "problem_count": 0, "problems": [], "held_because": [], "left": [],
                   "started_at": "2026-05-04T12:00:00Z"})),
              OfficeErrors)
)]
#[route("/v1/feeds/{id}/imports", method = "POST")]
pub async fn create_import(mut guard: Guard<StoredFeed, Imports>, payload: Payload) -> Result<HttpResponse, ApiError> {
    let mode = guard.query.take_one("mode", |text| match text {
        "plan" => Ok(Mode::Plan),
        "apply" => Ok(Mode::Apply),
        _ => Err(Refusal::new("invalid_value", "must be plan or apply")),
    });
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let (actor, now) = (guard.actor(), guard.now);
    let scope = Scope::Offices(guard.caller.roots(Imports::NEED));
    let id = ImportId(guard.entropy().uuid_v7(now));
    let intergroup = guard.thing.intergroup_id;
    let office = directory::find_intergroup_to_write(guard.connection(), intergroup).await?;
    let timezone = office.ok_or_else(ApiError::not_found)?.document.timezone;
    let (feed, request, snapshots) = guard.leave().await?;
    let coming = Coming::of(feed.intergroup_id).await?;
    let body = read_bytes(&request, payload, BodyRules::SOURCE).await?;
    if body.is_empty() {
        return Err(ApiError::malformed("A body is needed: a mode, or the source."));
    }
    let pool = part::<Pools>(&request)?.directory.clone();
    let mut run = Run {
        id,
        intergroup_id: feed.intergroup_id,
        scope,
        feed_id: feed.id,
        feed: Some(feed),
        mode: mode.unwrap_or(Mode::Plan),
        origin: Origin::Upload,
        allow_shrink: false,
        actor,
        started_at: now,
    };
    if let Some(asked) = asked(&body)? {
        if mode.is_some() {
            return Err(ApiError::content(vec![Invalid::new("/mode", "repeated", "is in the query already")]));
        }
        run.mode = asked.mode;
        run.origin = Origin::Fetch;
        return queue(&pool, &run).await;
    }
    let clock = part::<dyn Clock>(&request)?;
    let turn = turn().await?;
    let received = sync::receive(&pool, &**clock, run, timezone, body.to_vec()).await?;
    drop((turn, coming));
    show(&snapshots, received.revision).await;
    Ok(private(StatusCode::CREATED, &ImportView::of(&received.run, Vec::new())))
}

/// Whether the body asks to fetch the source rather than being it.
fn asked(body: &Bytes) -> Result<Option<ImportRequest>, ApiError> {
    if body.len() > SHORT || body.trim_ascii_start().first() != Some(&b'{') {
        return Ok(None);
    }
    let value: Value = serde_json::from_slice(body).map_err(|_| ApiError::malformed("The body is not JSON."))?;
    read_input(value).map(Some)
}

/// A source that is on its way.
struct Coming(IntergroupId);

impl Coming {
    /// Waits until there is room for one more of the office.
    async fn of(office: IntergroupId) -> Result<Self, ApiError> {
        let room = async {
            loop {
                if let Some(coming) = Self::begin(office) {
                    return coming;
                }
                tokio::time::sleep(ROOM_EVERY).await;
            }
        };
        let busy = "Other sources are on their way; try again in a moment.";
        tokio::time::timeout(TURN_WITHIN, room).await.map_err(|_elapsed| ApiError::unavailable(10, busy))
    }

    fn begin(office: IntergroupId) -> Option<Self> {
        let mut coming = COMING.lock().unwrap_or_else(PoisonError::into_inner);
        let of_office = coming.get(&office).copied().unwrap_or_default();
        let has_room = of_office < ON_THEIR_WAY && coming.values().sum::<usize>() < ON_THEIR_WAY_IN_ALL;
        has_room.then(|| {
            coming.insert(office, of_office + 1);
            Self(office)
        })
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        let mut coming = COMING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_office) = coming.get_mut(&self.0) {
            *of_office -= 1;
            if *of_office == 0 {
                coming.remove(&self.0);
            }
        }
    }
}

async fn turn() -> Result<SemaphorePermit<'static>, ApiError> {
    match tokio::time::timeout(TURN_WITHIN, UPLOADS.acquire()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(ApiError::unavailable(10, "Other sources are being read; try again in a moment.")),
    }
}

async fn queue(pool: &sqlx::PgPool, run: &Run) -> Result<HttpResponse, ApiError> {
    let has_address = run.feed.as_ref().is_some_and(|feed| feed.settings.url.is_some());
    if !has_address {
        return Err(ApiError::new(ErrorCode::Conflict).with_detail("The source has no address; send it instead."));
    }
    let stored = sync::queue_run(pool, run).await?.ok_or_else(ApiError::not_found)?;
    let answer = private(StatusCode::ACCEPTED, &ImportView::of(&stored, Vec::new()));
    let mut answer = answer;
    if let Ok(location) = format!("/v1/imports/{}", stored.id).parse() {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    Ok(answer)
}

/// Waits until this node shows what was written.
async fn show(snapshots: &Snapshots, revision: Option<i64>) {
    if let Some(revision) = revision {
        _ = tokio::time::timeout(SHOWN_WITHIN, snapshots.wait_for(revision)).await;
    }
}

impl From<ReceiveError> for ApiError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Source(error) => {
                Self::content(vec![Invalid::new("", error.code(), error.to_string())]).with_detail(error.to_string())
            }
            ReceiveError::Run(error) => error.into(),
        }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Database(error) => error.into(),
            RunError::Broken(error) => Self::internal(error),
            RunError::Overtaken => {
                Self::new(ErrorCode::Conflict).with_detail("The source was changed or disconnected meanwhile.")
            }
        }
    }
}

/// Look at a run
///
/// Where it stands, its counts, and the first hundred problems of rows.
#[utoipa::path(
    get, path = "/v1/imports/{id}", operation_id = "get_import", tag = "office sync",
    security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the run")),
    responses((status = 200, description = "The run", body = ImportView<'_>, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "feed_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "intergroup_id": "0190a1b2-1111-7e5f-8a9b-0c1d2e3f4a5b", "status": "held", "mode": "apply",
                   "origin": "fetch", "rows": 0, "created": 0, "updated": 0, "removed": 12, "unchanged": 0, "protected": 0,
                   "kept": 0, "followed": 0, "problem_count": 0, "problems": [], "held_because": ["source_empty", "removes_too_many"],
                   "left": [], "started_at": "2026-05-04T12:00:00Z", "finished_at": "2026-05-04T12:00:01Z"})), OfficeErrors)
)]
#[route("/v1/imports/{id}", method = "GET", method = "HEAD")]
pub async fn get_import(mut guard: Guard<StoredRun, Follows>) -> Result<HttpResponse, ApiError> {
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let id = guard.thing.id;
    let problems = sync::problems_of(guard.connection(), id, 0, ImportView::PROBLEMS).await?;
    Ok(private(StatusCode::OK, &ImportView::of(&guard.thing, problems)))
}

/// List what a run changes
///
/// Each meeting that is new, says something else, comes back or goes, in the
/// order of the source.
#[utoipa::path(
    get, path = "/v1/imports/{id}/changes", operation_id = "list_import_changes", tag = "office sync",
    security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the run"), RunPageParameters),
    responses((status = 200, description = "A page of changes", body = ChangePage, example = json!({"data": [{
                   "op": "update", "meeting_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise",
                   "name": "Sunrise", "fields": [{"field": "time", "before": "06:30", "after": "07:00"}]}]})), OfficeErrors)
)]
#[route("/v1/imports/{id}/changes", method = "GET", method = "HEAD")]
pub async fn list_import_changes(mut guard: Guard<StoredRun, Follows>) -> Result<HttpResponse, ApiError> {
    let cursor = PageCursor::of("import_changes", &guard.thing.id);
    let (after, limit) = page_of(&mut guard, cursor)?;
    let id = guard.thing.id;
    let mut rows = sync::changes_of(guard.connection(), id, after, limit + 1).await?;
    let next_cursor = next(&mut rows, limit, cursor);
    let page = ChangePage { data: rows.into_iter().map(|row| row.change).collect(), next_cursor };
    let link = next_link(&guard.request, page.next_cursor.as_deref())?;
    Ok(link.add(private(StatusCode::OK, &page)))
}

/// List what is wrong with a run's rows
///
/// In the order of the source, each in words for a volunteer, with what was
/// done about it.
#[utoipa::path(
    get, path = "/v1/imports/{id}/problems", operation_id = "list_import_problems", tag = "office sync",
    security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the run"), RunPageParameters),
    responses((status = 200, description = "A page of problems", body = ProblemPage, example = json!({"data": [{
                   "row": 7, "slug": "sunrise", "field": "time", "value": "half past six", "code": "bad_time",
                   "message": "The time cannot be read: write HH:MM with 24 hours, such as 19:30.",
                   "action": "refused_row"}]})), OfficeErrors)
)]
#[route("/v1/imports/{id}/problems", method = "GET", method = "HEAD")]
pub async fn list_import_problems(mut guard: Guard<StoredRun, Follows>) -> Result<HttpResponse, ApiError> {
    let cursor = PageCursor::of("import_problems", &guard.thing.id);
    let (after, limit) = page_of(&mut guard, cursor)?;
    let id = guard.thing.id;
    let mut rows = sync::problems_of(guard.connection(), id, after, limit + 1).await?;
    let next_cursor = next(&mut rows, limit, cursor);
    let page = ProblemPage { data: rows.into_iter().map(|row| row.change).collect(), next_cursor };
    let link = next_link(&guard.request, page.next_cursor.as_deref())?;
    Ok(link.add(private(StatusCode::OK, &page)))
}

fn page_of(guard: &mut Guard<StoredRun, Follows>, cursor: PageCursor) -> Result<(i64, u16), ApiError> {
    let after = numbered(&mut guard.query, cursor).unwrap_or(0);
    let limit = limit(&mut guard.query);
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    Ok((after, limit))
}

/// Takes the row away that only says that there is a next page.
fn next(rows: &mut Vec<sync::RecordedChange>, limit: u16, cursor: PageCursor) -> Option<String> {
    let more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    rows.last().filter(|_| more).map(|last| cursor.write(&last.position.to_string(), uuid::Uuid::nil()))
}

/// Apply a run
///
/// The plan that was shown, and no other: where the directory, the source's
/// settings or this service moved on since, nothing is changed, and the source
/// has to be imported anew.
#[utoipa::path(
    post, path = "/v1/imports/{id}/apply", operation_id = "apply_import", tag = "office sync",
    security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the run")),
    responses((status = 200, description = "The run, applied", body = ImportView<'_>, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "feed_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "intergroup_id": "0190a1b2-1111-7e5f-8a9b-0c1d2e3f4a5b", "status": "applied", "mode": "plan",
                   "origin": "upload", "rows": 2, "created": 1, "updated": 1, "removed": 0, "unchanged": 0, "protected": 0,
                   "kept": 0, "followed": 0, "problem_count": 0, "problems": [], "held_because": [], "left": [],
                   "started_at": "2026-05-04T12:00:00Z", "finished_at": "2026-05-04T12:00:01Z",
                   "decided_at": "2026-05-04T12:05:00Z"})), OfficeErrors)
)]
#[route("/v1/imports/{id}/apply", method = "POST")]
pub async fn apply_import(guard: Guard<StoredRun, Decides>) -> Result<HttpResponse, ApiError> {
    decide(guard, Decision::Apply).await
}

/// Reject a run
///
/// The directory stays as it is, and the source is not asked about again until
/// it says something else.
#[utoipa::path(
    post, path = "/v1/imports/{id}/reject", operation_id = "reject_import", tag = "office sync",
    security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the run")),
    responses((status = 200, description = "The run, rejected", body = ImportView<'_>, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "feed_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "intergroup_id": "0190a1b2-1111-7e5f-8a9b-0c1d2e3f4a5b", "status": "rejected", "mode": "apply",
                   "origin": "fetch", "rows": 0, "created": 0, "updated": 0, "removed": 12, "unchanged": 0, "protected": 0,
                   "kept": 0, "followed": 0, "problem_count": 0, "problems": [], "held_because": ["source_empty"], "left": [],
                   "started_at": "2026-05-04T12:00:00Z", "finished_at": "2026-05-04T12:00:01Z",
                   "decided_at": "2026-05-04T12:05:00Z"})), OfficeErrors)
)]
#[route("/v1/imports/{id}/reject", method = "POST")]
pub async fn reject_import(guard: Guard<StoredRun, Decides>) -> Result<HttpResponse, ApiError> {
    decide(guard, Decision::Reject).await
}

/// Take a run back
///
/// What it changed becomes what it was before, content and its timestamps, where
/// it is still as the run left it. What was edited since is left, and listed.
#[utoipa::path(
    post, path = "/v1/imports/{id}/undo", operation_id = "undo_import", tag = "office sync",
    security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the run")),
    responses((status = 200, description = "The run, taken back", body = ImportView<'_>, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "feed_id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b",
                   "intergroup_id": "0190a1b2-1111-7e5f-8a9b-0c1d2e3f4a5b", "status": "undone", "mode": "apply",
                   "origin": "fetch", "rows": 2, "created": 1, "updated": 1, "removed": 0, "unchanged": 0, "protected": 0,
                   "kept": 0, "followed": 0, "problem_count": 0, "problems": [], "held_because": [], "left": [],
                   "started_at": "2026-05-04T12:00:00Z", "finished_at": "2026-05-04T12:00:01Z",
                   "decided_at": "2026-05-04T12:05:00Z"})), OfficeErrors)
)]
#[route("/v1/imports/{id}/undo", method = "POST")]
pub async fn undo_import(guard: Guard<StoredRun, Decides>) -> Result<HttpResponse, ApiError> {
    decide(guard, Decision::Undo).await
}

async fn decide(guard: Guard<StoredRun, Decides>, decision: Decision) -> Result<HttpResponse, ApiError> {
    let (actor, now) = (guard.actor(), guard.now);
    let scope = Scope::Offices(guard.caller.roots(Decides::NEED));
    let (run, request, snapshots): (StoredRun, HttpRequest, Data<Snapshots>) = guard.leave().await?;
    let pool = part::<Pools>(&request)?.directory.clone();
    let turn = turn().await?;
    let decided = sync::decide(&pool, &run, decision, (scope, actor), now).await?;
    drop(turn);
    let conflict = |detail: String| Err(ApiError::new(ErrorCode::Conflict).with_detail(detail));
    match decided {
        Decided::Done(run, revision) => {
            show(&snapshots, revision).await;
            Ok(private(StatusCode::OK, &ImportView::of(&run, Vec::new())))
        }
        Decided::Missing => Err(ApiError::not_found()),
        Decided::NotOpen(status) => conflict(not_open(status).to_owned()),
        Decided::Moved => {
            conflict("The directory or the source's settings changed since the plan; import it anew.".to_owned())
        }
        Decided::Gone => conflict("The source of this run is not kept any more; import it anew.".to_owned()),
    }
}

/// Why nothing can be decided of a run where it stands.
fn not_open(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Queued | RunStatus::Running => "It is not planned yet.",
        RunStatus::Planned | RunStatus::Held => "It is not applied yet.",
        RunStatus::Applied => "It is applied already.",
        RunStatus::Rejected => "It was rejected already.",
        RunStatus::Undone => "It was taken back already.",
        RunStatus::Failed => "The source could not be read.",
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn two_of_an_office_and_sixteen_in_all_are_on_their_way() {
        let begin = |office: usize| Coming::begin(IntergroupId(Uuid::from_u128(office as u128)));
        let mut coming: Vec<Coming> = (0..8).flat_map(|office| [begin(office), begin(office)]).flatten().collect();
        assert_eq!(coming.len(), ON_THEIR_WAY_IN_ALL);
        assert!(begin(8).is_none(), "there is room for no other office");
        coming.truncate(15);
        assert!(begin(8).is_some());
        coming.truncate(2);
        assert!(begin(0).is_none(), "an office has its two");
        drop(coming);
        assert!(begin(0).is_some());
    }
}
