//! Rules that need more than one field, or the location: on the outcome of a
//! write, and only where it touches what they are about.

use super::patch::Touched;
use crate::{
    directory::{Attendance, Conference, MeetingDocument, Place, attendance_of, provider},
    kernel::Invalid,
};

/// What how one can attend depends on.
const VENUE: [&str; 5] = ["location_id", "conference", "types", "published", "attendance"];

/// What is wrong with a meeting. `asserted` is the attendance that the write
/// says it has; `place` the one of its `location_id`.
pub(in crate::directory) fn meeting(
    document: &MeetingDocument,
    touched: &Touched,
    asserted: Option<Attendance>,
    place: Option<&Place>,
) -> Vec<Invalid> {
    let mut wrong = Vec::new();
    if touched.any(&["day", "time"]) && document.day.is_some() != document.time.is_some() {
        let missing = if document.day.is_some() { "/time" } else { "/day" };
        wrong.push(Invalid::new(
            missing,
            "missing_field",
            "day and time stand together, or both are absent: by appointment",
        ));
    }
    let has = |code: &str| document.types.iter().any(|one| one == code);
    if touched.any(&["types"]) && has("O") && has("C") {
        wrong.push(Invalid::new("/types", "contradiction", "must not be both open (O) and closed (C)"));
    }
    if touched.any(&["conference"]) {
        wrong.extend(conference(&document.conference));
    }
    if touched.any(&["contacts"]) {
        wrong.extend(contacts(document));
    }
    let derived = attendance_of(&document.conference, &document.types, place);
    if let Some(asserted) = asserted.filter(|asserted| *asserted != derived) {
        wrong.push(Invalid::new("/attendance", "contradiction", why_not(asserted, derived)));
    }
    let nobody_could = document.published && derived == Attendance::Inactive && !has("TC");
    if nobody_could && asserted.is_none() && touched.any(&VENUE) {
        let message = "nobody could attend: it needs a location that is not approximate, a conference link of a known \
                       service or a phone number of ten digits; or else the type TC, or attendance inactive";
        wrong.push(Invalid::new("/location_id", "nowhere_to_go", message));
    }
    wrong
}

/// What is wrong with a conference.
pub(in crate::directory) fn conference(conference: &Conference) -> Vec<Invalid> {
    let unknown = conference.url.as_deref().is_some_and(|url| provider(url).is_none());
    let message = "must be a link to a known conference service, whose domain is on the provider list";
    unknown.then(|| Invalid::new("/conference/url", "unknown_provider", message)).into_iter().collect()
}

fn contacts(document: &MeetingDocument) -> Vec<Invalid> {
    let mut wrong = Vec::new();
    if document.contacts.len() > 3 {
        wrong.push(Invalid::new("/contacts", "too_many", "must be at most three"));
    }
    for (index, contact) in document.contacts.iter().enumerate() {
        if contact.name.is_none() && contact.email.is_none() && contact.phone.is_none() {
            wrong.push(Invalid::new(format!("/contacts/{index}"), "empty", "must have a name, an email or a phone"));
        }
    }
    wrong
}

/// What an asserted attendance lacks, or has too much.
fn why_not(asserted: Attendance, derived: Attendance) -> String {
    let at_a_place = |attendance| matches!(attendance, Attendance::InPerson | Attendance::Hybrid);
    let from_elsewhere = |attendance| matches!(attendance, Attendance::Online | Attendance::Hybrid);
    let place = match (at_a_place(asserted), at_a_place(derived)) {
        (true, false) => Some("in person needs a location that is not approximate, and no type TC"),
        (false, true) => Some("without in person it needs no location, an approximate one, or the type TC"),
        _ => None,
    };
    let link = match (from_elsewhere(asserted), from_elsewhere(derived)) {
        (true, false) => Some("online needs a conference link of a known service or a phone number of ten digits"),
        (false, true) => Some("without online it needs no conference link of a known service and no phone number"),
        _ => None,
    };
    [place, link].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// What is wrong with a location.
pub(in crate::directory) fn location(place: &Place, touched: &Touched) -> Vec<Invalid> {
    let mut wrong = Vec::new();
    if place.latitude.is_some() != place.longitude.is_some() {
        let missing = if place.latitude.is_some() { "/longitude" } else { "/latitude" };
        wrong.push(Invalid::new(missing, "missing_field", "latitude and longitude stand together"));
    }
    let at_zero = place.latitude == Some(0.0) && place.longitude == Some(0.0);
    if at_zero && touched.any(&["latitude", "longitude"]) {
        wrong.push(Invalid::new("/latitude", "at_zero", "0, 0 lies in the sea: leave out what is not known"));
    }
    let texts = [
        &place.name,
        &place.formatted_address,
        &place.address,
        &place.city,
        &place.state,
        &place.postal_code,
        &place.country,
    ];
    if place.latitude.is_none() && texts.iter().all(|text| text.is_none()) {
        wrong.push(Invalid::new("", "empty", "must have a name, a part of an address, or coordinates"));
    }
    wrong
}
