//! Check-ins: making, changing, taking away, reading.

use super::{
    check_in::{CheckIn, CheckInContent},
    model::Asks,
    posting::{count_post, hold},
    service::Circles,
    store::{self, CheckInQuery, NewVersion},
    token::PassToken,
    writing::Put,
};
use crate::{
    http::{ApiError, Limits, PutCondition},
    kernel::{CivilDay, Invalid, writable_days},
};

impl Circles {
    /// Makes or changes one's check-in of a day; and whether it is new.
    pub(super) async fn put_check_in(
        &self,
        token: &PassToken,
        day: CivilDay,
        put: Put<CheckInContent>,
        limits: &Limits,
    ) -> Result<(CheckIn, bool), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        let whose = (pass.id, pass.circle()?);
        put.require()?;
        hold(&mut transaction, &pass).await?;
        let key = self.sealer().key(pass.id.0).await?;
        let stored = store::find_check_in(&mut transaction, pass.id, day.date()).await?;
        let stored = stored.map(|stored| CheckIn::open(stored.of(pass.id.0, &pass.alias), &key)).transpose()?;
        let before = stored.as_ref().map(|stored| (stored.version, &stored.content));
        let Some((version, content, new)) = put.outcome(before, &*self.entropy)? else {
            let stored = stored.ok_or_else(ApiError::not_found)?;
            return Ok((self.answered(&mut transaction, whose, stored).await?, false));
        };
        let id = stored.map_or_else(|| self.entropy.uuid_v4(), |stored| stored.id);
        let (pass_id, alias, answers) = (pass.id.0, pass.alias.clone(), Vec::new());
        let check_in = CheckIn { id, pass_id, alias, day, version, content, answers };
        self.writable(day)?;
        let (marks, words) = check_in.content.seal(self.sealer(), &key, check_in.id)?;
        let kept = NewVersion { id: check_in.id, version: check_in.version, marks: &marks, words: &words };
        if new {
            store::insert_check_in(&mut transaction, pass.id, day.date(), &kept).await?;
            count_post(limits, pass.id)?;
            transaction.commit().await?;
            return Ok((check_in, true));
        }
        store::update_check_in(&mut transaction, pass.id, &kept).await?;
        let check_in = self.answered(&mut transaction, whose, check_in).await?;
        transaction.commit().await?;
        Ok((check_in, false))
    }

    /// One's own check-in of a day.
    pub(super) async fn own_check_in(&self, token: &PassToken, day: CivilDay) -> Result<CheckIn, ApiError> {
        let (from, to) = (day.date(), day.date());
        let query = CheckInQuery { from, to, pass: Some(token.pass), after: None, limit: 1 };
        let found = self.check_ins(token, &query).await?;
        found.into_iter().next().ok_or_else(ApiError::not_found)
    }

    /// Check-ins of one's circle.
    pub(super) async fn check_ins(&self, token: &PassToken, query: &CheckInQuery) -> Result<Vec<CheckIn>, ApiError> {
        let (mut connection, pass) = self.look(token, Asks::Reads).await?;
        let whose = (pass.id, pass.circle()?);
        let rows = store::list_check_ins(&mut connection, whose, query).await?;
        self.open_answered(&mut connection, whose, rows, CheckIn::open).await
    }

    /// Takes one's check-in of a day away.
    pub(super) async fn delete_check_in(
        &self,
        token: &PassToken,
        day: CivilDay,
        condition: &PutCondition,
    ) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        hold(&mut transaction, &pass).await?;
        let stored = store::find_check_in(&mut transaction, pass.id, day.date()).await?;
        let stored = stored.ok_or_else(ApiError::not_found)?;
        condition.allow(Some(stored.version))?;
        store::delete_check_in(&mut transaction, pass.id, stored.id).await?;
        Ok(transaction.commit().await?)
    }

    /// That a day may be written to.
    fn writable(&self, day: CivilDay) -> Result<(), ApiError> {
        let days = writable_days(self.clock.now());
        if days.contains(&day) {
            return Ok(());
        }
        let message = format!("must be {} to {}: 15 days back to tomorrow, in UTC", days.start(), days.end());
        Err(ApiError::parameters(vec![Invalid::new("date", "out_of_range", message)]))
    }
}
