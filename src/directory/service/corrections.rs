//! What would become of a meeting if what somebody proposes were done.

use serde_json::Value;
use sqlx::PgConnection;

use crate::{
    directory::{
        WriteError,
        input::{patched, rules},
        store::{References, StoredMeeting, references},
    },
    kernel::Invalid,
};

/// Looks at a proposed merge patch as at an office's, and writes nothing. The
/// scope need show no more than what everybody sees.
///
/// # Errors
/// What an office would be refused for; and a proposal of what is so already.
pub async fn check_correction(
    connection: &mut PgConnection,
    stored: &StoredMeeting,
    patch: &Value,
) -> Result<(), WriteError> {
    let outcome = patched(&stored.document, patch)?;
    if outcome.document == stored.document {
        return Err(vec![Invalid::new("", "no_change", "must say something else than the meeting does")].into());
    }
    // What it points to is not changed by any proposal.
    let links = (None, outcome.document.location_id, None);
    let References { place, .. } = references(connection, stored.intergroup_id, links).await?;
    let wrong = rules::meeting(&outcome.document, &outcome.touched, outcome.sent.attendance, place.as_ref());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}
