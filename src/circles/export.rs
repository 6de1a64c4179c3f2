//! Everything of a pass, for whoever holds it: batch by batch, so that neither
//! memory nor a connection is held while a slow device takes it.

use chrono::DateTime;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    answer::Answer,
    check_in::CheckIn,
    goal::Goal,
    milestone::Milestone,
    model::{Asks, Pass},
    nudging::Nudge,
    sealing::TextKey,
    service::Circles,
    store::{self, After, AnswerRow, BATCH, MilestoneRow, NudgeRow},
    token::PassToken,
};
use crate::{
    http::ApiError,
    kernel::{CivilDay, IsoWeek},
};

/// Something that a pass wrote.
pub(super) enum Piece {
    CheckIn(CheckIn),
    Goal(Goal),
    Milestone(Milestone),
    Answer { item_kind: String, item_id: Uuid, week: IsoWeek, answer: Answer },
    Nudge(Nudge),
}

/// What an export goes through, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    CheckIns,
    Goals,
    Milestones,
    Answers,
    Nudges,
}

/// Whose export it is. A pass that is removed may have it for 30 days.
pub(super) struct Exporting {
    pub pass: Pass,
    pub mutes: Vec<Uuid>,
    key: Option<TextKey>,
}

impl Section {
    /// All, in their order.
    pub(super) const ALL: [Self; 5] = [Self::CheckIns, Self::Goals, Self::Milestones, Self::Answers, Self::Nudges];

    /// Before everything; no day is earlier.
    pub(super) fn beginning() -> After {
        (DateTime::UNIX_EPOCH.date_naive(), Uuid::nil(), 0)
    }
}

impl Circles {
    /// Begins an export.
    pub(super) async fn export(&self, token: &PassToken) -> Result<Exporting, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Exports).await?;
        let mutes = store::list_mutes(&mut connection, pass.id).await?.into_iter().map(|(muted, _)| muted).collect();
        drop(connection);
        let key = self.keys_of_authors(std::iter::once(pass.id.0)).await?.remove(&pass.id.0);
        Ok(Exporting { pass, mutes, key })
    }

    /// The next pieces of a section, and where the ones after them begin.
    pub(super) async fn export_batch(
        &self,
        whose: &Exporting,
        section: Section,
        after: After,
    ) -> Result<(Vec<Piece>, Option<After>), ApiError> {
        // Without a key nothing was ever written, or it is gone for good.
        let Some(key) = &whose.key else { return Ok((Vec::new(), None)) };
        let mut connection = self.pool.acquire().await?;
        let read = whose.read(&mut connection, key, section, after).await?;
        let whole = i64::try_from(read.len()).is_ok_and(|count| count >= BATCH);
        let next = read.last().map(|(at, _)| *at).filter(|_| whole);
        Ok((read.into_iter().map(|(_, piece)| piece).collect(), next))
    }
}

impl Exporting {
    async fn read(
        &self,
        connection: &mut PgConnection,
        key: &TextKey,
        section: Section,
        after: After,
    ) -> Result<Vec<(After, Piece)>, ApiError> {
        let (id, alias) = (self.pass.id, self.pass.alias.as_str());
        match section {
            Section::CheckIns => {
                let rows = store::export_check_ins(connection, id, after).await?.into_iter();
                let open = |row| CheckIn::open(row, key).map(Piece::CheckIn);
                rows.map(|row| Ok(((row.day, row.id, 0), open(row.of(id.0, alias))?))).collect()
            }
            Section::Goals => {
                let rows = store::export_goals(connection, id, after).await?.into_iter();
                let open = |row| Goal::open(row, key).map(Piece::Goal);
                rows.map(|row| Ok(((row.day, row.id, 0), open(row.of(id.0, alias))?))).collect()
            }
            Section::Milestones => {
                let rows = store::export_milestones(connection, id, after).await?.into_iter();
                let open = |row: store::StoredItem| {
                    let (alias, words) = (alias.to_owned(), row.words.unwrap_or_default());
                    let (week, version, marks) = (row.day, row.version, row.marks);
                    let row = MilestoneRow { id: row.id, pass_id: id.0, alias, week, version, marks, words };
                    Milestone::open(row, key).map(Piece::Milestone)
                };
                rows.map(|row| Ok(((row.day, row.id, 0), open(row)?))).collect()
            }
            Section::Answers => {
                let rows = store::export_answers(connection, id, after).await?.into_iter();
                rows.map(|row| Ok(((row.week, row.item_id, row.n), self.answer(row, key)?))).collect()
            }
            Section::Nudges => {
                let rows = store::export_nudges(connection, id, after).await?.into_iter();
                rows.map(|row| Ok(((row.day, row.to_id, 0), self.nudge(row, key)?))).collect()
            }
        }
    }

    fn answer(&self, row: store::OwnAnswer, key: &TextKey) -> Result<Piece, ApiError> {
        let store::OwnAnswer { item_kind, item_id, n, week, version, marks, words } = row;
        let week = CivilDay::try_from(week).map_err(ApiError::internal)?;
        let week = IsoWeek::try_from(week).map_err(ApiError::internal)?;
        let (pass_id, alias) = (self.pass.id.0, self.pass.alias.clone());
        let answer = Answer::open(AnswerRow { pass_id, alias, item_id, n, version, marks, words }, key)?;
        Ok(Piece::Answer { item_kind, item_id, week, answer })
    }

    fn nudge(&self, row: store::OwnNudge, key: &TextKey) -> Result<Piece, ApiError> {
        let store::OwnNudge { to_id, day, goal_id, words } = row;
        let (pass_id, alias) = (self.pass.id.0, self.pass.alias.clone());
        let row = NudgeRow { pass_id, alias, to_id, day, goal_id, words, ask_me_on: None };
        Nudge::open(row, key).map(Piece::Nudge)
    }
}
