//! What a pass wrote itself, for its summary.

use chrono::NaiveDate;
use futures_util::{Stream, StreamExt, TryStreamExt};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::PassId;

/// What was ticked and typed on a day.
#[derive(Debug)]
pub(in crate::circles) struct OwnDay {
    pub id: Uuid,
    pub day: NaiveDate,
    pub marks: Vec<u8>,
    /// `None` once it is erased.
    pub words: Option<Vec<u8>>,
}

/// All days of a pass, the latest first, one after another.
pub(in crate::circles) fn own_days(
    connection: &mut PgConnection,
    pass: PassId,
) -> impl Stream<Item = Result<OwnDay, sqlx::Error>> {
    let rows = sqlx::query_as!(
        OwnDay,
        "SELECT id, day, marks, words FROM circles.check_ins WHERE pass_id = $1 ORDER BY day DESC",
        pass.0,
    );
    rows.fetch(connection).into_stream().boxed()
}

/// How many answers a pass gave, those to what is erased by now among them.
pub(in crate::circles) async fn count_answers(connection: &mut PgConnection, pass: PassId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM circles.answers WHERE pass_id = $1"#, pass.0)
        .fetch_one(connection)
        .await
}
