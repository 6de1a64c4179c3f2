//! Goals of a week: making, changing, taking away, reading.

use super::{
    goal::{Goal, GoalContent, MOST_GOALS},
    model::Asks,
    service::Circles,
    store::{self, NewVersion},
    token::PassToken,
    writing::{Put, Step, first_version},
};
use crate::{
    http::{ApiError, ErrorCode, IfMatch, Limits, Quota},
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
        pass.circle()?;
        put.require()?;
        let key = self.sealer().key(pass.id.0).await?;
        if !store::lock_pass(&mut transaction, pass.id).await? {
            return Err(ApiError::new(ErrorCode::SessionEnded));
        }
        let stored = store::find_goal(&mut transaction, pass.id, id).await?;
        let stored = stored.map(|stored| Goal::open(stored.of(pass.id.0, &pass.alias), &key)).transpose()?;
        let (goal, new) = match put.step(stored)? {
            Step::Keep(stored) => return Ok((stored, false)),
            Step::Change(stored, content) => (Goal { version: stored.version + 1, content, ..stored }, false),
            Step::Make(content) => {
                let (pass_id, version) = (pass.id.0, first_version(&*self.entropy));
                (Goal { id: id.0, pass_id, alias: pass.alias.clone(), version, content }, true)
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
            random(id)?;
            limits.check(Quota::Post, pass.id.0.as_bytes())?;
            if !store::insert_goal(&mut transaction, pass.id, monday, &kept).await? {
                // Somebody else's, of whatever circle.
                return Err(conflict("That id cannot be used; draw another one."));
            }
        } else {
            store::update_goal(&mut transaction, pass.id, monday, &kept).await?;
        }
        transaction.commit().await?;
        Ok((goal, new))
    }

    /// The goals of one's circle in a week.
    pub(super) async fn goals(&self, token: &PassToken, week: IsoWeek) -> Result<Vec<Goal>, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        let rows = store::list_goals(&mut connection, pass.id, pass.circle()?, week.monday().date()).await?;
        drop(connection);
        self.open(rows, Goal::open).await
    }

    /// Takes a goal of one's own away.
    pub(super) async fn delete_goal(&self, token: &PassToken, id: GoalId, condition: &IfMatch) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        store::lock_pass(&mut transaction, pass.id).await?;
        let stored = store::find_goal(&mut transaction, pass.id, id).await?;
        let stored = stored.ok_or_else(ApiError::not_found)?;
        if *condition != IfMatch::Absent {
            condition.check(stored.version)?;
        }
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

/// That an id is a random one: another kind tells when it was drawn, or where.
fn random(id: GoalId) -> Result<(), ApiError> {
    if id.0.get_version_num() == 4 && id.0.get_variant() == uuid::Variant::RFC4122 {
        return Ok(());
    }
    let message = "must be a random UUID (version 4): another kind tells when it was drawn";
    Err(ApiError::parameters(vec![Invalid::new("goal_id", "invalid_value", message)]))
}

fn conflict(detail: &'static str) -> ApiError {
    ApiError::new(ErrorCode::Conflict).with_detail(detail)
}
