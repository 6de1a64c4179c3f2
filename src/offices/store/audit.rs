//! Who did what, for owners.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::{IntergroupId, MeetingId};

/// Which of an office's changes are asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::offices) struct AuditFilter {
    pub meeting: Option<MeetingId>,
    /// An account or a key.
    pub by: Option<Uuid>,
    pub from: Option<DateTime<Utc>>,
    /// The id of the last line of the page before.
    pub older_than: Option<i64>,
    pub limit: u16,
}

/// One line.
#[derive(Debug)]
pub(in crate::offices) struct AuditRow {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub email: Option<String>,
    pub key_id: Option<Uuid>,
    pub key_name: Option<String>,
    pub import_id: Option<Uuid>,
    pub entity: String,
    pub entity_id: Uuid,
    pub meeting_id: Option<Uuid>,
    pub op: String,
    pub version: i64,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub contacts_before: Option<Value>,
    pub contacts_after: Option<Value>,
}

/// What was done to an office's directory and by whom, the latest first.
pub(in crate::offices) async fn list_audit(
    connection: &mut PgConnection,
    office: IntergroupId,
    filter: &AuditFilter,
) -> Result<Vec<AuditRow>, sqlx::Error> {
    sqlx::query_as!(
        AuditRow,
        r#"SELECT c.id, c.at, c.actor, office.email_of(a.account, c.intergroup_id) AS email, c.key_id,
                  k.name AS "key_name?", c.import_id, c.entity, c.entity_id,
                  CASE WHEN c.entity = 'meeting' THEN c.entity_id ELSE c.meeting_id END AS meeting_id, c.op, c.version,
                  c.before, c.after, c.contacts_before, c.contacts_after
           FROM directory.changes c
               LEFT JOIN office.keys k ON k.id = c.key_id
               CROSS JOIN LATERAL (
                   SELECT CASE WHEN c.actor ~ '^[0-9a-f]{8}-[0-9a-f-]{27}$' THEN c.actor::uuid END AS account
               ) a
           WHERE c.intergroup_id = $1
             AND ($2::uuid IS NULL OR c.meeting_id = $2 OR (c.entity = 'meeting' AND c.entity_id = $2))
             AND ($3::uuid IS NULL OR c.key_id = $3 OR c.actor = $3::uuid::text)
             AND ($4::timestamptz IS NULL OR c.at >= $4)
             AND ($5::bigint IS NULL OR c.id < $5)
           ORDER BY c.id DESC LIMIT $6"#,
        office.0,
        filter.meeting.map(|id| id.0),
        filter.by,
        filter.from,
        filter.older_than,
        i64::from(filter.limit),
    )
    .fetch_all(connection)
    .await
}
