//! A meeting's bytes in parts: what it alone says, and what it shows of its
//! intergroup and group, of its place and of its region, which is more than half
//! of it, and which other meetings show too.
//!
//! Invariant: the parts one behind the other are what serde makes of the whole
//! [`MeetingView`].

use std::io::Write;

use serde::Serialize;
use uuid::Uuid;

use super::{IntergroupRef, MeetingView};
use crate::kernel::IntergroupId;

/// How what is shared begins. No text can hold it, because JSON writes a quote in
/// a text with a backslash.
const BEGINNING: &[u8] = br#","intergroup":{"#;
/// How long a nameless intergroup is without its slug.
const NAMELESS: usize = r#","intergroup":{"id":"00000000-0000-0000-0000-000000000000","slug":"","name":""}"#.len();

/// The bytes of one meeting after the other.
#[derive(Debug, Default)]
pub struct Split {
    /// What the meeting alone says.
    pub own: Vec<u8>,
    /// Where in `own` what is around it belongs.
    pub head: usize,
    /// Fields that follow one another, each with the comma before it: the
    /// intergroup and the group, the place, the region. Empty where there is none.
    pub around: [Vec<u8>; 3],
}

impl Split {
    /// Writes a meeting over the one before.
    pub fn write(&mut self, meeting: MeetingView<'_>) {
        let (slug, nobody) = (meeting.slug, IntergroupId(Uuid::nil()));
        let nameless = IntergroupRef { id: nobody, slug, name: "" };
        let MeetingView { intergroup, group, location, region, .. } = meeting;
        let own = MeetingView { intergroup: nameless, group: None, location: None, region: None, ..meeting };
        self.own.clear();
        self.around.iter_mut().for_each(Vec::clear);
        let [office, at, within] = &mut self.around;
        member(office, "intergroup", Some(intergroup));
        member(office, "group", group);
        member(at, "location", location);
        member(within, "region", region);
        // As with a member.
        let _ = serde_json::to_writer(&mut self.own, &own);
        let end = self.own.len();
        self.head = self.own.windows(BEGINNING.len()).position(|bytes| bytes == BEGINNING).unwrap_or(end);
        self.own.drain(self.head..end.min(self.head + NAMELESS + slug.as_str().len()));
    }
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
    use crate::search::{tests::dice::Dice, view::RegionRef};

    #[test]
    fn the_parts_are_the_whole() {
        let (directory, mut split) = (Dice(11).directory(120), Split::default());
        let office = IntergroupRef::of(&directory.intergroups[0]);
        for (n, meeting) in directory.meetings.iter().enumerate() {
            let region = directory.regions.get(n % 7);
            let region =
                region.map(|one| RegionRef { id: one.id, slug: &one.slug, name: &one.name, path: &["\"", "b"] });
            let view = MeetingView::of(meeting, office, region);
            let whole = serde_json::to_vec(&view).unwrap();
            split.write(view);
            let (before, after) = split.own.split_at(split.head);
            assert_eq!([before, &split.around.concat(), after].concat(), whole);
            assert!(before.ends_with(b"\"") && !after.is_empty());
        }
    }
}
