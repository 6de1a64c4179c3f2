//! What the office decides about a meeting that several of its sources list.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::store;
use crate::kernel::{FeedId, MeetingId};

/// How a source stands to a meeting that it lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// What it says is what is shown; whoever led so far follows.
    Leads,
    /// What it lists is another meeting, which it brings itself from now on.
    Apart,
}

/// Why a source's standing cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// It does not list the meeting.
    #[error("the source does not list the meeting")]
    NotListed,
    /// It leads the meeting.
    #[error("the source leads the meeting")]
    Leads,
    /// The database cannot be reached.
    #[error("the database did not take it")]
    Database(#[from] sqlx::Error),
}

/// Settles how a source stands to a meeting; whether anything changed. It is
/// read anew at the next turn. The caller holds the clock.
///
/// # Errors
/// When the source does not list the meeting, when one that leads is to be set
/// apart, or the database cannot be reached.
pub async fn settle(
    connection: &mut PgConnection,
    meeting_id: MeetingId,
    feed_id: FeedId,
    standing: Standing,
    now: DateTime<Utc>,
) -> Result<bool, SettleError> {
    let leads = store::leads(connection, meeting_id, feed_id).await?;
    let changed = match (standing, leads) {
        (Standing::Leads, true) => return Ok(false),
        (Standing::Leads, false) => store::change_leader(connection, meeting_id, feed_id, now).await?,
        (Standing::Apart, true) => return Err(SettleError::Leads),
        (Standing::Apart, false) => store::set_apart(connection, meeting_id, feed_id, now).await?,
    };
    if changed { Ok(true) } else { Err(SettleError::NotListed) }
}
