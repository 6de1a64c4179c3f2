//! Notices: made and deleted, of a meeting, a location, a group, or a whole
//! office.

use sqlx::PgConnection;

use crate::{
    directory::{
        NoticeDocument, NoticeInput, WriteError, Written,
        store::{
            Shown, Stamp, StoredNotice, change, delete_notice as remove, find_group, find_location, find_meeting,
            insert_changes, insert_notice, stamp_meetings, timezone_of,
        },
    },
    http::IfMatch,
    kernel::{Entropy, GroupId, IntergroupId, LocationId, MeetingId, NoticeId},
};

/// What a notice is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeSubject {
    /// A meeting.
    Meeting(MeetingId),
    /// All meetings at a location.
    Location(LocationId),
    /// All meetings of a group.
    Group(GroupId),
    /// All meetings of an intergroup.
    Intergroup(IntergroupId),
}

impl NoticeSubject {
    fn of(notice: &StoredNotice) -> Self {
        let document = &notice.document;
        match (document.meeting_id, document.location_id, document.group_id) {
            (Some(id), ..) => Self::Meeting(id),
            (_, Some(id), _) => Self::Location(id),
            (.., Some(id)) => Self::Group(id),
            _ => Self::Intergroup(notice.intergroup_id),
        }
    }

    /// The meetings that show it.
    fn shown(self) -> Shown {
        match self {
            Self::Meeting(id) => Shown::Meeting(id),
            Self::Location(id) => Shown::Location(id),
            Self::Group(id) => Shown::Group(id),
            Self::Intergroup(id) => Shown::Intergroup(id),
        }
    }
}

/// The intergroup of a living subject.
async fn owner(connection: &mut PgConnection, subject: NoticeSubject) -> Result<IntergroupId, WriteError> {
    let found = match subject {
        NoticeSubject::Meeting(id) => find_meeting(connection, id).await?.map(|one| (one.intergroup_id, one.deleted)),
        NoticeSubject::Location(id) => find_location(connection, id).await?.map(|one| (one.intergroup_id, one.deleted)),
        NoticeSubject::Group(id) => find_group(connection, id).await?.map(|one| (one.intergroup_id, one.deleted)),
        NoticeSubject::Intergroup(id) => timezone_of(connection, id).await?.map(|_| (id, false)),
    };
    found.filter(|(_, deleted)| !deleted).map(|(owner, _)| owner).ok_or(WriteError::Deleted)
}

/// Adds a notice to what is not deleted.
///
/// # Errors
/// When the input is not allowed, or its subject is deleted.
pub async fn add_notice(
    connection: &mut PgConnection,
    subject: NoticeSubject,
    input: NoticeInput,
    stamp: &Stamp,
    entropy: &dyn Entropy,
) -> Result<StoredNotice, WriteError> {
    let owner = owner(connection, subject).await?;
    let document: NoticeDocument = input.of(subject)?;
    let notice = StoredNotice::new(NoticeId(entropy.uuid_v7(stamp.now)), owner, document);
    insert_notice(connection, &notice, stamp).await?;
    log_notice(connection, None, &notice, stamp).await?;
    Ok(notice)
}

/// Deletes a notice.
///
/// # Errors
/// When `If-Match` does not fit.
pub async fn delete_notice(
    connection: &mut PgConnection,
    stored: &StoredNotice,
    if_match: &IfMatch,
    stamp: &Stamp,
) -> Result<Written<StoredNotice>, WriteError> {
    if stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    if_match.check(stored.version)?;
    let deleted = stored.next(stored.document.clone(), true);
    remove(connection, &deleted, stamp).await?;
    log_notice(connection, Some(stored), &deleted, stamp).await?;
    Ok(Written::Changed(deleted))
}

async fn log_notice(
    connection: &mut PgConnection,
    before: Option<&StoredNotice>,
    after: &StoredNotice,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    stamp_meetings(connection, NoticeSubject::of(after).shown(), false, stamp).await?;
    let mut line = change(before, after);
    line.meeting_id = after.document.meeting_id;
    Ok(insert_changes(connection, &[line], stamp).await?)
}
