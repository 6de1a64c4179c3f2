//! What a copy on somebody's device is kept true by: the numbers that the
//! directory's clock had, and the meetings that left a scope.
//!
//! Triggers write both (`migrations/main/20261129000100_changes.sql`), so that
//! whatever changes the directory leaves its trace.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    db::{self, Scope},
    kernel::{Kept, MeetingId},
};

/// A number that the directory's clock had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// The number.
    pub revision: i64,
    /// Random bits that tell it from the same number in another history: after
    /// a restore the clock counts over numbers that it had before.
    pub mark: i64,
}

/// A meeting that left a scope, and may have come back since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// An intergroup with all that belong to it, or [`EVERYTHING`].
    pub scope_id: Uuid,
    /// The meeting.
    pub meeting_id: MeetingId,
    /// When it last did.
    pub revision: i64,
}

/// The scope of everything that is public.
pub const EVERYTHING: Uuid = Uuid::nil();

/// All that is remembered of what left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Departures {
    /// The numbers of the clock, from the first that is known.
    pub ticks: Vec<Tick>,
    /// What left, by scope and then by when.
    pub left: Vec<Departure>,
    /// Of each scope, the last departure that is no longer remembered.
    pub forgotten: Vec<(Uuid, i64)>,
}

/// The present number of the clock.
///
/// # Errors
/// When the database cannot be reached.
pub async fn tick(connection: &mut PgConnection) -> Result<Tick, sqlx::Error> {
    sqlx::query_as!(
        Tick,
        "SELECT t.revision, t.mark FROM directory.directory_clock c JOIN directory.ticks t ON t.revision = c.revision"
    )
    .fetch_one(connection)
    .await
}

/// All numbers of the clock, of which only those are read that come after the
/// `known` ones; and whether these are of the same history, and so among them.
async fn load_ticks(connection: &mut PgConnection, known: &[Tick]) -> Result<(Vec<Tick>, bool), sqlx::Error> {
    let mut ticks = Vec::new();
    if let Some(last) = known.last() {
        let there = sqlx::query_scalar!("SELECT mark FROM directory.ticks WHERE revision = $1", last.revision)
            .fetch_optional(&mut *connection)
            .await?;
        if there == Some(last.mark) {
            ticks.extend_from_slice(known);
        }
    }
    let same = !ticks.is_empty();
    let after = ticks.last().map_or(-1, |last| last.revision);
    let new = sqlx::query_as!(
        Tick,
        "SELECT revision, mark FROM directory.ticks WHERE revision > $1 ORDER BY revision",
        after
    )
    .fetch_all(connection)
    .await?;
    ticks.extend(new);
    Ok((ticks, same))
}

async fn load_forgotten(connection: &mut PgConnection) -> Result<Vec<(Uuid, i64)>, sqlx::Error> {
    let forgotten =
        sqlx::query!("SELECT scope_id, revision FROM directory.forgotten_departures").fetch_all(connection).await?;
    Ok(forgotten.into_iter().map(|row| (row.scope_id, row.revision)).collect())
}

/// What left since the last of the `known` numbers, and all of the rest; `None`
/// where these are of another history.
///
/// # Errors
/// When the database cannot be reached.
pub async fn load_departures_since(
    connection: &mut PgConnection,
    known: &[Tick],
) -> Result<Option<Departures>, sqlx::Error> {
    let (ticks, same) = load_ticks(connection, known).await?;
    let Some(since) = known.last().filter(|_| same) else { return Ok(None) };
    let left = sqlx::query!(
        "SELECT scope_id, meeting_id, revision FROM directory.departures WHERE revision > $1",
        since.revision
    )
    .fetch_all(&mut *connection)
    .await?;
    let left = left.into_iter().map(|row| Departure {
        scope_id: row.scope_id,
        meeting_id: MeetingId(row.meeting_id),
        revision: row.revision,
    });
    Ok(Some(Departures { ticks, left: left.collect(), forgotten: load_forgotten(connection).await? }))
}

/// All that is remembered, in the transaction that loads the directory. Of the
/// numbers only those are read that come after the `known` ones, where these
/// are of the same history.
///
/// # Errors
/// When the database cannot be reached.
pub async fn load_departures(connection: &mut PgConnection, known: &[Tick]) -> Result<Departures, sqlx::Error> {
    let (ticks, _) = load_ticks(connection, known).await?;
    let left = sqlx::query!(
        "SELECT scope_id, meeting_id, revision FROM directory.departures ORDER BY scope_id, revision, meeting_id"
    )
    .fetch_all(&mut *connection)
    .await?;
    let left = left.into_iter().map(|row| Departure {
        scope_id: row.scope_id,
        meeting_id: MeetingId(row.meeting_id),
        revision: row.revision,
    });
    Ok(Departures { ticks, left: left.collect(), forgotten: load_forgotten(connection).await? })
}

/// Clears away what was remembered long enough.
///
/// # Errors
/// When the database cannot be reached; then nothing was cleared away.
pub async fn forget_departures(pool: &PgPool, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let before = Kept::Departures.before(now.date_naive()).and_time(chrono::NaiveTime::MIN).and_utc();
    let mut transaction = db::begin(pool, Scope::Operator).await?;
    sqlx::query!("SELECT directory.forget_departures($1)", before).execute(&mut *transaction).await?;
    transaction.commit().await
}
