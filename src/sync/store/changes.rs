//! The change log's rows of a run.

use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    super::{
        model::MeetingOp,
        plan::{EntityChange, EntityOp, MeetingChange},
    },
    apply::Stamp,
};
use crate::{directory::MeetingContent, kernel::IntergroupId};

/// One change, before and after.
#[derive(Debug, Serialize)]
pub(super) struct ChangeRow {
    entity: &'static str,
    entity_id: Uuid,
    op: &'static str,
    version: i64,
    before: Option<Value>,
    after: Option<Value>,
    contacts_before: Option<Value>,
    contacts_after: Option<Value>,
}

impl ChangeRow {
    pub(super) fn created(entity: &'static str, entity_id: Uuid, after: Value) -> Self {
        Self {
            entity,
            entity_id,
            op: "create",
            version: 1,
            before: None,
            after: Some(after),
            contacts_before: None,
            contacts_after: None,
        }
    }

    pub(super) fn of_entity<Id, T: Serialize>(entity: &'static str, id: Uuid, change: &EntityChange<Id, T>) -> Self {
        let (op, gone) = match change.op {
            EntityOp::Create => ("create", false),
            EntityOp::Update => ("update", false),
            EntityOp::Restore => ("restore", false),
            EntityOp::Delete => ("delete", true),
        };
        Self {
            entity,
            entity_id: id,
            op,
            version: change.version + 1,
            before: change.before.as_ref().map(|before| json!(before)),
            after: (!gone).then(|| json!(change.after)),
            contacts_before: None,
            contacts_after: None,
        }
    }

    pub(super) fn of_meeting(change: &MeetingChange) -> Self {
        let op = match change.op {
            MeetingOp::Create => "create",
            MeetingOp::Update => "update",
            MeetingOp::Restore => "restore",
            MeetingOp::Remove => "delete",
        };
        let after = (change.op != MeetingOp::Remove).then_some(&change.after);
        Self {
            entity: "meeting",
            entity_id: change.id.0,
            op,
            version: change.version + 1,
            before: change.before.as_ref().map(without_contacts),
            after: after.map(without_contacts),
            contacts_before: change.before.as_ref().and_then(contacts),
            contacts_after: after.and_then(contacts),
        }
    }
}

fn without_contacts(content: &MeetingContent) -> Value {
    let mut value = json!(content);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("contacts");
    }
    value
}

fn contacts(content: &MeetingContent) -> Option<Value> {
    (!content.contacts.is_empty()).then(|| json!(content.contacts))
}

/// Adds changes to the log.
pub(super) async fn insert_changes(
    connection: &mut PgConnection,
    office: IntergroupId,
    changes: &[ChangeRow],
    stamp: Stamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO directory.changes (intergroup_id, entity, entity_id, op, version, revision, import_id, actor,
             at, before, after, contacts_before, contacts_after)
         SELECT $2, r.entity, r.entity_id, r.op, r.version, $3, $4, 'import', $5, r.before, r.after,
                r.contacts_before, r.contacts_after
         FROM jsonb_to_recordset($1::jsonb) AS r
             (entity text, entity_id uuid, op text, version bigint, before jsonb, after jsonb,
              contacts_before jsonb, contacts_after jsonb)",
        json!(changes),
        office.0,
        stamp.revision,
        stamp.import_id.0,
        stamp.now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
