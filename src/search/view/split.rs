//! A meeting's bytes in parts: what it alone says, and what other meetings say
//! too, which is most of it and is kept once for all of them: its intergroup,
//! its group, its place, its region, when and how it meets.
//!
//! Invariant: the parts one behind the other are what serde makes of the whole
//! [`MeetingView`].

use std::io::Write;

use memchr::memmem::find;
use serde::Serialize;
use uuid::Uuid;

use super::{GroupView, IntergroupRef, MeetingView, PlaceView};
use crate::kernel::{IntergroupId, Slug};

/// How many pieces of a meeting others may have, too, besides its intergroup.
pub const PIECES: usize = 5;

/// How an intergroup begins. No text can hold this or what follows, because JSON
/// writes a quote in a text with a backslash.
const OFFICE: &[u8] = br#","intergroup":{"#;
/// How long a nameless intergroup is without its slug.
const NAMELESS: usize = r#","intergroup":{"id":"00000000-0000-0000-0000-000000000000","slug":"","name":""}"#.len();
/// How what begins that tells how it meets, and how the last of it.
const HOW: &[u8] = br#","timezone":""#;
const LANGUAGES: &[u8] = br#","languages":["#;
/// How a place begins.
const PLACE: &str = "location";

/// The bytes of one meeting after the other.
#[derive(Debug, Default)]
pub struct Split {
    /// What the meeting alone says.
    pub own: Vec<u8>,
    /// Where in `own` its intergroup and then the pieces belong.
    pub head: usize,
    /// Fields that follow one another, each with the comma before it: the group,
    /// the place, the region and district, the time, and from the zone to the
    /// languages. Empty where there is none.
    pub pieces: [Vec<u8>; PIECES],
}

impl Split {
    /// Writes a meeting over the one before.
    pub fn write(&mut self, meeting: MeetingView<'_>) {
        let MeetingView { group, location, region, district, slug, .. } = meeting;
        let intergroup = nameless(slug);
        let own = MeetingView { intergroup, group: None, location: None, region: None, district: None, ..meeting };
        self.own.clear();
        self.pieces.iter_mut().for_each(Vec::clear);
        let [of_group, of_place, of_region, when, how] = &mut self.pieces;
        member(of_group, "group", group);
        member(of_place, PLACE, location);
        member(of_region, "region", region);
        member(of_region, "district", district);
        self.head = write_without_office(&mut self.own, &own, slug);
        let rest = &self.own[self.head..];
        let from = find(rest, HOW).unwrap_or_default();
        let languages = find(rest, LANGUAGES).unwrap_or(from);
        let end = rest[languages..].iter().position(|byte| *byte == b']').map_or(from, |end| languages + end + 1);
        when.extend_from_slice(&rest[..from]);
        how.extend_from_slice(&rest[from..end]);
        self.own.drain(self.head..self.head + end);
    }
}

/// An intergroup as a meeting, a group and a location show it.
pub fn office(intergroup: IntergroupRef<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    member(&mut out, "intergroup", Some(intergroup));
    out
}

/// A group without its meetings and its intergroup, and where that belongs.
pub fn group_alone(group: GroupView<'_>) -> (Vec<u8>, usize) {
    let (mut out, slug) = (Vec::new(), group.slug);
    let head = write_without_office(&mut out, &GroupView { intergroup: nameless(slug), meetings: None, ..group }, slug);
    (out, head)
}

/// A place as a meeting shows it, which is the beginning of a location, too, and
/// how far into that the location's bytes begin.
pub fn place(place: PlaceView<'_>) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    member(&mut out, PLACE, Some(place));
    (out, r#","":"#.len() + PLACE.len())
}

/// Writes an object that shows an intergroup, [`nameless`] by this slug, without
/// that; says where it belongs.
fn write_without_office(out: &mut Vec<u8>, object: &impl Serialize, slug: &Slug) -> usize {
    // As with a member.
    let _ = serde_json::to_writer(&mut *out, object);
    let head = find(out, OFFICE).unwrap_or(out.len());
    out.drain(head..out.len().min(head + NAMELESS + slug.as_str().len()));
    head
}

/// An intergroup that is as long as its slug, any.
fn nameless(slug: &Slug) -> IntergroupRef<'_> {
    IntergroupRef { id: IntergroupId(Uuid::nil()), slug, name: "" }
}

fn member(out: &mut Vec<u8>, name: &str, value: Option<impl Serialize>) {
    if let Some(value) = value {
        // Views have text keys and finite numbers, and a vector takes every byte,
        // so there is no error to have.
        let _ = write!(out, r#","{name}":"#);
        let _ = serde_json::to_writer(out, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{
        tests::dice::Dice,
        view::{LocationView, RegionRef},
    };

    #[test]
    fn the_parts_are_the_whole() {
        let (directory, mut split) = (Dice(11).directory(120), Split::default());
        let listed_by = IntergroupRef::of(&directory.intergroups[0]);
        for (n, meeting) in directory.meetings.iter().enumerate() {
            let region = directory.regions.get(n % 7);
            let region =
                region.map(|one| RegionRef { id: one.id, slug: &one.slug, name: &one.name, path: &["\"", "b"] });
            let view = MeetingView::of(meeting, listed_by, region);
            let whole = serde_json::to_vec(&view).unwrap();
            split.write(view);
            let (before, after) = split.own.split_at(split.head);
            assert_eq!([before, &office(listed_by), &split.pieces.concat(), after].concat(), whole);
            assert!(before.ends_with(b"\"") && !after.is_empty());
            let [.., when, how] = &split.pieces;
            assert!(meeting.content.start.is_none() || when.starts_with(br#","day":"#));
            assert!(how.starts_with(HOW) && how.ends_with(b"]"));
        }
    }

    #[test]
    fn groups_and_locations_show_the_same() {
        let directory = Dice(12).directory(120);
        let listed_by = IntergroupRef::of(&directory.intergroups[0]);
        let shown = office(listed_by);
        for group in &directory.groups {
            let whole = GroupView { meetings: None, ..GroupView::of(group, listed_by, vec![]) };
            let (alone, head) = group_alone(whole.clone());
            let (before, after) = alone.split_at(head);
            assert_eq!([before, &shown, after].concat(), serde_json::to_vec(&whole).unwrap());
        }
        for location in &directory.locations {
            let view = PlaceView::of(location.id, &location.place);
            let (bytes, from) = place(view.clone());
            let (before, after) = bytes[from..].split_at(bytes.len() - from - 1);
            let whole = LocationView { place: view, intergroup: listed_by, meetings: None };
            assert_eq!([before, &shown, after].concat(), serde_json::to_vec(&whole).unwrap());
        }
    }
}
