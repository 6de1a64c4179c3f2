//! What became of a meeting over time.

use actix_web::{HttpResponse, http::StatusCode, route};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    directory::{Actor, HistoryEntry, Op, StoredMeeting, history},
    http::{ApiError, OfficeErrors, PageCursor},
    kernel::ImportId,
    offices::{
        asks::Searches,
        finish::private,
        guard::Guard,
        page::{limit, next_link, numbered},
    },
};

/// Of a history or an audit.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct HistoryParameters {
    /// Where the page begins, as the page before said.
    #[param(max_length = 64, pattern = "^[A-Za-z0-9_-]{32,64}$")]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// One change of a meeting. Who made it, owners find in the audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryItem {
    /// The meeting's version afterwards.
    pub version: i64,
    /// What happened: `create`, `update`, `delete`, `restore`, `verify`.
    #[schema(value_type = String, example = "update")]
    pub op: Op,
    /// When.
    pub at: DateTime<Utc>,
    /// By what way: `office`, `key`, `import`, or `operator`.
    #[schema(example = "office")]
    pub by: &'static str,
    /// The run that did it, of an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub import_id: Option<ImportId>,
    /// The names of the fields that changed.
    pub changed: Vec<String>,
    /// Everything before; absent for a new meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub before: Option<Map<String, Value>>,
    /// Everything afterwards; absent for a deleted one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub after: Option<Map<String, Value>>,
}

/// A page of a meeting's history, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryPage {
    /// The changes.
    pub data: Vec<HistoryItem>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

impl HistoryItem {
    fn of(entry: HistoryEntry) -> Self {
        let (by, import_id) = match entry.actor {
            Actor::Operator => ("operator", None),
            Actor::Import(id) => ("import", Some(id)),
            Actor::Account(_) => ("office", None),
            Actor::Key(_) => ("key", None),
        };
        Self {
            version: entry.version,
            op: entry.op,
            at: entry.at,
            by,
            import_id,
            changed: entry.changed,
            before: entry.before,
            after: entry.after,
        }
    }
}

/// Get a meeting's history
///
/// Before and after of every change, the latest first; of deleted meetings, too.
#[utoipa::path(
    get, path = "/v1/meetings/{id}/history", operation_id = "list_meeting_history", tag = "office directory",
    security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"), HistoryParameters),
    responses((status = 200, description = "A page, the latest first", body = HistoryPage, example = json!({"data": [
                   {"version": 2, "op": "update", "at": "2026-05-04T12:00:00Z", "by": "office", "changed": ["time"],
                    "before": {"time": "19:00"}, "after": {"time": "19:30"}}]})),
              OfficeErrors)
)]
#[route("/v1/meetings/{id}/history", method = "GET", method = "HEAD")]
pub async fn list_meeting_history(mut guard: Guard<StoredMeeting, Searches>) -> Result<HttpResponse, ApiError> {
    let cursor = PageCursor::of("history", &guard.thing.id);
    let older_than = numbered(&mut guard.query, cursor);
    let limit = limit(&mut guard.query);
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let id = guard.thing.id;
    let mut entries = history(guard.connection(), id, older_than, limit + 1).await?;
    let more = entries.len() > usize::from(limit);
    entries.truncate(usize::from(limit));
    let next_cursor = entries.last().filter(|_| more).map(|last| cursor.write(&last.id.to_string(), Uuid::nil()));
    let page = HistoryPage { data: entries.into_iter().map(HistoryItem::of).collect(), next_cursor };
    let link = next_link(&guard.request, page.next_cursor.as_deref())?;
    Ok(link.add(private(StatusCode::OK, &page)))
}
