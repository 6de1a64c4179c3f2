//! The change log: the one place that adds to it, and what it tells of one
//! thing.
//!
//! What is logged of a thing is its whole document, before and after; a new
//! version of it is one line. A kind of thing that is to be logged needs a row
//! in the table's check of `entity`.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    directory::input::{Document, changed_fields},
    kernel::{AccountId, ImportId, IntergroupId, KeyId, MeetingId},
};

/// Who changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The operator, at the command line.
    Operator,
    /// A run of a feed.
    Import(ImportId),
    /// Somebody who acts for an office.
    Account(AccountId),
    /// A machine of an office.
    Key(KeyId),
}

impl Actor {
    /// The word in the database.
    pub fn word(self) -> String {
        match self {
            Self::Operator => "operator".to_owned(),
            Self::Import(_) => "import".to_owned(),
            Self::Account(id) => id.to_string(),
            Self::Key(_) => "key".to_owned(),
        }
    }

    fn of(actor: &str, import_id: Option<Uuid>, key_id: Option<Uuid>) -> Self {
        match (import_id, key_id, actor.parse()) {
            (Some(id), ..) => Self::Import(ImportId(id)),
            (_, Some(id), _) => Self::Key(KeyId(id)),
            (.., Ok(id)) => Self::Account(id),
            _ => Self::Operator,
        }
    }
}

/// What everything bears that one transaction changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The directory's clock, which the transaction holds.
    pub revision: i64,
    /// The instant.
    pub now: DateTime<Utc>,
    /// Who changes it.
    pub actor: Actor,
}

/// What happened to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// It was made.
    Create,
    /// It says something else.
    Update,
    /// It was deleted.
    Delete,
    /// It came back.
    Restore,
    /// Somebody said that it is still right.
    Verify,
    /// It was used up: an invitation.
    Use,
}

impl Op {
    fn of(word: &str) -> Self {
        match word {
            "create" => Self::Create,
            "delete" => Self::Delete,
            "restore" => Self::Restore,
            "verify" => Self::Verify,
            "use" => Self::Use,
            _ => Self::Update,
        }
    }
}

/// One change, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The kind of thing, as the table has it.
    pub entity: &'static str,
    /// The thing.
    pub entity_id: Uuid,
    /// Whose it is afterwards.
    pub intergroup_id: IntergroupId,
    /// The meeting that a notice or correction is of.
    pub meeting_id: Option<MeetingId>,
    /// What happened.
    pub op: Op,
    /// Its version afterwards.
    pub version: i64,
    /// Everything of it before; a new thing has none.
    pub before: Option<Value>,
    /// Everything of it afterwards; a deleted one has none.
    pub after: Option<Value>,
    /// People's names and numbers, apart so that they can be erased alone.
    pub contacts_before: Option<Value>,
    /// The same afterwards.
    pub contacts_after: Option<Value>,
}

impl Change {
    /// The change of a thing from one document to another, each absent where
    /// there is none. What a document has under `contacts` is kept apart.
    pub(in crate::directory) fn between<D: Document>(
        id: Uuid,
        owner: IntergroupId,
        op: Op,
        version: i64,
        documents: (Option<&D>, Option<&D>),
    ) -> Self {
        let apart = |document: Option<&D>| {
            let mut document = document.map(|document| json!(document));
            let fields = document.as_mut().and_then(Value::as_object_mut);
            let contacts = fields.and_then(|fields| fields.remove("contacts"));
            (document, contacts)
        };
        let ((before, contacts_before), (after, contacts_after)) = (apart(documents.0), apart(documents.1));
        Self {
            entity: D::ENTITY,
            entity_id: id,
            intergroup_id: owner,
            meeting_id: None,
            op,
            version,
            before,
            after,
            contacts_before,
            contacts_after,
        }
    }
}

/// Adds changes to the log.
///
/// # Errors
/// When the database cannot be reached, or does not let this scope write.
pub async fn insert_changes(
    connection: &mut PgConnection,
    changes: &[Change],
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    let import_id = if let Actor::Import(id) = stamp.actor { Some(id.0) } else { None };
    let key_id = if let Actor::Key(id) = stamp.actor { Some(id.0) } else { None };
    sqlx::query!(
        "INSERT INTO directory.changes (intergroup_id, entity, entity_id, meeting_id, op, version, revision,
             import_id, key_id, actor, at, before, after, contacts_before, contacts_after)
         SELECT r.intergroup_id, r.entity, r.entity_id, r.meeting_id, r.op, r.version, $2, $3, $4, $5, $6,
                r.before, r.after, r.contacts_before, r.contacts_after
         FROM jsonb_to_recordset($1::jsonb) AS r
             (intergroup_id uuid, entity text, entity_id uuid, meeting_id uuid, op text, version bigint,
              before jsonb, after jsonb, contacts_before jsonb, contacts_after jsonb)",
        json!(changes),
        stamp.revision,
        import_id,
        key_id,
        stamp.actor.word(),
        stamp.now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One line of a meeting's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// Its place in the log: older lines have smaller ones.
    pub id: i64,
    /// The meeting's version from then on.
    pub version: i64,
    /// What happened.
    pub op: Op,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; for the office alone.
    pub actor: Actor,
    /// Everything before.
    pub before: Option<Map<String, Value>>,
    /// Everything afterwards.
    pub after: Option<Map<String, Value>>,
    /// The names of the fields that differ; none for a new or deleted one.
    pub changed: Vec<String>,
}

/// What the log tells of a meeting, the latest first; `older_than` is the id of
/// the last line of the page before.
///
/// # Errors
/// When the database cannot be reached.
pub async fn history(
    connection: &mut PgConnection,
    meeting: MeetingId,
    older_than: Option<i64>,
    limit: u16,
) -> Result<Vec<HistoryEntry>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, version, op, at, actor, import_id, key_id, before, after, contacts_before, contacts_after
         FROM directory.changes
         WHERE entity = 'meeting' AND entity_id = $1 AND ($2::bigint IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3",
        meeting.0,
        older_than,
        i64::from(limit),
    )
    .fetch_all(connection)
    .await?;
    let entries = rows.into_iter().map(|row| {
        let (before, after) = (whole(row.before, row.contacts_before), whole(row.after, row.contacts_after));
        let changed = before
            .as_ref()
            .zip(after.as_ref())
            .map(|(before, after)| changed_fields(before, after).map(str::to_owned).collect());
        HistoryEntry {
            id: row.id,
            version: row.version,
            op: Op::of(&row.op),
            at: row.at,
            actor: Actor::of(&row.actor, row.import_id, row.key_id),
            before,
            after,
            changed: changed.unwrap_or_default(),
        }
    });
    Ok(entries.collect())
}

/// What a meeting said after a version; `None` where there is no such version,
/// or it was deleted by it.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::directory) async fn logged_meeting(
    connection: &mut PgConnection,
    meeting: MeetingId,
    version: i64,
) -> Result<Option<Map<String, Value>>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT after, contacts_after FROM directory.changes
         WHERE entity = 'meeting' AND entity_id = $1 AND version = $2 AND op IN ('create', 'update', 'restore')
         ORDER BY id DESC LIMIT 1",
        meeting.0,
        version,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|row| whole(row.after, row.contacts_after)))
}

/// A document with its contacts.
fn whole(document: Option<Value>, contacts: Option<Value>) -> Option<Map<String, Value>> {
    let Value::Object(mut document) = document? else { return None };
    if let Some(contacts) = contacts {
        document.insert("contacts".to_owned(), contacts);
    }
    Some(document)
}
