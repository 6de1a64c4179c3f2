//! Intergroups: what their offices say of them, and those that belong to them.

use serde_json::Value;
use sqlx::PgConnection;

use super::{decide, zones};
use crate::{
    directory::{
        IntergroupDocument, NewIntergroupInput, WriteError, Written,
        input::{FORM_OF_ID, has_form_of_id, patched},
        store::{
            Shown, Stamp, StoredIntergroup, insert_stored_intergroup, log, settled_by, stamp_meetings,
            update_intergroup,
        },
    },
    http::IfMatch,
    kernel::{Entropy, IntergroupId},
};

/// Changes what a PATCH names. Meetings that have the intergroup's zone get the
/// new one.
///
/// # Errors
/// As `super` says, in that order.
pub async fn patch_intergroup(
    connection: &mut PgConnection,
    stored: &StoredIntergroup,
    patch: &Value,
    if_match: &IfMatch,
    stamp: &Stamp,
) -> Result<Written<StoredIntergroup>, WriteError> {
    let judged = patched(&stored.document, patch).map(|outcome| (outcome.document, outcome.touched));
    let Some((document, touched)) = decide(stored, judged, if_match)? else {
        return Ok(Written::Unchanged(stored.clone()));
    };
    let after = stored.next(document, false);
    update_intergroup(connection, &after, stamp).await?;
    log(connection, Some(stored), &after, stamp).await?;
    if touched.any(&["name"]) {
        stamp_meetings(connection, Shown::Intergroup(after.id), false, stamp).await?;
    }
    if touched.any(&["timezone"]) {
        let meetings = settled_by(connection, None, Some(after.id)).await?;
        zones::settle_again(connection, &meetings, stamp).await?;
    }
    Ok(Written::Changed(after))
}

/// Makes an intergroup that belongs to another.
///
/// # Errors
/// When its slug is taken.
pub async fn create_child(
    connection: &mut PgConnection,
    parent: IntergroupId,
    input: NewIntergroupInput,
    stamp: &Stamp,
    entropy: &dyn Entropy,
) -> Result<StoredIntergroup, WriteError> {
    if has_form_of_id(input.slug.as_str()) {
        return Err(WriteError::invalid("/slug", "invalid_value", FORM_OF_ID));
    }
    let document = IntergroupDocument {
        slug: input.slug,
        name: input.name.into(),
        parent_id: Some(parent),
        timezone: input.timezone.zone(),
        website: input.website.map(String::from),
        email: input.email.map(String::from),
        phone: input.phone.map(String::from),
        location: input.location.map(String::from),
        logo: input.logo.map(String::from),
        require_totp: input.require_totp,
    };
    let id = IntergroupId(entropy.uuid_v7(stamp.now));
    let intergroup = StoredIntergroup::new(id, id, document);
    insert_stored_intergroup(connection, &intergroup, stamp).await?;
    log(connection, None, &intergroup, stamp).await?;
    Ok(intergroup)
}
