//! Groups.

use serde_json::Value;
use sqlx::PgConnection;

use super::{MayWrite, NOT_YOURS, decide, free_slug, meetings};
use crate::{
    directory::{
        Contribution, GroupDocument, GroupInput, WriteError, Written,
        input::{created, patched},
        store::{
            Shown, Stamp, StoredGroup, deleted_of_group, group_slugs, living_of, load_meetings, log, put_group,
            stamp_meetings, timezone_of,
        },
    },
    http::IfMatch,
    kernel::{Entropy, GroupId, IntergroupId, Invalid, slugify},
};

/// Makes a group of an intergroup.
///
/// # Errors
/// When the input is not allowed or its slug is taken.
pub async fn create_group(
    connection: &mut PgConnection,
    office: IntergroupId,
    input: &GroupInput,
    stamp: &Stamp,
    entropy: &dyn Entropy,
) -> Result<StoredGroup, WriteError> {
    let blank = GroupDocument {
        intergroup_id: office,
        slug: slugify("group").ok_or(WriteError::SlugTaken)?,
        name: String::new(),
        notes: None,
        website: None,
        gso_number: None,
        contribution: Contribution::default(),
        contacts_public: false,
    };
    let mut document = created(&blank, input)?.document;
    if document.intergroup_id != office {
        let message = "must be the intergroup that it is made in, or absent";
        return Err(WriteError::invalid("/intergroup_id", "contradiction", message));
    }
    if input.slug.is_none() {
        document.slug = free_slug(&document.name, "group", &group_slugs(connection, office).await?)?;
    }
    let group = StoredGroup::new(GroupId(entropy.uuid_v7(stamp.now)), office, document);
    put_group(connection, &group, stamp).await?;
    log(connection, None, &group, stamp).await?;
    Ok(group)
}

/// Changes what a PATCH names. A group without meetings may move to another
/// intergroup; its deleted meetings stay, without it.
///
/// # Errors
/// As `super` says, in that order.
pub async fn patch_group(
    connection: &mut PgConnection,
    stored: &StoredGroup,
    patch: &Value,
    if_match: &IfMatch,
    may_write: MayWrite<'_>,
    stamp: &Stamp,
) -> Result<Written<StoredGroup>, WriteError> {
    let judged = patched(&stored.document, patch).and_then(|outcome| {
        if may_write(outcome.document.intergroup_id) {
            Ok((outcome.document, outcome.touched))
        } else {
            Err(vec![Invalid::new("/intergroup_id", "unknown_reference", NOT_YOURS)])
        }
    });
    let Some((document, _)) = decide(stored, judged, if_match)? else {
        return Ok(Written::Unchanged(stored.clone()));
    };
    if document.intergroup_id != stored.intergroup_id {
        let_go(connection, stored, document.intergroup_id, stamp).await?;
    }
    Ok(Written::Changed(save(connection, stored, document, false, stamp).await?))
}

/// Makes sure that a group may move, and takes it from its deleted meetings.
async fn let_go(
    connection: &mut PgConnection,
    stored: &StoredGroup,
    to: IntergroupId,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    if timezone_of(connection, to).await?.is_none() {
        return Err(WriteError::invalid("/intergroup_id", "unknown_reference", NOT_YOURS));
    }
    if stored.from_feed {
        return Err(WriteError::FromFeed);
    }
    if living_of(connection, Shown::Group(stored.id)).await? {
        return Err(WriteError::InUse("meetings"));
    }
    let deleted = deleted_of_group(connection, stored.id).await?;
    for meeting in load_meetings(connection, &deleted).await? {
        let mut document = meeting.document.clone();
        document.group_id = None;
        meetings::save(connection, &meeting, document, true, stamp).await?;
    }
    Ok(())
}

async fn save(
    connection: &mut PgConnection,
    before: &StoredGroup,
    document: GroupDocument,
    deleted: bool,
    stamp: &Stamp,
) -> Result<StoredGroup, WriteError> {
    let mut after = before.next(document, deleted);
    after.intergroup_id = after.document.intergroup_id;
    put_group(connection, &after, stamp).await?;
    let says = |group: &StoredGroup| (group.document.name.clone(), group.document.notes.clone());
    stamp_meetings(connection, Shown::Group(after.id), says(before) != says(&after), stamp).await?;
    log(connection, Some(before), &after, stamp).await?;
    Ok(after)
}

/// Deletes a group that has no meetings.
///
/// # Errors
/// When `If-Match` does not fit, or it is in use.
pub async fn delete_group(
    connection: &mut PgConnection,
    stored: &StoredGroup,
    if_match: &IfMatch,
    stamp: &Stamp,
) -> Result<Written<StoredGroup>, WriteError> {
    if stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    if_match.check(stored.version)?;
    if living_of(connection, Shown::Group(stored.id)).await? {
        return Err(WriteError::InUse("meetings"));
    }
    Ok(Written::Changed(save(connection, stored, stored.document.clone(), true, stamp).await?))
}

/// Brings a deleted group back.
///
/// # Errors
/// When the database cannot be reached.
pub async fn restore_group(
    connection: &mut PgConnection,
    stored: &StoredGroup,
    stamp: &Stamp,
) -> Result<Written<StoredGroup>, WriteError> {
    if !stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    Ok(Written::Changed(save(connection, stored, stored.document.clone(), false, stamp).await?))
}
