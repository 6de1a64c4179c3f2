//! The lines of notices that a published feed carries, taken out again.
//!
//! What OpenChair publishes says in the notes what is exceptional in the next
//! days (`feeds::notice_line`). A reader of such a feed shows them; one that
//! keeps the listing must not take them for the office's own words, or they
//! would stay there for ever.

use serde_json::Value;

use crate::feeds::{notice_line, row::Row};

/// Takes the lines of notices off the end of the notes; says whether one of
/// them put `TC` among the types.
pub(crate) fn notices(row: &mut Row) -> bool {
    let Some(notes) = row.take("notes") else { return false };
    let Value::String(text) = &notes else {
        row.put("notes", notes);
        return false;
    };
    let (own, closed) = notice_line::without(text);
    row.put("notes", own.into());
    closed
}
