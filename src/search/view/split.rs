//! A meeting's bytes in two: what it alone says, and what it shows of its
//! intergroup, group, place and region, which more than half of the bytes are and
//! other meetings show too.
//!
//! Invariant: one put into the other is what serde makes of the whole
//! [`MeetingView`].

use serde::Serialize;
use uuid::Uuid;

use super::{GroupRef, IntergroupRef, MeetingView, PlaceView, RegionRef};
use crate::kernel::IntergroupId;

/// How what is shared begins. No text can hold it, because JSON writes a quote in
/// a text with a backslash.
const BEGINNING: &[u8] = br#","intergroup":{"#;
/// How long a nameless intergroup is without its slug.
const NAMELESS: usize = r#","intergroup":{"id":"00000000-0000-0000-0000-000000000000","slug":"","name":""}"#.len();

/// Fields that follow one another in a [`MeetingView`].
#[derive(Serialize)]
struct Around<'a> {
    intergroup: IntergroupRef<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<GroupRef<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<PlaceView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<RegionRef<'a>>,
}

/// The bytes of one meeting after the other.
#[derive(Debug, Default)]
pub struct Split {
    /// What the meeting alone says.
    pub own: Vec<u8>,
    /// Where in `own` what is around it belongs.
    pub head: usize,
    /// What it shows of what it shares, from the comma before it.
    pub around: Vec<u8>,
}

impl Split {
    /// Writes a meeting over the one before.
    pub fn write(&mut self, meeting: MeetingView<'_>) {
        let (slug, nobody) = (meeting.slug, IntergroupId(Uuid::nil()));
        let nameless = IntergroupRef { id: nobody, slug, name: "" };
        let MeetingView { intergroup, group, location, region, .. } = meeting;
        let around = Around { intergroup, group, location, region };
        let own = MeetingView { intergroup: nameless, group: None, location: None, region: None, ..meeting };
        self.own.clear();
        self.around.clear();
        // Views have text keys and finite numbers, and a vector takes every byte,
        // so there is no error to have.
        let _ = serde_json::to_writer(&mut self.own, &own);
        let _ = serde_json::to_writer(&mut self.around, &around);
        self.around.pop();
        self.around.first_mut().into_iter().for_each(|first| *first = b',');
        let end = self.own.len();
        self.head = self.own.windows(BEGINNING.len()).position(|bytes| bytes == BEGINNING).unwrap_or(end);
        self.own.drain(self.head..end.min(self.head + NAMELESS + slug.as_str().len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tests::dice::Dice;

    #[test]
    fn one_put_into_the_other_is_the_whole() {
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
            assert_eq!([before, &split.around, after].concat(), whole);
            assert!(before.ends_with(b"\"") && !after.is_empty());
        }
    }
}
