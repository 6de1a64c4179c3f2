//! The record of what happens to grants, invitations and keys. It lies with
//! the changes of the directory: what an owner looks through is one list.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::{AccountId, IntergroupId, KeyId};

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer {
    /// The operator, at the command line.
    Operator,
    /// Somebody who signed in.
    Account(AccountId),
    /// A machine with a key.
    Key(KeyId),
}

/// One thing that happened.
#[derive(Debug)]
pub struct Happening {
    /// `grant`, `invitation`, `key`.
    pub entity: &'static str,
    /// Which.
    pub entity_id: Uuid,
    /// `create`, `update`, `delete`, `use`.
    pub op: &'static str,
    /// What it was.
    pub before: Option<Value>,
    /// What it is.
    pub after: Option<Value>,
}

/// Keeps a record of what happened, in a scope that may write the office's.
///
/// # Errors
/// When the database cannot be reached.
pub async fn record(
    connection: &mut PgConnection,
    office: IntergroupId,
    happening: &Happening,
    doer: Doer,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (actor, key) = match doer {
        Doer::Operator => ("operator".to_owned(), None),
        Doer::Account(id) => (id.to_string(), None),
        Doer::Key(id) => ("key".to_owned(), Some(id.0)),
    };
    sqlx::query!(
        "INSERT INTO directory.changes
             (intergroup_id, entity, entity_id, op, version, revision, actor, key_id, at, before, after)
         SELECT $1, $2, $3, $4, 1, c.revision, $5, $6, $7, $8, $9 FROM directory.directory_clock c",
        office.0,
        happening.entity,
        happening.entity_id,
        happening.op,
        actor,
        key,
        now,
        happening.before,
        happening.after,
    )
    .execute(connection)
    .await?;
    Ok(())
}
