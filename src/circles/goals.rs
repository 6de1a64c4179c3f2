//! Goals of a week: making, changing, taking away, reading.

use super::{
    goal::{Goal, GoalContent, MOST_GOALS},
    model::Asks,
    posting::{count_post, hold, random},
    service::Circles,
    store::{self, NewVersion},
    token::PassToken,
    writing::Put,
};
use crate::{
    http::{ApiError, ErrorCode, Limits, PutCondition},
    kernel::{GoalId, Invalid, IsoWeek, writable_days},
};

impl Circles {
    /// Makes or changes a goal of one's own; and whether it is new.
    pub(super) async fn put_goal(
        &self,
        token: &PassToken,
        id: GoalId,
        put: Put<GoalContent>,
        limits: &Limits,
    ) -> Result<(Goal, bool), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        let whose = (pass.id, pass.circle()?);
        put.require()?;
        hold(&mut transaction, &pass).await?;
        let key = self.sealer().key(pass.id.0).await?;
        let stored = store::find_goal(&mut transaction, pass.id, id).await?;
        let stored = stored.map(|stored| Goal::open(stored.of(pass.id.0, &pass.alias), &key)).transpose()?;
        let before = stored.as_ref().map(|stored| (stored.version, &stored.content));
        let Some((version, content, new)) = put.outcome(before, &*self.entropy)? else {
            let stored = stored.ok_or_else(ApiError::not_found)?;
            return Ok((self.answered(&mut transaction, whose, stored).await?, false));
        };
        let alias = pass.alias.clone();
        let goal = Goal { id: id.0, pass_id: pass.id.0, alias, version, content, answers: Vec::new() };
        self.writable_week(goal.content.week)?;
        let monday = goal.content.week.monday().date();
        if store::count_goals(&mut transaction, pass.id, monday, id).await? >= MOST_GOALS {
            return Err(conflict("A week has room for ten goals; take one away, or choose another week."));
        }
        let (marks, words) = goal.content.seal(self.sealer(), &key, goal.id)?;
        let kept = NewVersion { id: goal.id, version: goal.version, marks: &marks, words: &words };
        if new {
            random(id.0, "goal_id")?;
            if !store::is_free(&mut transaction, id.0).await?
                || !store::insert_goal(&mut transaction, pass.id, monday, &kept).await?
            {
                return Err(conflict("That id cannot be used; draw another one."));
            }
            count_post(limits, pass.id)?;
            transaction.commit().await?;
            return Ok((goal, true));
        }
        store::update_goal(&mut transaction, pass.id, monday, &kept).await?;
        let goal = self.answered(&mut transaction, whose, goal).await?;
        transaction.commit().await?;
        Ok((goal, false))
    }

    /// The goals of one's circle in a week.
    pub(super) async fn goals(&self, token: &PassToken, week: IsoWeek) -> Result<Vec<Goal>, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        let whose = (pass.id, pass.circle()?);
        let rows = store::list_goals(&mut connection, whose, week.monday().date()).await?;
        self.open_answered(&mut connection, whose, rows, Goal::open).await
    }

    /// Takes a goal of one's own away.
    pub(super) async fn delete_goal(
        &self,
        token: &PassToken,
        id: GoalId,
        condition: &PutCondition,
    ) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        hold(&mut transaction, &pass).await?;
        let stored = store::find_goal(&mut transaction, pass.id, id).await?;
        condition.allow(Some(stored.ok_or_else(ApiError::not_found)?.version))?;
        store::delete_goal(&mut transaction, pass.id, id).await?;
        Ok(transaction.commit().await?)
    }

    /// That a week may be written to: any that has a day that may be, and the
    /// one after.
    fn writable_week(&self, week: IsoWeek) -> Result<(), ApiError> {
        let days = writable_days(self.clock.now());
        let (first, last) = (IsoWeek::of(*days.start()), IsoWeek::of(*days.end()));
        let last = last.next().unwrap_or(last);
        if (first..=last).contains(&week) {
            return Ok(());
        }
        let message = format!("must be {first} to {last}");
        Err(ApiError::content(vec![Invalid::new("/week", "out_of_range", message)]))
    }
}

fn conflict(detail: &'static str) -> ApiError {
    ApiError::new(ErrorCode::Conflict).with_detail(detail)
}
