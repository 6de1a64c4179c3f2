//! What is reported, as circles keep it, and what a decision does to it.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    kernel::{CircleId, PassId},
    moderation::{model::ItemRef, store::ReportRow},
};

/// An item whose author is in the circle.
#[derive(Debug)]
pub(in crate::moderation) struct ItemRow {
    pub author: PassId,
    pub alias: String,
    /// What its words are bound to.
    pub sealed_as: Uuid,
    pub words: Option<Vec<u8>>,
    /// Of an answer, what was ticked.
    pub marks: Option<Vec<u8>>,
}

/// An item that `reader` can see in a circle; where none is given, whether
/// anybody sees it or not.
pub(in crate::moderation) async fn find_item(
    connection: &mut PgConnection,
    (circle, reader): (Option<CircleId>, Option<PassId>),
    item: &ItemRef,
) -> Result<Option<ItemRow>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT p.id, p.alias, i.sealed_as AS "sealed_as!", i.words, i.marks
           FROM (SELECT id AS sealed_as, pass_id, words, NULL::bytea AS marks FROM circles.check_ins
                 WHERE $3 = 'check_in' AND id = $4
                 UNION ALL
                 SELECT id, pass_id, words, NULL FROM circles.goals WHERE $3 = 'goal' AND id = $4
                 UNION ALL
                 SELECT id, pass_id, words, NULL FROM circles.milestones WHERE $3 = 'milestone' AND id = $4
                 UNION ALL
                 SELECT item_id, pass_id, words, marks FROM circles.answers
                 WHERE $3 = 'answer' AND item_id = $4 AND pass_id = $5 AND n = $6
                 UNION ALL
                 SELECT to_id, pass_id, words, NULL FROM circles.nudges
                 WHERE $3 = 'nudge' AND pass_id = $5 AND to_id = $2 AND day = $7
                 UNION ALL
                 SELECT id, id, NULL, NULL FROM circles.passes WHERE $3 = 'pass' AND id = $4) i
           JOIN circles.passes p ON p.id = i.pass_id
           WHERE $1::uuid IS NULL OR (p.circle_id = $1 AND p.removed_on IS NULL)"#,
        circle.map(|circle| circle.0),
        reader.map(|pass| pass.0),
        item.kind.as_str(),
        item.id,
        item.from.map(|pass| pass.0),
        item.n,
        item.day.map(crate::kernel::CivilDay::date),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| ItemRow {
        author: PassId(row.id),
        alias: row.alias,
        sealed_as: row.sealed_as,
        words: row.words,
        marks: row.marks,
    }))
}

/// Takes away the words of what was reported. Where totals count the row, it
/// stays without them: a number falls by nobody's doing but the author's own.
pub(in crate::moderation) async fn erase_item(
    connection: &mut PgConnection,
    report: &ReportRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH check_in AS (UPDATE circles.check_ins SET words = NULL, version = version + 1
                           WHERE $1 = 'check_in' AND id = $2),
              answer AS (UPDATE circles.answers SET words = NULL, version = version + 1
                         WHERE $1 = 'answer' AND item_id = $2 AND pass_id = $3 AND n = $4),
              goal AS (DELETE FROM circles.goals WHERE $1 = 'goal' AND id = $2),
              milestone AS (DELETE FROM circles.milestones WHERE $1 = 'milestone' AND id = $2)
         DELETE FROM circles.nudges WHERE $1 = 'nudge' AND pass_id = $3 AND to_id = $5 AND day = $6",
        report.item_kind,
        report.item_id,
        report.item_from,
        report.n,
        report.reporter.map(|pass| pass.0),
        report.day,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes back the ways into a pass's circle that nobody has used: it may have
/// kept one for itself.
pub(in crate::moderation) async fn delete_invitations_around(
    connection: &mut PgConnection,
    pass: PassId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM circles.invitations
         WHERE NOT used AND circle_id = (SELECT circle_id FROM circles.passes WHERE id = $1)",
        pass.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps a pass from writing until the last day of the decisions that hold, and
/// no longer: each counts from the first decision, whatever was said on appeal.
pub(in crate::moderation) async fn settle_suspension(
    connection: &mut PgConnection,
    pass: PassId,
    days: i32,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE circles.passes
         SET suspended_until = (SELECT max(first.decided_on) + $2::integer
                                FROM circles.reports r
                                JOIN circles.decisions holds ON holds.id = r.decision_id AND holds.report_id = r.id
                                JOIN circles.decisions first ON first.report_id = r.id AND NOT first.on_appeal
                                WHERE r.author_id = $1 AND holds.decision = 'remove_and_suspend')
         WHERE id = $1",
        pass.0,
        days,
    )
    .execute(connection)
    .await?;
    Ok(())
}
