//! Notices in force.

use chrono::{NaiveDate, NaiveTime};
use foldhash::HashMap;
use sqlx::PgConnection;
use uuid::Uuid;

use super::load::parsed;
use super::meetings::local_time;
use crate::{
    directory::{Conference, Notice, NoticeKind},
    kernel::NoticeId,
};

/// Notices by what they are of: a meeting, a location, a group, or an
/// intergroup. Ids are unique over all of them.
pub(super) type Notices = HashMap<Uuid, Vec<Notice>>;

/// A notice as a row has it.
struct NoticeRow {
    id: Uuid,
    subject: Uuid,
    kind: String,
    from_date: NaiveDate,
    to_date: Option<NaiveDate>,
    weeks_of_month: Vec<i16>,
    start_time: Option<NaiveTime>,
    location: Option<String>,
    conference_url: Option<String>,
    conference_url_notes: Option<String>,
    conference_phone: Option<String>,
    conference_phone_notes: Option<String>,
    words: Option<String>,
}

/// All of them.
pub(super) async fn load_notices(connection: &mut PgConnection) -> Result<Notices, sqlx::Error> {
    let rows = sqlx::query_as!(
        NoticeRow,
        r#"SELECT id, coalesce(meeting_id, location_id, group_id, intergroup_id) AS "subject!", kind, from_date,
                  to_date, weeks_of_month, start_time, location, conference_url, conference_url_notes,
                  conference_phone, conference_phone_notes, words
           FROM directory.notices WHERE deleted_at IS NULL ORDER BY from_date, id"#
    )
    .fetch_all(connection)
    .await?;
    by_subject(rows)
}

/// Those of some subjects.
pub(super) async fn notices_of(connection: &mut PgConnection, subjects: &[Uuid]) -> Result<Notices, sqlx::Error> {
    let rows = sqlx::query_as!(
        NoticeRow,
        r#"SELECT id, coalesce(meeting_id, location_id, group_id, intergroup_id) AS "subject!", kind, from_date,
                  to_date, weeks_of_month, start_time, location, conference_url, conference_url_notes,
                  conference_phone, conference_phone_notes, words
           FROM directory.notices
           WHERE deleted_at IS NULL AND coalesce(meeting_id, location_id, group_id, intergroup_id) = ANY($1)
           ORDER BY from_date, id"#,
        subjects,
    )
    .fetch_all(connection)
    .await?;
    by_subject(rows)
}

fn by_subject(rows: Vec<NoticeRow>) -> Result<Notices, sqlx::Error> {
    let mut notices = Notices::default();
    for row in rows {
        let notice = Notice {
            id: NoticeId(row.id),
            kind: kind(&row.kind)?,
            from: row.from_date,
            to: row.to_date,
            weeks_of_month: row.weeks_of_month.into_iter().filter_map(|week| i8::try_from(week).ok()).collect(),
            time: row.start_time.map(local_time).transpose()?,
            location: row.location,
            conference: Conference {
                url: row.conference_url,
                url_notes: row.conference_url_notes,
                phone: row.conference_phone,
                phone_notes: row.conference_phone_notes,
            },
            words: row.words,
        };
        notices.entry(row.subject).or_default().push(notice);
    }
    Ok(notices)
}

fn kind(text: &str) -> Result<NoticeKind, sqlx::Error> {
    parsed(serde_json::from_value(serde_json::Value::String(text.to_owned())))
}
