//! Milestones: sharing, changing, taking away, reading.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    answer::Answer,
    milestone::{Milestone, MilestoneContent},
    model::{Asks, this_week},
    posting::{count_post, hold, random},
    service::Circles,
    store::{self, KeptMilestone},
    token::PassToken,
    writing::Put,
};
use crate::{
    http::{ApiError, ErrorCode, Limits, PutCondition},
    kernel::{CivilDay, IsoWeek, MilestoneId},
};

/// Milestones, and what was said to them by their ids.
pub(super) type Milestones = (Vec<Milestone>, HashMap<Uuid, Vec<Answer>>);

impl Circles {
    /// Shares or changes a milestone of one's own; and whether it is new.
    pub(super) async fn put_milestone(
        &self,
        token: &PassToken,
        id: MilestoneId,
        put: Put<MilestoneContent>,
        limits: &Limits,
    ) -> Result<(Milestone, bool), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        hold(&mut transaction, &pass).await?;
        let key = self.sealer().key(pass.id.0).await?;
        let stored = store::find_milestone(&mut transaction, pass.id, id).await?;
        let stored = stored.map(|row| Milestone::open(row, &key)).transpose()?;
        let before = stored.as_ref().map(|stored| (stored.version, &stored.content));
        let Some((version, content, new)) = put.outcome(before, &*self.entropy)? else {
            return Ok((stored.ok_or_else(ApiError::not_found)?, false));
        };
        let (marks, words) = content.seal(self.sealer(), &key, id.0)?;
        let kept = KeptMilestone { id, version, marks: &marks, words: &words };
        if new {
            random(id.0, "milestone_id")?;
            let week = this_week(self.clock.now());
            if !store::is_free(&mut transaction, id.0).await?
                || !store::insert_milestone(&mut transaction, pass.id, week, &kept).await?
            {
                return Err(ApiError::new(ErrorCode::Conflict).with_detail("That id cannot be used; draw another one."));
            }
            count_post(limits, pass.id)?;
        } else {
            store::update_milestone(&mut transaction, pass.id, &kept).await?;
        }
        transaction.commit().await?;
        let week = stored.map_or_else(|| IsoWeek::of(CivilDay::of_utc(self.clock.now())), |stored| stored.week);
        Ok((Milestone { id: id.0, pass_id: pass.id.0, alias: pass.alias, week, version, content }, new))
    }

    /// Takes a milestone of one's own away.
    pub(super) async fn delete_milestone(
        &self,
        token: &PassToken,
        id: MilestoneId,
        condition: &PutCondition,
    ) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        hold(&mut transaction, &pass).await?;
        let stored = store::find_milestone(&mut transaction, pass.id, id).await?;
        condition.allow(Some(stored.ok_or_else(ApiError::not_found)?.version))?;
        store::delete_milestone(&mut transaction, pass.id, id).await?;
        Ok(transaction.commit().await?)
    }

    /// Those of one's circle behind `after`, the latest weeks first, with what
    /// was said to them.
    pub(super) async fn milestones(
        &self,
        token: &PassToken,
        after: Option<(NaiveDate, Uuid)>,
        limit: i64,
    ) -> Result<Milestones, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        let whose = (pass.id, pass.circle()?);
        let rows = store::list_milestones(&mut connection, whose, after, limit).await?;
        let items: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let answers = store::list_answers(&mut connection, whose, &items).await?;
        drop(connection);
        let authors = rows.iter().map(|row| row.pass_id).chain(answers.iter().map(|row| row.pass_id));
        let keys = self.keys_of_authors(authors).await?;
        let opened = rows.into_iter().filter_map(|row| keys.get(&row.pass_id).map(|key| Milestone::open(row, key)));
        Ok((opened.collect::<Result<_, _>>()?, Answer::open_all(answers, &keys)?))
    }
}
