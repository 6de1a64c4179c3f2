//! Answers: giving, changing, taking away, reading.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    answer::{Answer, AnswerContent, Place},
    model::{Asks, this_week},
    posting::{count_post, hold},
    sealing::TextKey,
    service::Circles,
    store::{self, KeptAnswer},
    token::PassToken,
    writing::Put,
};
use crate::http::{ApiError, Limits, PutCondition};

impl Circles {
    /// Gives or changes one's answer at a place; and whether it is new.
    pub(super) async fn put_answer(
        &self,
        token: &PassToken,
        place: Place,
        put: Put<AnswerContent>,
        limits: &Limits,
    ) -> Result<(Answer, bool), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        let circle = pass.circle()?;
        hold(&mut transaction, &pass).await?;
        if !store::has_item(&mut transaction, circle, place).await? {
            return Err(ApiError::not_found());
        }
        let key = self.sealer().key(pass.id.0).await?;
        let stored = store::find_answer(&mut transaction, pass.id, place).await?;
        let stored = stored.map(|row| Answer::open(row, &key)).transpose()?;
        let before = stored.as_ref().map(|stored| (stored.version, &stored.content));
        // A write that is sent again does not bring back what was removed.
        let erased = before.is_some_and(|(_, content)| content.words.is_none() && !put.is(content));
        if erased && store::was_taken_away(&mut transaction, pass.id, place.item, (Some(place.n), None)).await? {
            put.require()?;
        }
        let Some((version, content, new)) = put.outcome(before, &*self.entropy)? else {
            return Ok((stored.ok_or_else(ApiError::not_found)?, false));
        };
        let (marks, words) = content.seal(self.sealer(), &key, place)?;
        let kept = KeptAnswer { version, marks: &marks, words: &words };
        let week = this_week(self.clock.now());
        store::keep_answer(&mut transaction, (pass.id, place), week, &kept).await?;
        if new {
            count_post(limits, pass.id)?;
        }
        transaction.commit().await?;
        Ok((Answer { pass_id: pass.id.0, alias: pass.alias, n: place.n, version, content }, new))
    }

    /// Takes one's answer at a place away, also where what it answers is gone.
    pub(super) async fn delete_answer(
        &self,
        token: &PassToken,
        place: Place,
        condition: &PutCondition,
    ) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        hold(&mut transaction, &pass).await?;
        let stored = store::find_answer(&mut transaction, pass.id, place).await?;
        condition.allow(Some(stored.ok_or_else(ApiError::not_found)?.version))?;
        store::delete_answer(&mut transaction, pass.id, place).await?;
        Ok(transaction.commit().await?)
    }

    /// The keys of these authors, in one statement; in none where there are none.
    pub(super) async fn keys_of_authors(
        &self,
        authors: impl Iterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, TextKey>, ApiError> {
        let mut authors: Vec<Uuid> = authors.collect();
        authors.sort_unstable();
        authors.dedup();
        if authors.is_empty() { Ok(HashMap::new()) } else { self.sealer().keys(&authors).await }
    }
}
