//! Ways in: vouchers that were spent, invitations.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::{CircleId, CircleInvitationId};

/// An invitation as it is kept.
#[derive(Debug)]
pub struct InvitationRow {
    pub id: CircleInvitationId,
    pub circle_id: CircleId,
    pub expires_on: NaiveDate,
    pub used: bool,
}

struct Row {
    id: Uuid,
    circle_id: Uuid,
    expires_on: NaiveDate,
    used: bool,
}

impl From<Row> for InvitationRow {
    fn from(row: Row) -> Self {
        let (id, circle_id) = (CircleInvitationId(row.id), CircleId(row.circle_id));
        Self { id, circle_id, expires_on: row.expires_on, used: row.used }
    }
}

/// Spends a voucher; false where it was spent before.
pub(in crate::circles) async fn spend_voucher(
    connection: &mut PgConnection,
    (hash, again): (&[u8; 32], &[u8; 32]),
    month: NaiveDate,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "INSERT INTO circles.spent_vouchers (hash, again_hash, month) VALUES ($1, $2, $3)
         ON CONFLICT (hash) DO NOTHING",
        &hash[..],
        &again[..],
        month,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Whether a voucher was spent in one of these ways.
pub(in crate::circles) async fn was_spent(
    connection: &mut PgConnection,
    hash: &[u8; 32],
    again: &[Vec<u8>],
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM circles.spent_vouchers WHERE hash = $1 AND again_hash = ANY($2)) AS "there!""#,
        &hash[..],
        again,
    )
    .fetch_one(connection)
    .await
}

pub(in crate::circles) async fn insert_invitation(
    connection: &mut PgConnection,
    (id, circle): (CircleInvitationId, CircleId),
    code_hash: &[u8; 32],
    expires_on: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.invitations (id, circle_id, code_hash, expires_on) VALUES ($1, $2, $3, $4)",
        id.0,
        circle.0,
        &code_hash[..],
        expires_on,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An invitation whose time is not over.
pub(in crate::circles) async fn find_invitation(
    connection: &mut PgConnection,
    code_hash: &[u8; 32],
    today: NaiveDate,
) -> Result<Option<InvitationRow>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, circle_id, expires_on, used FROM circles.invitations
         WHERE code_hash = $1 AND expires_on >= $2",
        &code_hash[..],
        today,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(InvitationRow::from))
}

/// An invitation whose time is not over, locked: those who use one take turns.
pub(in crate::circles) async fn lock_invitation(
    connection: &mut PgConnection,
    code_hash: &[u8; 32],
    today: NaiveDate,
) -> Result<Option<InvitationRow>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, circle_id, expires_on, used FROM circles.invitations
         WHERE code_hash = $1 AND expires_on >= $2 FOR UPDATE",
        &code_hash[..],
        today,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(InvitationRow::from))
}

pub(in crate::circles) async fn use_invitation(
    connection: &mut PgConnection,
    id: CircleInvitationId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE circles.invitations SET used = true WHERE id = $1", id.0).execute(connection).await?;
    Ok(())
}

pub(in crate::circles) async fn count_open_invitations(
    connection: &mut PgConnection,
    circle: CircleId,
    today: NaiveDate,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM circles.invitations
           WHERE circle_id = $1 AND NOT used AND expires_on >= $2"#,
        circle.0,
        today,
    )
    .fetch_one(connection)
    .await
}

/// The open invitations of a circle, in an order that tells nothing.
pub(in crate::circles) async fn list_open_invitations(
    connection: &mut PgConnection,
    circle: CircleId,
    today: NaiveDate,
) -> Result<Vec<InvitationRow>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, circle_id, expires_on, used FROM circles.invitations
         WHERE circle_id = $1 AND NOT used AND expires_on >= $2 ORDER BY expires_on, id",
        circle.0,
        today,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(InvitationRow::from).collect())
}

/// Takes back every invitation of a circle that nobody used: who made which is
/// not known, and one may be in the hands of somebody who was just removed.
pub(in crate::circles) async fn delete_invitations(
    connection: &mut PgConnection,
    circle: CircleId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM circles.invitations WHERE circle_id = $1 AND NOT used", circle.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes back an invitation that nobody used; whether there was one.
pub(in crate::circles) async fn delete_invitation(
    connection: &mut PgConnection,
    circle: CircleId,
    id: CircleInvitationId,
) -> Result<bool, sqlx::Error> {
    let rows =
        sqlx::query!("DELETE FROM circles.invitations WHERE circle_id = $1 AND id = $2 AND NOT used", circle.0, id.0)
            .execute(connection)
            .await?;
    Ok(rows.rows_affected() == 1)
}
