//! From sealed rows to what is shown: opened, with what was said to each.

use sqlx::PgConnection;

use super::{
    answer::Answer,
    sealing::TextKey,
    service::Circles,
    store::{self, WrittenRow},
    writing::{Item, with_answers},
};
use crate::{
    http::ApiError,
    kernel::{CircleId, PassId},
};

impl Circles {
    /// Opens rows with the keys of their authors, with what was said to each as
    /// a pass of the circle sees it. Whose key is gone has left meanwhile, and
    /// what they wrote with them.
    pub(super) async fn open_answered<I: Item>(
        &self,
        connection: &mut PgConnection,
        whose: (PassId, CircleId),
        rows: Vec<WrittenRow>,
        open: impl Fn(WrittenRow, &TextKey) -> Result<I, ApiError>,
    ) -> Result<Vec<I>, ApiError> {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let answers = store::list_answers(connection, whose, &ids).await?;
        let authors = rows.iter().map(|row| row.pass_id).chain(answers.iter().map(|row| row.pass_id));
        let keys = self.keys_of_authors(authors).await?;
        let opened = rows.into_iter().filter_map(|row| keys.get(&row.pass_id).map(|key| open(row, key)));
        Ok(with_answers(opened.collect::<Result<_, _>>()?, &mut Answer::open_all(answers, &keys)?))
    }

    /// Something of one's own, with what was said to it.
    pub(super) async fn answered<I: Item>(
        &self,
        connection: &mut PgConnection,
        whose: (PassId, CircleId),
        mut item: I,
    ) -> Result<I, ApiError> {
        let answers = store::list_answers(connection, whose, &[item.id()]).await?;
        let keys = self.keys_of_authors(answers.iter().map(|row| row.pass_id)).await?;
        let mut answers = Answer::open_all(answers, &keys)?;
        *item.answers() = answers.remove(&item.id()).unwrap_or_default();
        Ok(item)
    }
}
