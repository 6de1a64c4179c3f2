//! The words of meetings.

use foldhash::HashMap;

use crate::directory::Meeting;
use crate::search::{
    snapshot::{entry::Index, trees::Trees},
    text::{Builder, Field},
};

/// Reads meetings, and what many of them share once.
#[derive(Default)]
pub(super) struct Reader {
    pub builder: Builder,
    /// The words of a region and of those that it lies in.
    regions: HashMap<Index, Vec<u32>>,
}

impl Reader {
    /// Reads what a query's words are looked for in.
    pub(super) fn read(&mut self, meeting: &Meeting, trees: &Trees) {
        let (builder, content) = (&mut self.builder, &meeting.content);
        builder.text(Field::Name, &content.name);
        if let Some(group) = meeting.group_id.and(content.group.as_ref()) {
            builder.text(Field::Group, &group.name);
        }
        if let Some(place) = meeting.location_id.and(content.location.as_ref()) {
            place.name.iter().for_each(|name| builder.text(Field::Location, name));
            place.address_texts().for_each(|address| builder.text(Field::Address, address));
        }
        if let Some(region) = meeting.region_id.and_then(|id| trees.region(id)) {
            let read = || builder.numbers(&trees.path(region).join(" "));
            let words = self.regions.entry(region).or_insert_with(read);
            builder.words(Field::Region, words);
        }
        content.notes.iter().for_each(|notes| builder.text(Field::Notes, notes));
        builder.end();
    }
}
