//! Circles and the passes in them.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    circles::model::Stewards,
    kernel::{CircleId, PassId},
};

/// A pass to be kept.
#[derive(Debug)]
pub(in crate::circles) struct NewPass<'a> {
    pub id: PassId,
    /// `None`: an author's.
    pub circle_id: Option<CircleId>,
    pub alias: &'a str,
    pub key_hash: &'a [u8; 32],
    pub agreement_version: &'a str,
    pub steward: bool,
    pub week: NaiveDate,
}

/// The pass that a device's key is of.
#[derive(Debug)]
pub(in crate::circles) struct FoundPass {
    pub id: PassId,
    pub circle_id: Option<CircleId>,
    pub alias: String,
    pub steward: bool,
    /// When it wants to be asked, and about what.
    pub asking: (Option<i16>, Option<String>),
    pub removed: bool,
}

/// What everybody in a circle sees of one.
#[derive(Debug)]
pub(in crate::circles) struct PeerRow {
    pub id: Uuid,
    pub alias: String,
    pub steward: bool,
    pub ask_me_on: Option<i16>,
    pub ask_about: Option<String>,
}

pub(in crate::circles) async fn insert_circle(
    connection: &mut PgConnection,
    id: CircleId,
    seats: i16,
) -> Result<(), sqlx::Error> {
    sqlx::query!("INSERT INTO circles.circles (id, seats) VALUES ($1, $2)", id.0, seats).execute(connection).await?;
    Ok(())
}

/// The seats of a circle, which is locked: who comes and goes takes turns.
pub(in crate::circles) async fn lock_circle(
    connection: &mut PgConnection,
    id: CircleId,
) -> Result<Option<i16>, sqlx::Error> {
    sqlx::query_scalar!("SELECT seats FROM circles.circles WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(connection)
        .await
}

/// How many seats a circle has, and how many are taken.
pub(in crate::circles) async fn seats(connection: &mut PgConnection, id: CircleId) -> Result<(i16, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT c.seats, (SELECT count(*) FROM circles.passes p
                            WHERE p.circle_id = c.id AND p.removed_on IS NULL) AS "taken!"
           FROM circles.circles c WHERE c.id = $1"#,
        id.0
    )
    .fetch_one(connection)
    .await?;
    Ok((row.seats, row.taken))
}

/// The aliases of a circle that cannot be given: those in use, and those of
/// passes that were removed, as long as they are kept, lest somebody new be
/// taken for them.
pub(in crate::circles) async fn aliases(
    connection: &mut PgConnection,
    circle: CircleId,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT alias FROM circles.passes WHERE circle_id = $1", circle.0).fetch_all(connection).await
}

pub(in crate::circles) async fn insert_pass(
    connection: &mut PgConnection,
    new: &NewPass<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.passes (id, kind, circle_id, alias, key_hash, agreement_version, steward, seen_week)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id.0,
        if new.circle_id.is_some() { "circle" } else { "author" },
        new.circle_id.map(|id| id.0),
        new.alias,
        &new.key_hash[..],
        new.agreement_version,
        new.steward,
        new.week,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The pass of a device's key.
pub(in crate::circles) async fn find_pass_by_key(
    connection: &mut PgConnection,
    key_hash: &[u8; 32],
) -> Result<Option<FoundPass>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT id, circle_id, alias, steward, ask_me_on, ask_about, removed_on IS NOT NULL AS "removed!"
           FROM circles.passes WHERE key_hash = $1"#,
        &key_hash[..]
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| FoundPass {
        id: PassId(row.id),
        circle_id: row.circle_id.map(CircleId),
        alias: row.alias,
        steward: row.steward,
        asking: (row.ask_me_on, row.ask_about),
        removed: row.removed,
    }))
}

/// Keeps in which week a pass was last seen.
pub(in crate::circles) async fn note_week(
    connection: &mut PgConnection,
    pass: PassId,
    week: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE circles.passes SET seen_week = $2 WHERE id = $1 AND seen_week < $2", pass.0, week)
        .execute(connection)
        .await?;
    Ok(())
}

/// Everybody in a circle, in an order that tells nothing. With no steward who
/// was there since that week, all are.
pub(in crate::circles) async fn list_peers(
    connection: &mut PgConnection,
    circle: CircleId,
    stewards: Stewards,
) -> Result<Vec<PeerRow>, sqlx::Error> {
    sqlx::query_as!(
        PeerRow,
        r#"SELECT id, alias, ask_me_on, ask_about,
                  steward OR NOT bool_or(steward AND seen_week >= $2
                                             AND (suspended_until IS NULL OR suspended_until < $3)) OVER () AS "steward!"
           FROM circles.passes WHERE circle_id = $1 AND removed_on IS NULL ORDER BY alias"#,
        circle.0,
        stewards.since,
        stewards.today,
    )
    .fetch_all(connection)
    .await
}
