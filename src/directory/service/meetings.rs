//! Meetings: making, changing, deleting, restoring, verifying, reverting.

use chrono::NaiveDate;
use serde_json::Value;
use sqlx::PgConnection;

use super::{Judged, MayWrite, NOT_YOURS, decide, free_slug, zones};
use crate::{
    directory::{
        Conference, Contribution, MeetingDocument, MeetingInput, TimezoneSource, WriteError, Written,
        input::{Patched, created, patched, rules},
        store::{
            Change, Op, References, Stamp, StoredMeeting, add_alias, drop_aliases, follow_replacement, insert_changes,
            is_public_meeting, log, logged_meeting, meeting_of_slug, meeting_slugs, put_meeting, references,
            set_replaced_by, set_verified, timezone_of,
        },
    },
    http::IfMatch,
    kernel::{Entropy, GroupId, IntergroupId, Invalid, LocationId, MeetingId, RegionId, slugify},
};

/// Makes a meeting of an intergroup.
///
/// # Errors
/// When the input is not allowed or its slug is taken.
pub async fn create_meeting(
    connection: &mut PgConnection,
    office: IntergroupId,
    input: &MeetingInput,
    stamp: &Stamp,
    entropy: &dyn Entropy,
) -> Result<StoredMeeting, WriteError> {
    let Some(timezone) = timezone_of(connection, office).await? else {
        return Err(WriteError::invalid("/intergroup_id", "unknown_reference", NOT_YOURS));
    };
    let blank = MeetingDocument {
        intergroup_id: office,
        slug: slugify("meeting").ok_or(WriteError::SlugTaken)?,
        name: String::new(),
        group_id: None,
        location_id: None,
        region_id: None,
        day: None,
        time: None,
        duration_minutes: None,
        timezone,
        timezone_source: TimezoneSource::Intergroup,
        district: None,
        types: Vec::new(),
        notes: None,
        conference: Conference::default(),
        contribution: Contribution::default(),
        website: None,
        feedback_url: None,
        contacts: Vec::new(),
        contacts_public: false,
        admin_notes: None,
        published: true,
    };
    let mut made = created(&blank, input)?;
    // A zone that is the intergroup's, too, is given where it is sent.
    if input.timezone.is_some() {
        made.document.timezone_source = TimezoneSource::Given;
    }
    if made.document.intergroup_id != office {
        let message = "must be the intergroup that it is made in, or absent";
        return Err(WriteError::invalid("/intergroup_id", "contradiction", message));
    }
    let (mut document, _) = judge(connection, made).await??;
    if input.slug.is_none() {
        document.slug = free_slug(&document.name, "meeting", &meeting_slugs(connection, office).await?)?;
    } else if meeting_of_slug(connection, office, &document.slug).await?.is_some() {
        return Err(WriteError::SlugTaken);
    }
    let meeting = StoredMeeting::new(MeetingId(entropy.uuid_v7(stamp.now)), office, document);
    put_meeting(connection, &meeting, true, stamp).await?;
    log(connection, None, &meeting, stamp).await?;
    Ok(meeting)
}

/// Changes what a PATCH names. Another `intergroup_id` moves it.
///
/// # Errors
/// As `super` says, in that order.
pub async fn patch_meeting(
    connection: &mut PgConnection,
    stored: &StoredMeeting,
    patch: &Value,
    if_match: &IfMatch,
    may_write: MayWrite<'_>,
    stamp: &Stamp,
) -> Result<Written<StoredMeeting>, WriteError> {
    let judged = match patched(&stored.document, patch) {
        Ok(outcome) if !may_write(outcome.document.intergroup_id) => {
            Err(vec![Invalid::new("/intergroup_id", "unknown_reference", NOT_YOURS)])
        }
        Ok(outcome) => judge(connection, outcome).await?,
        Err(wrong) => Err(wrong),
    };
    let Some((document, _)) = decide(stored, judged, if_match)? else {
        return Ok(Written::Unchanged(stored.clone()));
    };
    if stored.from_feed && document.intergroup_id != stored.intergroup_id {
        return Err(WriteError::FromFeed);
    }
    Ok(Written::Changed(save(connection, stored, document, false, stamp).await?))
}

/// Looks at the outcome of a write together with what it points to, and gives
/// it its zone.
async fn judge(
    connection: &mut PgConnection,
    outcome: Patched<MeetingDocument>,
) -> Result<Judged<MeetingDocument>, sqlx::Error> {
    let Patched { mut document, sent, touched } = outcome;
    let References { missing, place } = references(connection, document.intergroup_id, links(&document)).await?;
    let mut wrong = rules::meeting(&document, &touched, sent.attendance, place.as_ref());
    let Some(default) = timezone_of(connection, document.intergroup_id).await? else {
        wrong.push(Invalid::new("/intergroup_id", "unknown_reference", NOT_YOURS));
        return Ok(Err(wrong));
    };
    if touched.any(&["group_id", "location_id", "region_id", "intergroup_id"]) {
        wrong.extend(missing);
    }
    if touched.any(&["timezone", "timezone_source", "location_id", "intergroup_id"]) {
        zones::settle(&mut document, place.as_ref(), default);
    }
    Ok(if wrong.is_empty() { Ok((document, touched)) } else { Err(wrong) })
}

fn links(document: &MeetingDocument) -> (Option<GroupId>, Option<LocationId>, Option<RegionId>) {
    (document.group_id, document.location_id, document.region_id)
}

