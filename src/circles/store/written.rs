//! Rows of what is written, still sealed.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::PassId;

/// What somebody wrote, and who.
#[derive(Debug)]
pub(in crate::circles) struct WrittenRow {
    pub id: Uuid,
    pub pass_id: Uuid,
    pub alias: String,
    /// The day, or the Monday of the week.
    pub day: NaiveDate,
    pub version: i64,
    pub marks: Vec<u8>,
    /// `None` once it is erased.
    pub words: Option<Vec<u8>>,
}

/// What a pass itself wrote.
#[derive(Debug)]
pub(in crate::circles) struct StoredItem {
    pub id: Uuid,
    /// The day, or the Monday of the week.
    pub day: NaiveDate,
    pub version: i64,
    pub marks: Vec<u8>,
    /// `None` once it is erased.
    pub words: Option<Vec<u8>>,
}

/// What is to be kept.
#[derive(Debug)]
pub(in crate::circles) struct NewVersion<'a> {
    pub id: Uuid,
    pub version: i64,
    pub marks: &'a [u8],
    pub words: &'a [u8],
}

impl StoredItem {
    /// With its author, the pass that asks.
    pub(in crate::circles) fn of(self, pass_id: Uuid, alias: &str) -> WrittenRow {
        let Self { id, day, version, marks, words } = self;
        WrittenRow { id, pass_id, alias: alias.to_owned(), day, version, marks, words }
    }
}

/// Whether an id that a device drew may name something new: nothing has it, of
/// whatever kind, nothing was ever said to what had it, and no moderator took
/// that away. Otherwise words meant for one would stand under another, or a
/// write that is sent again would bring back what was removed. Those who draw
/// the same take turns.
pub(in crate::circles) async fn is_free(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0)) AS locked", id.to_string())
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query_scalar!(
        r#"SELECT NOT (EXISTS (SELECT FROM circles.check_ins WHERE id = $1)
                       OR EXISTS (SELECT FROM circles.goals WHERE id = $1)
                       OR EXISTS (SELECT FROM circles.milestones WHERE id = $1)
                       OR EXISTS (SELECT FROM circles.answers WHERE item_id = $1)
                       OR EXISTS (SELECT FROM circles.nudges WHERE goal_id = $1)
                       OR EXISTS (SELECT FROM circles.reports r JOIN circles.decisions d ON d.id = r.decision_id
                                  WHERE r.item_id = $1 AND r.item_kind IN ('goal', 'milestone')
                                    AND d.decision <> 'keep')) AS "free!""#,
        id,
    )
    .fetch_one(connection)
    .await
}

/// Whether a moderator took away what a pass had said to something, as its
/// `n`th answer, or to somebody, on that day.
pub(in crate::circles) async fn was_taken_away(
    connection: &mut PgConnection,
    from: PassId,
    to: Uuid,
    (n, day): (Option<i16>, Option<NaiveDate>),
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM circles.reports r JOIN circles.decisions d ON d.id = r.decision_id
                          WHERE r.item_from = $1 AND (r.item_id = $2 AND r.n = $3
                                                      OR r.reporter_id = $2 AND r.day = $4)
                            AND d.decision <> 'keep') AS "taken!""#,
        from.0,
        to,
        n,
        day,
    )
    .fetch_one(connection)
    .await
}
