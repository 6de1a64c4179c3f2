//! Who did what, for owners alone.

use actix_web::{HttpResponse, http::StatusCode, route};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    directory::StoredIntergroup,
    http::{ApiError, OfficeErrors, PageCursor, Refusal},
    kernel::{AccountId, MeetingId},
    offices::{
        asks::Audits,
        finish::private,
        guard::Guard,
        page::{limit, next_link, numbered},
        store::{AuditFilter, AuditRow, list_audit},
    },
};

/// Of an audit.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct AuditParameters {
    /// Only what was done to this meeting, its notices and corrections of it.
    meeting_id: Option<Uuid>,
    /// Only what this account or key did.
    by: Option<Uuid>,
    /// Only what was done at this instant or later.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-05-01T00:00:00Z")]
    from: Option<DateTime<Utc>>,
    /// Where the page begins, as the page before said.
    #[param(max_length = 64, pattern = "^[A-Za-z0-9_-]{32,64}$")]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// `account`, `key`, `import` or `operator`.
    #[schema(example = "account")]
    pub kind: &'static str,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub account_id: Option<AccountId>,
    /// Its address, where it is still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<String>,
    /// The key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub key_id: Option<Uuid>,
    /// What its office calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub key_name: Option<String>,
    /// The run of a feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub import_id: Option<Uuid>,
}

/// One thing that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditItem {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: AuditActor,
    /// To what kind of thing: `meeting`, `group`, `grant`, `key`, ….
    #[schema(example = "meeting")]
    pub entity: String,
    /// To which.
    pub entity_id: Uuid,
    /// The meeting that it is or is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub meeting_id: Option<Uuid>,
    /// What: `create`, `update`, `delete`, `restore`, `verify`, `use`.
    #[schema(example = "update")]
    pub op: String,
    /// The thing's version afterwards.
    pub version: i64,
    /// Everything before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub before: Option<Value>,
    /// Everything afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub after: Option<Value>,
}

/// A page of an audit, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// What was done.
    pub data: Vec<AuditItem>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

impl AuditItem {
    fn of(row: AuditRow) -> Self {
        let account_id: Option<AccountId> = row.actor.parse().ok();
        let kind = match (row.import_id, row.key_id, account_id) {
            (Some(_), ..) => "import",
            (_, Some(_), _) => "key",
            (.., Some(_)) => "account",
            _ => "operator",
        };
        let by = AuditActor {
            kind,
            account_id,
            email: row.email,
            key_id: row.key_id,
            key_name: row.key_name,
            import_id: row.import_id,
        };
        Self {
            at: row.at,
            by,
            entity: row.entity,
            entity_id: row.entity_id,
            meeting_id: row.meeting_id,
            op: row.op,
            version: row.version,
            before: whole(row.before, row.contacts_before),
            after: whole(row.after, row.contacts_after),
        }
    }
}

/// What is logged of a thing, with its contacts, which are logged apart.
fn whole(document: Option<Value>, contacts: Option<Value>) -> Option<Value> {
    let mut document = document?;
    if let (Some(fields), Some(contacts)) = (document.as_object_mut(), contacts) {
        fields.insert("contacts".to_owned(), contacts);
    }
    Some(document)
}

/// Audit an intergroup
///
/// Who did what to its directory, grants and keys, the latest first. For owners.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/audit", operation_id = "list_office_audit", tag = "office administration",
    security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           AuditParameters),
    responses((status = 200, description = "A page, the latest first", body = AuditPage, example = json!({"data": []})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/audit", method = "GET", method = "HEAD")]
pub async fn list_office_audit(mut guard: Guard<StoredIntergroup, Audits>) -> Result<HttpResponse, ApiError> {
    let id = |text: &str| text.parse::<MeetingId>().map_err(|error| Refusal::new("invalid_value", error.to_string()));
    let meeting = guard.query.take_one("meeting_id", id);
    let by = guard.query.take_one("by", id).map(|id| id.0);
    let from = guard.query.take_one("from", |text| {
        let instant = DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc());
        instant.map_err(|_| Refusal::new("invalid_value", "must be an instant such as 2026-05-01T00:00:00Z"))
    });
    let cursor = PageCursor::of("audit", &(guard.thing.id, meeting, by, from));
    let older_than = numbered(&mut guard.query, cursor);
    let limit = limit(&mut guard.query);
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let filter = AuditFilter { meeting, by, from, older_than, limit: limit + 1 };
    let office = guard.thing.id;
    let mut rows = list_audit(guard.connection(), office, &filter).await?;
    let more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    let next_cursor = rows.last().filter(|_| more).map(|last| cursor.write(&last.id.to_string(), Uuid::nil()));
    let page = AuditPage { data: rows.into_iter().map(AuditItem::of).collect(), next_cursor };
    let link = next_link(&guard.request, page.next_cursor.as_deref())?;
    Ok(link.add(private(StatusCode::OK, &page)))
}
