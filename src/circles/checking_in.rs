//! Check-ins: making, changing, taking away, reading.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    check_in::{CheckIn, CheckInContent},
    model::Asks,
    sealing::TextKey,
    service::Circles,
    store::{self, CheckInQuery, NewVersion, WrittenRow},
    token::PassToken,
    writing::{Put, Step, first_version},
};
use crate::{
    db,
    http::{ApiError, ErrorCode, IfMatch, Limits, Quota},
    kernel::{CivilDay, Invalid, writable_days},
};

impl Circles {
    /// Makes or changes one's check-in of a day; and whether it is new.
    pub(super) async fn put_check_in(
        &self,
        token: &PassToken,
        day: CivilDay,
        mut put: Put<CheckInContent>,
        limits: &Limits,
    ) -> Result<(CheckIn, bool), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        put.require()?;
        let key = self.sealer().key(pass.id.0).await?;
        loop {
            let stored = store::lock_check_in(&mut transaction, pass.id, day.date()).await?;
            let stored = stored.map(|stored| CheckIn::open(stored.of(pass.id.0, &pass.alias), &key)).transpose()?;
            let (check_in, new) = match put.step(stored)? {
                Step::Keep(stored) => return Ok((stored, false)),
                Step::Change(stored, content) => (CheckIn { version: stored.version + 1, content, ..stored }, false),
                Step::Make(content) => {
                    let (id, version) = (self.entropy.uuid_v4(), first_version(&*self.entropy));
                    (CheckIn { id, pass_id: pass.id.0, alias: pass.alias.clone(), day, version, content }, true)
                }
            };
            self.writable(day)?;
            let (marks, words) = check_in.content.seal(self.sealer(), &key, check_in.id)?;
            let kept = NewVersion { id: check_in.id, version: check_in.version, marks: &marks, words: &words };
            let done = if new {
                limits.check(Quota::Post, pass.id.0.as_bytes())?;
                let inserted = store::insert_check_in(&mut transaction, pass.id, day.date(), &kept).await;
                inserted.map_err(|error| left(error, "check_ins_pass_id_fkey"))?
            } else {
                store::update_check_in(&mut transaction, pass.id, &kept).await?
            };
            // Where another device was faster there is something to compare with now.
            if done {
                transaction.commit().await?;
                return Ok((check_in, new));
            }
        }
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
        let rows = store::list_check_ins(&mut connection, pass.id, pass.circle()?, query).await?;
        drop(connection);
        self.open(rows, CheckIn::open).await
    }

    /// Takes one's check-in of a day away.
    pub(super) async fn delete_check_in(
        &self,
        token: &PassToken,
        day: CivilDay,
        condition: &IfMatch,
    ) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        let stored = store::lock_check_in(&mut transaction, pass.id, day.date()).await?;
        let stored = stored.ok_or_else(ApiError::not_found)?;
        if *condition != IfMatch::Absent {
            condition.check(stored.version)?;
        }
        store::delete_check_in(&mut transaction, pass.id, stored.id).await?;
        Ok(transaction.commit().await?)
    }

    /// Opens rows with the keys of their authors. Whose key is gone has left
    /// meanwhile, and what they wrote with them.
    pub(super) async fn open<T>(
        &self,
        rows: Vec<WrittenRow>,
        open: impl Fn(WrittenRow, &TextKey) -> Result<T, ApiError>,
    ) -> Result<Vec<T>, ApiError> {
        let keys = self.keys_of(rows.iter().map(|row| row.pass_id)).await?;
        rows.into_iter().filter_map(|row| keys.get(&row.pass_id).map(|key| open(row, key))).collect()
    }

    /// The keys of these authors, in one statement; in none where there are none.
    pub(super) async fn keys_of(
        &self,
        authors: impl Iterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, TextKey>, ApiError> {
        let mut authors: Vec<Uuid> = authors.collect();
        authors.sort_unstable();
        authors.dedup();
        if authors.is_empty() { Ok(HashMap::new()) } else { self.sealer().keys(&authors).await }
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

/// A pass that has left between two statements has no place to write to.
pub(super) fn left(error: sqlx::Error, constraint: &str) -> ApiError {
    if db::is_constraint(&error, constraint) { ApiError::new(ErrorCode::SessionEnded) } else { error.into() }
}