/// Writes a meeting's next version and its line in the log, and keeps its
/// former slug leading to it.
pub(super) async fn save(
    connection: &mut PgConnection,
    before: &StoredMeeting,
    document: MeetingDocument,
    deleted: bool,
    stamp: &Stamp,
) -> Result<StoredMeeting, WriteError> {
    let mut after = before.next(document, deleted);
    after.intergroup_id = after.document.intergroup_id;
    let moved = after.intergroup_id != before.intergroup_id;
    let renamed = after.document.slug != before.document.slug;
    if moved || renamed {
        let slug = &after.document.slug;
        if meeting_of_slug(connection, after.intergroup_id, slug).await?.is_some_and(|id| id != after.id) {
            return Err(WriteError::SlugTaken);
        }
        drop_aliases(connection, after.id, after.intergroup_id, slug).await?;
    }
    let content = before.deleted != deleted || shown(&before.document) != shown(&after.document);
    put_meeting(connection, &after, content, stamp).await?;
    if renamed && !moved {
        add_alias(connection, before.intergroup_id, &before.document.slug, after.id).await?;
    }
    log(connection, Some(before), &after, stamp).await?;
    Ok(after)
}

/// What of a document makes a listing say something else.
fn shown(document: &MeetingDocument) -> MeetingDocument {
    MeetingDocument { admin_notes: None, ..document.clone() }
}

/// Deletes a meeting, softly; `replaced_by` is what to look at instead, a
/// public meeting of any intergroup.
///
/// # Errors
/// When `If-Match` does not fit, or there is no such replacement.
pub async fn delete_meeting(
    connection: &mut PgConnection,
    stored: &StoredMeeting,
    replaced_by: Option<MeetingId>,
    if_match: &IfMatch,
    stamp: &Stamp,
) -> Result<Written<StoredMeeting>, WriteError> {
    if stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    if_match.check(stored.version)?;
    if let Some(instead) = replaced_by {
        // A deleted meeting is no replacement and a living one has none, so that
        // no chain of them ever comes back to where it began.
        if instead == stored.id || !is_public_meeting(connection, instead).await? {
            let message = "must be another meeting, published and not deleted";
            return Err(WriteError::invalid("/replaced_by", "unknown_reference", message));
        }
    }
    let deleted = save(connection, stored, stored.document.clone(), true, stamp).await?;
    set_replaced_by(connection, stored.id, replaced_by).await?;
    if let Some(instead) = replaced_by {
        follow_replacement(connection, stored.id, instead).await?;
    }
    Ok(Written::Changed(deleted))
}

/// Brings a deleted meeting back under its id and slug.
///
/// # Errors
/// When its group, location or region is gone.
pub async fn restore_meeting(
    connection: &mut PgConnection,
    stored: &StoredMeeting,
    stamp: &Stamp,
) -> Result<Written<StoredMeeting>, WriteError> {
    if !stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    let document = complete(connection, stored.document.clone()).await?;
    let restored = save(connection, stored, document, false, stamp).await?;
    set_replaced_by(connection, stored.id, None).await?;
    Ok(Written::Changed(restored))
}

/// A former document with what it points to there, and its zone settled anew.
async fn complete(connection: &mut PgConnection, mut document: MeetingDocument) -> Result<MeetingDocument, WriteError> {
    let References { missing, place } = references(connection, document.intergroup_id, links(&document)).await?;
    if !missing.is_empty() {
        return Err(WriteError::Missing(missing));
    }
    if let Some(default) = timezone_of(connection, document.intergroup_id).await? {
        zones::settle(&mut document, place.as_ref(), default);
    }
    Ok(document)
}

/// Says that a meeting is still right: sets `verified_on` to today in its zone.
///
/// # Errors
/// When it is deleted.
pub async fn verify_meeting(
    connection: &mut PgConnection,
    stored: &StoredMeeting,
    stamp: &Stamp,
) -> Result<Written<NaiveDate>, WriteError> {
    if stored.deleted {
        return Err(WriteError::Deleted);
    }
    let today = stamp.now.with_timezone(&stored.document.timezone).date_naive();
    if !set_verified(connection, stored.id, today, stamp).await? {
        return Ok(Written::Unchanged(today));
    }
    let line =
        Change::between::<MeetingDocument>(stored.id.0, stored.intergroup_id, Op::Verify, stored.version, (None, None));
    insert_changes(connection, &[line], stamp).await?;
    Ok(Written::Changed(today))
}

/// Takes a meeting back to what it said after a version. It stays with its
/// intergroup, and is a new version like any other write; a listing that was so
/// once is not judged anew.
///
/// # Errors
/// When it is deleted, the log has no such version, or what the meeting pointed
/// to then is gone.
pub async fn revert_meeting(
    connection: &mut PgConnection,
    stored: &StoredMeeting,
    version: i64,
    stamp: &Stamp,
) -> Result<Written<StoredMeeting>, WriteError> {
    if stored.deleted {
        return Err(WriteError::Deleted);
    }
    let logged = logged_meeting(connection, stored.id, version).await?.ok_or(WriteError::NoSuchVersion)?;
    let mut document: MeetingDocument =
        serde_json::from_value(Value::Object(logged)).map_err(|_| WriteError::NoSuchVersion)?;
    document.intergroup_id = stored.intergroup_id;
    let document = complete(connection, document).await?;
    if document == stored.document {
        return Ok(Written::Unchanged(stored.clone()));
    }
    Ok(Written::Changed(save(connection, stored, document, false, stamp).await?))
}
