//! Nudges: a peer asking "how is it going?"; and mutes.
//!
//! Peers see on which day somebody wants to be asked, and an app offers it on
//! that day. A nudge on another day is taken as well, and says that it is: a
//! friend who asks at the wrong time has done nothing wrong, one a day is not
//! much, and whoever does not want it can mute them. A mute is silent: the
//! nudge is taken and kept, and whoever muted its author does not see it.

use chrono::{Datelike, Days, NaiveDate};
use uuid::Uuid;

use super::{
    model::Asks,
    posting::{count_post, hold},
    sealing::{Sealed, TextKey},
    service::Circles,
    store::{self, KeptNudge, NudgeRow},
    token::PassToken,
    writing::Put,
};
use crate::{
    db,
    http::{ApiError, ErrorCode, Limits},
    kernel::{CivilDay, GoalId, Invalid, PassId},
};

/// For how many days back nudges are listed.
pub(super) const LISTED_DAYS: u64 = 15;

/// What `If-Match` can never name: a nudge has no versions.
const NO_VERSION: i64 = -1;

/// What a nudge says.
#[derive(PartialEq, Eq)]
pub(super) struct NudgeContent {
    pub goal: Option<GoalId>,
    pub words: Option<String>,
}

/// A nudge.
pub(super) struct Nudge {
    pub from: Uuid,
    pub alias: String,
    pub to: Uuid,
    pub day: CivilDay,
    /// Whether that is the day on which they want to be asked.
    pub on_their_day: bool,
    pub goal: Option<Uuid>,
    pub words: Option<String>,
}

impl Circles {
    /// Nudges somebody; and whether it is new.
    pub(super) async fn put_nudge(
        &self,
        token: &PassToken,
        (to, day): (PassId, CivilDay),
        put: Put<NudgeContent>,
        limits: &Limits,
    ) -> Result<(Nudge, bool), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        let circle = pass.circle()?;
        hold(&mut transaction, &pass).await?;
        let ask_day = store::find_ask_day(&mut transaction, circle, to).await?.ok_or_else(ApiError::not_found)?;
        self.may_nudge(pass.id, to, day)?;
        let key = self.sealer().key(pass.id.0).await?;
        let told = |goal: Option<GoalId>, words, alias| {
            let (from, to, goal, on_their_day) = (pass.id.0, to.0, goal.map(|id| id.0), is_on(day.date(), ask_day));
            Nudge { from, alias, to, day, on_their_day, goal, words }
        };
        let stored = store::find_nudge(&mut transaction, pass.id, to, day.date()).await?;
        let stored = stored.map(|row| NudgeContent::open(row, (to.0, day.date()), &key)).transpose()?;
        let before = stored.as_ref().map(|stored| (NO_VERSION, stored));
        let Some((_, content, new)) = put.outcome(before, &*self.entropy)? else {
            let NudgeContent { goal, words } = stored.ok_or_else(ApiError::not_found)?;
            return Ok((told(goal, words, pass.alias), false));
        };
        let NudgeContent { goal, words } = content;
        if let Some(goal) = goal
            && !store::has_goal(&mut transaction, to, goal).await?
        {
            return Err(ApiError::content(vec![Invalid::new("/goal_id", "invalid_value", "must be a goal of theirs")]));
        }
        if new && store::was_taken_away(&mut transaction, pass.id, to.0, (None, Some(day.date()))).await? {
            let detail = "A moderator took away what you wrote to them on that day.";
            return Err(ApiError::new(ErrorCode::Conflict).with_detail(detail));
        }
        // There whether something was typed or not, so that nobody sees which.
        let sealed = self.sealer().seal(&key, Sealed::Words, sealed_as(to.0, day.date()), &words)?;
        let kept = KeptNudge { to, day: day.date(), goal, words: &sealed };
        store::keep_nudge(&mut transaction, pass.id, &kept).await.map_err(|e| gone(e, "nudges_to_id_fkey"))?;
        if new {
            count_post(limits, pass.id)?;
        }
        transaction.commit().await?;
        Ok((told(goal, words, pass.alias), new))
    }

    /// Nudges to and from a pass, the latest first.
    pub(super) async fn nudges(&self, token: &PassToken) -> Result<Vec<Nudge>, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        pass.circle()?;
        let today = self.clock.now().date_naive();
        let since = today.checked_sub_days(Days::new(LISTED_DAYS)).unwrap_or(today);
        let rows = store::list_nudges(&mut connection, pass.id, since).await?;
        drop(connection);
        let keys = self.keys_of_authors(rows.iter().map(|row| row.pass_id)).await?;
        rows.into_iter().filter_map(|row| keys.get(&row.pass_id).map(|key| Nudge::open(row, key))).collect()
    }

    fn may_nudge(&self, from: PassId, to: PassId, day: CivilDay) -> Result<(), ApiError> {
        let today = self.clock.now().date_naive();
        let near = |days: u64| (today.checked_sub_days(Days::new(days)), today.checked_add_days(Days::new(days)));
        let mut wrong = Vec::new();
        if from == to {
            wrong.push(Invalid::new("pass_id", "invalid_value", "must be somebody else"));
        }
        if let (Some(first), Some(last)) = near(1)
            && !(first..=last).contains(&day.date())
        {
            let message = format!("must be {first} to {last}: yesterday to tomorrow, in UTC");
            wrong.push(Invalid::new("date", "out_of_range", message));
        }
        if wrong.is_empty() { Ok(()) } else { Err(ApiError::parameters(wrong)) }
    }

    /// Does not want to see what somebody writes.
    pub(super) async fn mute(&self, token: &PassToken, muted: PassId) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Reads).await?;
        store::find_ask_day(&mut transaction, pass.circle()?, muted).await?.ok_or_else(ApiError::not_found)?;
        if pass.id == muted {
            let message = "must be somebody else";
            return Err(ApiError::parameters(vec![Invalid::new("pass_id", "invalid_value", message)]));
        }
        hold(&mut transaction, &pass).await?;
        store::insert_mute(&mut transaction, pass.id, muted).await.map_err(|e| gone(e, "mutes_muted_id_fkey"))?;
        Ok(transaction.commit().await?)
    }

    /// Wants to see it again.
    pub(super) async fn unmute(&self, token: &PassToken, muted: PassId) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Reads).await?;
        let circle = pass.circle()?;
        if !store::delete_mute(&mut transaction, pass.id, muted).await? {
            store::find_ask_day(&mut transaction, circle, muted).await?.ok_or_else(ApiError::not_found)?;
        }
        Ok(transaction.commit().await?)
    }

    /// Whom a pass has muted.
    pub(super) async fn mutes(&self, token: &PassToken) -> Result<Vec<(Uuid, String)>, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        pass.circle()?;
        Ok(store::list_mutes(&mut connection, pass.id).await?)
    }
}

