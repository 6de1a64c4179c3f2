//! A week of a circle, in one statement.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{AnswerRow, MilestoneRow, NudgeRow, PeerRow, WrittenRow};
use crate::{
    circles::model::Stewards,
    kernel::{CircleId, PassId},
};

/// All of a week that one pass sees, still sealed, in an order that tells
/// nothing: days, then aliases.
#[derive(Debug, Default)]
pub(in crate::circles) struct WeekRows {
    pub seats: i16,
    pub peers: Vec<PeerRow>,
    pub check_ins: Vec<WrittenRow>,
    pub goals: Vec<WrittenRow>,
    pub milestones: Vec<MilestoneRow>,
    pub answers: Vec<AnswerRow>,
    pub nudges: Vec<NudgeRow>,
}

/// A row of any kind; what each kind has is always there.
struct Row {
    kind: String,
    id: Uuid,
    pass_id: Uuid,
    alias: String,
    day: Option<NaiveDate>,
    version: Option<i64>,
    marks: Option<Vec<u8>>,
    words: Option<Vec<u8>>,
    goal_id: Option<Uuid>,
    /// Of an answer, or the seats of the circle.
    n: Option<i16>,
    steward: Option<bool>,
    ask_me_on: Option<i16>,
    ask_about: Option<String>,
}

/// Reads a week for a pass of a circle: everybody, their check-ins, goals and
/// milestones, what was said to each, and the nudges to and from the pass.
/// What passes wrote that it has muted is left out.
pub(in crate::circles) async fn read_week(
    connection: &mut PgConnection,
    (reader, circle): (PassId, CircleId),
    monday: NaiveDate,
    stewards: Stewards,
) -> Result<WeekRows, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"WITH seen AS MATERIALIZED (
             SELECT p.id, p.alias, p.ask_me_on, p.ask_about,
                    p.steward OR NOT bool_or(p.steward AND p.seen_week >= $4
                                             AND (p.suspended_until IS NULL OR p.suspended_until < $5)) OVER () AS steward,
                    EXISTS (SELECT FROM circles.mutes m WHERE m.pass_id = $1 AND m.muted_id = p.id) AS muted
             FROM circles.passes p WHERE p.circle_id = $2 AND p.removed_on IS NULL
           ), heard AS MATERIALIZED (SELECT id, alias FROM seen WHERE NOT muted),
           items AS MATERIALIZED (
             SELECT 'check_in' AS kind, c.id, c.pass_id, h.alias, c.day, c.version, c.marks, c.words
             FROM heard h JOIN circles.check_ins c ON c.pass_id = h.id AND c.day BETWEEN $3::date AND $3::date + 6
             UNION ALL
             SELECT 'goal', g.id, g.pass_id, h.alias, g.week, g.version, g.marks, g.words
             FROM heard h JOIN circles.goals g ON g.pass_id = h.id AND g.week = $3
             UNION ALL
             SELECT 'milestone', m.id, m.pass_id, h.alias, m.week, m.version, m.marks, m.words
             FROM heard h JOIN circles.milestones m ON m.pass_id = h.id AND m.week = $3
           )
           SELECT 'pass' AS "kind!", s.id AS "id!", s.id AS "pass_id!", s.alias AS "alias!", NULL::date AS day,
                  NULL::bigint AS version, NULL::bytea AS marks, NULL::bytea AS words, NULL::uuid AS goal_id,
                  c.seats AS n, s.steward, s.ask_me_on, s.ask_about
           FROM seen s JOIN circles.circles c ON c.id = $2
           UNION ALL
           SELECT i.kind, i.id, i.pass_id, i.alias, i.day, i.version, i.marks, i.words, NULL, NULL, NULL, NULL, NULL
           FROM items i
           UNION ALL
           SELECT 'answer', a.item_id, a.pass_id, h.alias, a.week, a.version, a.marks, a.words, NULL, a.n,
                  NULL, NULL, NULL
           FROM items i JOIN circles.answers a ON a.item_id = i.id AND a.item_kind = i.kind
           JOIN heard h ON h.id = a.pass_id
           UNION ALL
           SELECT 'nudge', n.to_id, n.pass_id, h.alias, n.day, NULL, NULL, n.words, n.goal_id, NULL,
                  NULL, t.ask_me_on, NULL
           FROM circles.nudges n JOIN heard h ON h.id = n.pass_id JOIN seen t ON t.id = n.to_id
           WHERE (n.to_id = $1 OR n.pass_id = $1) AND n.day BETWEEN $3::date AND $3::date + 6
           ORDER BY 1, 5, 4, 2, 10"#,
        reader.0,
        circle.0,
        monday,
        stewards.since,
        stewards.today,
    )
    .fetch_all(connection)
    .await?;
    let mut week = WeekRows::default();
    for row in rows {
        week.take(row).ok_or_else(|| sqlx::Error::Decode("a row of a week lacks a part".into()))?;
    }
    Ok(week)
}

impl WeekRows {
    fn take(&mut self, row: Row) -> Option<()> {
        let Row { kind, id, pass_id, alias, day, version, marks, words, goal_id, n, steward, ask_me_on, ask_about } =
            row;
        match kind.as_str() {
            "pass" => {
                self.seats = n?;
                self.peers.push(PeerRow { id, alias, steward: steward?, ask_me_on, ask_about });
            }
            "check_in" | "goal" => {
                let of_kind = if kind == "goal" { &mut self.goals } else { &mut self.check_ins };
                of_kind.push(WrittenRow { id, pass_id, alias, day: day?, version: version?, marks: marks?, words });
            }
            "milestone" => {
                let (week, version, marks, words) = (day?, version?, marks?, words?);
                self.milestones.push(MilestoneRow { id, pass_id, alias, week, version, marks, words });
            }
            "answer" => {
                let (n, version, marks) = (n?, version?, marks?);
                self.answers.push(AnswerRow { pass_id, alias, item_id: id, n, version, marks, words });
            }
            "nudge" => {
                self.nudges.push(NudgeRow { pass_id, alias, to_id: id, day: day?, goal_id, words, ask_me_on });
            }
            _ => return None,
        }
        Some(())
    }
}
