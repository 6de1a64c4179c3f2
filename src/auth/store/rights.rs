//! Who a token or key stands for at this very moment. Both functions set the
//! scope of the transaction that they run in.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgInterval};

use crate::{
    auth::{
        audience::Audience,
        caller::{KeyRights, SessionRights},
    },
    kernel::{AccountId, SessionId},
};

/// The rights of a live session of an audience; `None` where it has ended.
pub(in crate::auth) async fn enter_session(
    connection: &mut PgConnection,
    audience: Audience,
    (session, account): (SessionId, AccountId),
    now: DateTime<Utc>,
) -> Result<Option<SessionRights>, sqlx::Error> {
    let idle = audience.refresh_idle();
    let idle = PgInterval { months: 0, days: 0, microseconds: idle.num_microseconds().unwrap_or(i64::MAX) };
    let rights = sqlx::query_scalar!(
        "SELECT office.enter_session($1, $2, $3, $4, $5)",
        session.0,
        account.0,
        now,
        idle,
        audience.as_str(),
    )
    .fetch_one(connection)
    .await?;
    parsed(rights)
}

/// The rights of an office key; `None` where there is none.
pub(in crate::auth) async fn enter_key(
    connection: &mut PgConnection,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<KeyRights>, sqlx::Error> {
    let rights =
        sqlx::query_scalar!("SELECT office.enter_key($1, $2)", hash.as_slice(), now).fetch_one(connection).await?;
    parsed(rights)
}

fn parsed<T: serde::de::DeserializeOwned>(value: Option<serde_json::Value>) -> Result<Option<T>, sqlx::Error> {
    let read = |value| serde_json::from_value(value).map_err(|error| sqlx::Error::Decode(Box::new(error)));
    value.map(read).transpose()
}
