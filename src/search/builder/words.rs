//! The words of meetings.

use super::Source;
use crate::search::text::{Builder, Field, TextIndex};

/// What a query's words are looked for in.
pub(super) fn index(source: &Source<'_>) -> TextIndex {
    let mut builder = Builder::default();
    // What many meetings share is read once.
    let regions: Vec<Vec<u32>> =
        source.regions.iter().zip(0..).map(|(_, at)| builder.numbers(&source.region_path(at).join(" "))).collect();
    for meeting in source.meetings {
        let content = &meeting.content;
        builder.text(Field::Name, &content.name);
        if let Some(group) = meeting.group_id.and(content.group.as_ref()) {
            builder.text(Field::Group, &group.name);
        }
        if let Some(place) = meeting.location_id.and(content.location.as_ref()) {
            place.name.iter().for_each(|name| builder.text(Field::Location, name));
            place.formatted_address.iter().for_each(|address| builder.text(Field::Address, address));
        }
        if let Some(region) = meeting.region_id.and_then(|id| source.region_at.get(&id)) {
            builder.words(Field::Region, &regions[*region as usize]);
        }
        content.notes.iter().for_each(|notes| builder.text(Field::Notes, notes));
        builder.end();
    }
    builder.finish()
}
