//! Many meetings at once, by slug: what a machine sends that keeps its own
//! directory.

use std::collections::HashSet;

use serde_json::Value;
use sqlx::{Connection, PgConnection};

use super::{create_meeting, patch_meeting, restore_meeting};
use crate::{
    directory::{
        MeetingInput, WriteError, Written,
        store::{Stamp, StoredMeeting, find_meeting, meeting_of_slug},
    },
    http::{IfMatch, read_input},
    kernel::{Entropy, IntergroupId, Invalid, Slug, SlugError},
};

/// The most meetings of one batch.
pub const MOST_ITEMS: usize = 500;

/// What became of one item of a batch.
#[derive(Debug)]
pub enum ItemOutcome {
    /// It is new.
    Created(StoredMeeting),
    /// It says something else now.
    Updated(StoredMeeting),
    /// It was deleted and is back.
    Restored(StoredMeeting),
    /// It was so already.
    Unchanged(StoredMeeting),
    /// It was refused; pointers are into the item.
    Refused(WriteError),
    /// It would have been taken, had not another been refused.
    HeldBack,
}

/// Makes what is absent and merges what is there, each item by its `slug` (a
/// former one does, too). An item may name the `version` that it is made to;
/// deleted meetings come back. With `partial` each item stands alone; without,
/// any refusal refuses all. A batch moves nothing to another intergroup.
///
/// # Errors
/// When there are too many items, or the database cannot be reached. What is
/// wrong with an item is its outcome.
pub async fn upsert_meetings(
    connection: &mut PgConnection,
    office: IntergroupId,
    items: Vec<Value>,
    partial: bool,
    stamp: &Stamp,
    entropy: &dyn Entropy,
) -> Result<Vec<ItemOutcome>, WriteError> {
    if items.is_empty() || items.len() > MOST_ITEMS {
        return Err(WriteError::invalid("", "out_of_range", "must be 1 to 500 meetings"));
    }
    let mut all = connection.begin().await?;
    let mut outcomes = Vec::with_capacity(items.len());
    let mut seen = HashSet::new();
    for item in items {
        let mut one = all.begin().await?;
        match upsert(&mut one, office, item, &mut seen, stamp, entropy).await {
            Ok(outcome) => {
                one.commit().await?;
                outcomes.push(outcome);
            }
            Err(WriteError::Database(error)) => return Err(error.into()),
            Err(refused) => {
                one.rollback().await?;
                outcomes.push(ItemOutcome::Refused(refused));
            }
        }
    }
    let refused = outcomes.iter().any(|outcome| matches!(outcome, ItemOutcome::Refused(_)));
    if refused && !partial {
        all.rollback().await?;
        let taken = |outcome| if matches!(outcome, ItemOutcome::Refused(_)) { outcome } else { ItemOutcome::HeldBack };
        return Ok(outcomes.into_iter().map(taken).collect());
    }
    all.commit().await?;
    Ok(outcomes)
}

async fn upsert(
    connection: &mut PgConnection,
    office: IntergroupId,
    item: Value,
    seen: &mut HashSet<uuid::Uuid>,
    stamp: &Stamp,
    entropy: &dyn Entropy,
) -> Result<ItemOutcome, WriteError> {
    let Value::Object(mut fields) = item else {
        return Err(WriteError::invalid("", "wrong_type", "must be an object"));
    };
    let if_match = match fields.remove("version") {
        None => IfMatch::Any,
        Some(version) => IfMatch::Versions(vec![
            version.as_i64().ok_or_else(|| WriteError::invalid("/version", "wrong_type", "must be a whole number"))?,
        ]),
    };
    let Some(slug) = fields.get("slug").cloned() else {
        return Err(WriteError::invalid("/slug", "missing_field", "is needed: it says which meeting is meant"));
    };
    let slug: Slug = serde_json::from_value(slug)
        .map_err(|_| vec![Invalid::new("/slug", "invalid_value", SlugError.to_string())])?;
    let id = meeting_of_slug(connection, office, &slug).await?;
    let found = match id {
        Some(id) => find_meeting(connection, id).await?,
        None => None,
    };
    let Some(stored) = found else {
        if if_match != IfMatch::Any {
            return Err(WriteError::invalid("/version", "unknown_reference", "names a version of no meeting"));
        }
        let input: MeetingInput = read_input(Value::Object(fields)).map_err(|error| error.invalid().to_vec())?;
        let made = create_meeting(connection, office, &input, stamp, entropy).await?;
        seen.insert(made.id.0);
        return Ok(ItemOutcome::Created(made));
    };
    if !seen.insert(stored.id.0) {
        return Err(WriteError::invalid("/slug", "repeated", "leads to a meeting that another item is of"));
    }
    // A former slug says which meeting is meant, and is no wish to have it back.
    fields.remove("slug");
    if stored.deleted {
        if_match.check(stored.version)?;
    }
    let restored = restore_meeting(connection, &stored, stamp).await?;
    let if_match = if restored.is_changed() { IfMatch::Any } else { if_match };
    let patched =
        patch_meeting(connection, restored.get(), &Value::Object(fields), &if_match, &|to| to == office, stamp).await?;
    Ok(match (restored.is_changed(), patched) {
        (true, patched) => ItemOutcome::Restored(patched.into_inner()),
        (false, Written::Changed(meeting)) => ItemOutcome::Updated(meeting),
        (false, Written::Unchanged(meeting)) => ItemOutcome::Unchanged(meeting),
    })
}
