//! Some fields of a meeting and not the others: `fields`.
//!
//! What is left out is cut from the bytes of the whole: the object is walked
//! once, and nothing of it is read but where its members begin and end.

use super::view::{MEETING_FIELDS, MEETING_ID};

/// A set of a meeting's fields, by their place in [`MEETING_FIELDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fields(u64);

impl Fields {
    /// Those of that name, and the id, which is always there.
    ///
    /// # Errors
    /// The first name that is none of a meeting's that everybody may see.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let mut bits = Self::bit(MEETING_ID).unwrap_or(0);
        for name in names {
            bits |= Self::bit(name).ok_or(name)?;
        }
        Ok(Self(bits))
    }

    /// Those of a meeting in brief, as a group or a place lists it: what
    /// `view::MeetingBrief` has, in the same order.
    pub(super) fn brief() -> Self {
        let names = [MEETING_ID, "slug", "name", "day", "time", "timezone", "attendance"];
        Self(names.iter().filter_map(|name| Self::bit(name)).fold(0, |bits, bit| bits | bit))
    }

    fn bit(name: &str) -> Option<u64> {
        let at = MEETING_FIELDS.iter().position(|field| *field == name)?;
        1u64.checked_shl(u32::try_from(at).ok()?)
    }

    fn has(self, name: &[u8]) -> bool {
        let at = MEETING_FIELDS.iter().position(|field| field.as_bytes() == name);
        at.is_some_and(|at| self.0 >> at & 1 == 1)
    }

    /// Appends an object with these members alone. `object` is one JSON object
    /// as we write it: without spaces, its names without escapes.
    pub(super) fn pick(self, object: &[u8], out: &mut Vec<u8>) {
        out.push(b'{');
        let mut first = true;
        for (name, member) in members(object) {
            if self.has(name) {
                if !first {
                    out.push(b',');
                }
                out.extend_from_slice(member);
                first = false;
            }
        }
        out.push(b'}');
    }
}

/// The members of an object: each its name, and the whole of it.
fn members(object: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let inner = object.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}")).unwrap_or_default();
    let mut rest = inner;
    std::iter::from_fn(move || {
        let end = end_of_member(rest)?;
        let member = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        let name = member.strip_prefix(b"\"")?;
        let name = &name[..name.iter().position(|byte| *byte == b'"')?];
        Some((name, member))
    })
}

/// What a member of that name holds, in an object as [`Fields::pick`] takes it.
pub(super) fn member<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (_, found) = members(object).find(|(other, _)| *other == name.as_bytes())?;
    found.get(name.len() + 3..)
}

/// Where the first member ends: at a comma that is in no string and no value.
fn end_of_member(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    (!bytes.is_empty()).then_some(bytes.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;
    use crate::search::{
        tests::dice::Dice,
        view::{IntergroupRef, MeetingBrief, MeetingView},
    };

    #[test]
    fn a_field_that_is_none_is_named() {
        assert_eq!(Fields::of(["name", "admin_notes"]), Err("admin_notes"));
        assert_eq!(Fields::of([]), Fields::of(["id"]));
    }

    #[test]
    fn every_field_has_a_bit_of_its_own() {
        let bits: std::collections::BTreeSet<_> =
            MEETING_FIELDS.iter().map(|name| Fields::bit(name).unwrap()).collect();
        assert_eq!(bits.len(), MEETING_FIELDS.len());
    }

    #[test]
    fn a_meeting_in_brief_is_some_of_its_fields() {
        let mut dice = Dice(7);
        let directory = dice.directory(80);
        let office = IntergroupRef::of(&directory.intergroups[0]);
        for meeting in &directory.meetings {
            let mut out = Vec::new();
            Fields::brief().pick(&serde_json::to_vec(&MeetingView::of(meeting, office, None)).unwrap(), &mut out);
            assert_eq!(out, serde_json::to_vec(&MeetingBrief::of(meeting)).unwrap());
        }
    }

    proptest! {
        #[test]
        fn what_is_picked_is_what_was_there(texts in prop::collection::vec("\\PC{0,12}|[\"\\\\{}\\[\\],]{0,6}", 5), bits: u64) {
            let mut whole = Map::new();
            let values = texts.iter().enumerate().map(|(n, text)| match n % 3 {
                0 => Value::from(text.as_str()),
                1 => serde_json::json!([text, { text.as_str(): text }]),
                _ => serde_json::json!({ "id": text, "x": [1, -2.5, true] }),
            });
            whole.extend(MEETING_FIELDS.iter().step_by(4).map(|name| (*name).to_owned()).zip(values));
            let mut out = Vec::new();
            Fields(bits).pick(&serde_json::to_vec(&whole).unwrap(), &mut out);
            let picked: Map<String, Value> = serde_json::from_slice(&out).unwrap();
            whole.retain(|name, _| Fields(bits).has(name.as_bytes()));
            prop_assert_eq!(picked, whole);
        }
    }
}