impl NudgeContent {
    /// Opens what is kept of a nudge to somebody on a day.
    fn open(
        (goal, words): (Option<Uuid>, Option<Vec<u8>>),
        (to, day): (Uuid, NaiveDate),
        key: &TextKey,
    ) -> Result<Self, ApiError> {
        let words = words.map(|words| key.open(Sealed::Words, sealed_as(to, day), &words)).transpose()?;
        let words: Option<Option<String>> = words;
        Ok(Self { goal: goal.map(GoalId), words: words.flatten() })
    }
}

impl Nudge {
    /// Opens a row with its author's key.
    pub(super) fn open(row: NudgeRow, key: &TextKey) -> Result<Self, ApiError> {
        let content = NudgeContent::open((row.goal_id, row.words), (row.to_id, row.day), key)?;
        let day = CivilDay::try_from(row.day).map_err(ApiError::internal)?;
        let on_their_day = is_on(row.day, row.ask_me_on);
        let (from, alias, to, goal) = (row.pass_id, row.alias, row.to_id, content.goal.map(|id| id.0));
        Ok(Self { from, alias, to, day, on_their_day, goal, words: content.words })
    }
}

/// Whoever leaves between two statements is not there any more.
fn gone(error: sqlx::Error, constraint: &str) -> ApiError {
    if db::is_constraint(&error, constraint) { ApiError::not_found() } else { error.into() }
}

/// Whether a day is that day of the week, 0 Sunday.
fn is_on(day: NaiveDate, ask_day: Option<i16>) -> bool {
    ask_day.is_some_and(|wanted| i64::from(wanted) == i64::from(day.weekday().num_days_from_sunday()))
}

/// What a nudge is sealed for, which is its own.
pub fn sealed_as(to: Uuid, day: NaiveDate) -> Uuid {
    Uuid::from_u128(to.as_u128() ^ u128::from(day.num_days_from_ce().unsigned_abs()))
}
