//! Rows of what is written, still sealed.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

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
/// whatever kind, and nothing was ever said to what had it. Otherwise words
/// meant for one would stand under another. Those who draw the same take turns.
pub(in crate::circles) async fn is_free(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0)) AS locked", id.to_string())
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query_scalar!(
        r#"SELECT NOT (EXISTS (SELECT FROM circles.check_ins WHERE id = $1)
                       OR EXISTS (SELECT FROM circles.goals WHERE id = $1)
                       OR EXISTS (SELECT FROM circles.milestones WHERE id = $1)
                       OR EXISTS (SELECT FROM circles.answers WHERE item_id = $1)
                       OR EXISTS (SELECT FROM circles.nudges WHERE goal_id = $1)) AS "free!""#,
        id,
    )
    .fetch_one(connection)
    .await
}
