//! Goals of a week: making, changing, taking away, reading.

use super::{
    goal::{Goal, GoalContent, MOST_GOALS},
    model::Asks,
    posting::{check_version, count_post, first_version, hold, random},
    service::Circles,
    store::{self, NewVersion},
    token::PassToken,
    writing::{Put, Step},
};
use crate::{
    http::{ApiError, ErrorCode, IfMatch, Limits},
    kernel::{GoalId, Invalid, IsoWeek, writable_days},
};

impl Circles {
    /// Makes or changes a goal of one's own; and whether it is new.
    pub(super) async fn put_goal(
        &self,
        token: &PassToken,
        id: GoalId,
        mut put: Put<GoalContent>,
        limits: &Limits,
    ) -> Result<(Goal, bool), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        let whose = (pass.id, pass.circle()?);
        put.require()?;
        hold(&mut transaction, &pass).await?;
        let key = self.sealer().key(pass.id.0).await?;
        let stored = store::find_goal(&mut transaction, pass.id, id).await?;
        let stored = stored.map(|stored| Goal::open(stored.of(pass.id.0, &pass.alias), &key)).transpose()?;
        let (goal, new) = match put.step(stored)? {
            Step::Keep(stored) => return Ok((self.answered(&mut transaction, whose, stored).await?, false)),
            Step::Change(stored, content) => (Goal { version: stored.version + 1, content, ..stored }, false),
            Step::Make(content) => {
                let (version, alias, answers) = (first_version(&*self.entropy), pass.alias.clone(), Vec::new());
                (Goal { id: id.0, pass_id: pass.id.0, alias, version, content, answers }, true)
            }
        };
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
            // Last: what is refused does not count.
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
    pub(super) async fn delete_goal(&self, token: &PassToken, id: GoalId, if_match: &IfMatch) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        hold(&mut transaction, &pass).await?;
        let stored = store::find_goal(&mut transaction, pass.id, id).await?;
        check_version(if_match, Some(stored.ok_or_else(ApiError::not_found)?.version))?;
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
