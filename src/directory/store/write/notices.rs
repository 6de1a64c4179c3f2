//! Notices.

use serde_json::json;
use sqlx::PgConnection;

use super::{Stamp, StoredNotice, refusal, written};
use crate::{
    directory::{WriteError, store::load::parsed},
    kernel::{IntergroupId, NoticeId},
};

/// A notice, deleted or not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_notice(connection: &mut PgConnection, id: NoticeId) -> Result<Option<StoredNotice>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT n.intergroup_id, n.version, n.deleted_at IS NOT NULL AS "deleted!",
               jsonb_strip_nulls(jsonb_build_object(
                   'meeting_id', n.meeting_id, 'location_id', n.location_id, 'group_id', n.group_id, 'kind', n.kind,
                   'from', n.from_date, 'to', n.to_date, 'weeks_of_month', n.weeks_of_month,
                   'time', to_char(n.start_time, 'HH24:MI'), 'location', n.location, 'words', n.words,
                   'conference', jsonb_build_object('url', n.conference_url, 'url_notes', n.conference_url_notes,
                       'phone', n.conference_phone, 'phone_notes', n.conference_phone_notes)
               )) AS "document!"
           FROM directory.notices n WHERE n.id = $1"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(StoredNotice {
            id,
            intergroup_id: IntergroupId(row.intergroup_id),
            version: row.version,
            deleted: row.deleted,
            from_feed: false,
            document: parsed(serde_json::from_value(row.document))?,
        })
    })
    .transpose()
}

/// Adds a notice.
pub(in crate::directory) async fn insert_notice(
    connection: &mut PgConnection,
    notice: &StoredNotice,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let rows = sqlx::query!(
        r#"INSERT INTO directory.notices
             (id, intergroup_id, meeting_id, location_id, group_id, kind, from_date, to_date, weeks_of_month,
              start_time, location, conference_url, conference_url_notes, conference_phone,
              conference_phone_notes, words, version, revision)
         SELECT $1, $2, d.meeting_id, d.location_id, d.group_id, d.kind, d."from", d."to",
                coalesce(d.weeks_of_month, '{}'), d."time", d.location, d.conference ->> 'url',
                d.conference ->> 'url_notes', d.conference ->> 'phone', d.conference ->> 'phone_notes', d.words,
                $4, $5
         FROM jsonb_to_record($3::jsonb) AS d
             (meeting_id uuid, location_id uuid, group_id uuid, kind text, "from" date, "to" date,
              weeks_of_month smallint[], "time" time, location text, conference jsonb, words text)"#,
        notice.id.0,
        notice.intergroup_id.0,
        json!(notice.document),
        notice.version,
        stamp.revision,
    )
    .execute(connection)
    .await
    .map_err(refusal)?;
    written(rows.rows_affected())
}

/// Deletes a notice: its next version.
pub(in crate::directory) async fn delete_notice(
    connection: &mut PgConnection,
    notice: &StoredNotice,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let rows = sqlx::query!(
        "UPDATE directory.notices SET version = $2, revision = $3, deleted_at = $4
         WHERE id = $1 AND version = $2::bigint - 1 AND deleted_at IS NULL",
        notice.id.0,
        notice.version,
        stamp.revision,
        stamp.now,
    )
    .execute(connection)
    .await?;
    written(rows.rows_affected())
}
