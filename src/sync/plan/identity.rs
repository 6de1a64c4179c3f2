//! What makes two listings the same one, whatever they are called.

use crate::{
    directory::{MeetingContent, Place},
    kernel::fold,
};

/// Place, day, time and name, folded: equal for the same listing under another
/// slug.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    place: String,
    start: Option<(u8, u16)>,
    name: String,
}

impl Identity {
    pub(super) fn of(content: &MeetingContent) -> Self {
        Self {
            place: content.location.as_ref().map(place_key).unwrap_or_default(),
            start: content.start.map(|start| (start.day.number(), start.time.minutes())),
            name: fold(&content.name),
        }
    }
}

/// What a feed knows a place by: its name and address, or its coordinates
/// where it has neither.
pub(super) fn place_key(place: &Place) -> String {
    let text = |part: &Option<String>| part.as_deref().map(fold).unwrap_or_default();
    let address = match text(&place.formatted_address) {
        formatted if formatted.is_empty() => {
            [&place.address, &place.city, &place.state, &place.postal_code].map(text).join(" ").trim().to_owned()
        }
        formatted => formatted,
    };
    match (text(&place.name), address) {
        (name, address) if name.is_empty() && address.is_empty() => {
            let [latitude, longitude] = [place.latitude, place.longitude].map(Option::unwrap_or_default);
            format!("@{latitude:.5},{longitude:.5}")
        }
        (name, address) => format!("{name}|{address}"),
    }
}
