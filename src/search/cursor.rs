//! Where a page ended, as an opaque text that a client hands back.
//!
//! It holds all that the next page needs: the query's hash, the `now` and
//! `total` of the first page, and the last key. Read strictly: another query's
//! cursor, a cut or longer one, or one from an absurd time is refused, never
//! guessed at. It is not secret and not signed: a made-up cursor shows nothing
//! that a made-up query would not.
//!
//! Layout, big-endian: version 1, hash 16, now 8 (Unix seconds), total 4,
//! joined 1, id 16, then the key: 8 bytes, or a folded name.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::query::{QueryHash, SearchQuery, Sort};
use crate::kernel::{Invalid, MeetingId};

const VERSION: u8 = 1;
/// How old a cursor may be, and how far ahead of this machine's clock.
const OLDEST: TimeDelta = TimeDelta::days(366);
const NEWEST: TimeDelta = TimeDelta::days(1);

/// The last key of a page, in terms that hold in every snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// Millimetres, seconds, minutes or points short of the most there can be.
    Number(u64),
    /// A folded name.
    Name(Box<str>),
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The query that it belongs to.
    pub hash: QueryHash,
    /// The minute of the first page.
    pub now: DateTime<Utc>,
    /// How many the first page counted.
    pub total: u32,
    /// Whether the last meeting was one that joined after the others.
    pub joined: bool,
    /// The last meeting.
    pub id: MeetingId,
    /// The last meeting's key.
    pub key: Key,
}

impl Cursor {
    /// The text that a client is given.
    pub(super) fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(64);
        bytes.push(VERSION);
        bytes.extend(self.hash);
        bytes.extend(self.now.timestamp().to_be_bytes());
        bytes.extend(self.total.to_be_bytes());
        bytes.push(u8::from(self.joined));
        bytes.extend(self.id.0.as_bytes());
        match &self.key {
            Key::Number(number) => bytes.extend(number.to_be_bytes()),
            Key::Name(name) => bytes.extend(name.as_bytes()),
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the cursor of a query; `None` where the query has none.
    pub(super) fn of(query: &SearchQuery, now: DateTime<Utc>) -> Result<Option<Self>, Invalid> {
        let Some(text) = &query.cursor else { return Ok(None) };
        let wrong = |message| Invalid::new("cursor", "invalid_cursor", message);
        let not_ours = || wrong("must be the next_cursor of an answer, unchanged");
        let cursor = Self::decode(text, query.sort).ok_or_else(not_ours)?;
        if cursor.hash != query.canonical_hash() {
            return Err(wrong("belongs to another query: all parameters but limit must stay the same"));
        }
        let age = now.signed_duration_since(cursor.now);
        if age > OLDEST || age < -NEWEST {
            return Err(wrong("is too old: begin again without it"));
        }
        Ok(Some(cursor))
    }

    fn decode(text: &str, sort: Sort) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (version, rest) = bytes.split_first_chunk::<1>()?;
        let (hash, rest) = rest.split_first_chunk::<16>()?;
        let (now, rest) = rest.split_first_chunk::<8>()?;
        let (total, rest) = rest.split_first_chunk::<4>()?;
        let (joined, rest) = rest.split_first_chunk::<1>()?;
        let (id, key) = rest.split_first_chunk::<16>()?;
        let key = match sort {
            Sort::Name => Key::Name(str::from_utf8(key).ok()?.into()),
            Sort::Distance | Sort::Next | Sort::DayTime | Sort::Relevance => {
                Key::Number(u64::from_be_bytes(key.try_into().ok()?))
            }
        };
        let valid = *version == [VERSION] && joined[0] <= 1;
        valid.then_some(Self {
            hash: *hash,
            now: DateTime::from_timestamp(i64::from_be_bytes(*now), 0)?,
            total: u32::from_be_bytes(*total),
            joined: *joined == [1],
            id: MeetingId(Uuid::from_bytes(*id)),
            key,
        })
    }
}

#[cfg(test)]
mod tests;
