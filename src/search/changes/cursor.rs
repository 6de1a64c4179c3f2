//! Where a client stands, as an opaque text that it hands back.
//!
//! Neither secret nor signed: a made-up one shows nothing that is not public.
//! Layout, big-endian: version 1, kind 1, scope 16, number 8, mark 8, id 16.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::{directory::Tick, kernel::MeetingId};

const VERSION: u8 = 1;
const WALK: u8 = 1;
const CHANGES: u8 = 2;

/// Where a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) struct Cursor {
    /// Whose meetings; see [`super::scope::Scope::key`].
    pub scope: Uuid,
    /// On a walk where the scope stood when it began, else the last change.
    pub tick: Tick,
    /// How far it came.
    pub after: After,
}

/// How far a client came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) enum After {
    /// On a walk, to this meeting.
    Walked(MeetingId),
    /// Of the changes of the cursor's number, to this meeting.
    Told(MeetingId),
}

impl Cursor {
    /// The text that a client is given.
    pub(super) fn encode(self) -> String {
        let (kind, id) = match self.after {
            After::Walked(id) => (WALK, id),
            After::Told(id) => (CHANGES, id),
        };
        let mut bytes = Vec::with_capacity(50);
        bytes.extend([VERSION, kind]);
        bytes.extend(self.scope.as_bytes());
        bytes.extend(self.tick.revision.to_be_bytes());
        bytes.extend(self.tick.mark.to_be_bytes());
        bytes.extend(id.0.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads one of ours; `None` where it is not.
    pub(super) fn decode(text: &str) -> Option<Self> {
        let bytes: [u8; 50] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let ([version, kind], rest) = bytes.split_first_chunk::<2>()?;
        let (scope, rest) = rest.split_first_chunk::<16>()?;
        let (revision, rest) = rest.split_first_chunk::<8>()?;
        let (mark, id) = rest.split_first_chunk::<8>()?;
        let id = MeetingId(Uuid::from_slice(id).ok()?);
        let after = match (*version, *kind) {
            (VERSION, WALK) => After::Walked(id),
            (VERSION, CHANGES) => After::Told(id),
            _ => return None,
        };
        let tick = Tick { revision: i64::from_be_bytes(*revision), mark: i64::from_be_bytes(*mark) };
        Some(Self { scope: Uuid::from_bytes(*scope), tick, after })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(scope: u128, revision: i64, mark: i64, id: u128, walk: bool) {
            let id = MeetingId(Uuid::from_u128(id));
            let after = if walk { After::Walked(id) } else { After::Told(id) };
            let cursor = Cursor { scope: Uuid::from_u128(scope), tick: Tick { revision, mark }, after };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn what_is_no_cursor_is_none(text in ".{0,80}") {
            prop_assert_eq!(Cursor::decode(&text), None);
        }
    }

    #[test]
    fn a_cut_longer_or_newer_one_is_none() {
        let id = MeetingId(Uuid::from_u128(7));
        let tick = Tick { revision: 1, mark: 2 };
        let text = Cursor { scope: Uuid::nil(), tick, after: After::Told(id) }.encode();
        for other in [&text[1..], &text[..66], &format!("{text}A"), &text.replacen("AQ", "Ag", 1), ""] {
            assert_eq!(Cursor::decode(other), None, "{other}");
        }
    }
}
