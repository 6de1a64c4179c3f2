//! One row of a published feed.

use serde::Serialize;

use super::address::Address;
use crate::{
    directory::{Group, Intergroup, Meeting},
    kernel::{Day, GroupId, LocalTime, Slug},
};

/// A row, in the order in which its fields are written. Absent fields and
/// empty lists are left out.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    slug: &'a Slug,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<LocalTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<LocalTime>,
    timezone: &'static str,
    #[serde(flatten)]
    place: PlaceFields<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_region: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    regions: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_notes: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    types: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conference_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conference_url_notes: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conference_phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conference_phone_notes: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    venmo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    square: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paypal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    homegroup_online: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback_url: Option<&'a str>,
    #[serde(flatten)]
    contacts: ContactFields<'a>,
    #[serde(flatten)]
    entity: EntityFields<'a>,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    updated: String,
}

#[derive(Debug, Serialize)]
struct PlaceFields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a str>,
    #[serde(flatten)]
    address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude: Option<f64>,
    approximate: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location_notes: Option<&'a str>,
}

/// Numbered fields, so that they stay plain text and numbers.
#[derive(Debug, Default, Serialize)]
struct ContactFields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_1_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_1_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_1_phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_2_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_2_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_2_phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_3_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_3_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_3_phone: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct EntityFields<'a> {
    entity: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_logo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_phone: Option<&'a str>,
    /// The specification's text says `entity_website_url`, its example and
    /// every reader `entity_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_website_url: Option<&'a str>,
}

impl<'a> Row<'a> {
    pub(super) fn of(meeting: &'a Meeting, group: Option<&'a Group>, intergroup: &'a Intergroup) -> Self {
        let content = &meeting.content;
        let start = content.start;
        Self {
            slug: &meeting.slug,
            name: &content.name,
            day: start.map(|start| start.day),
            time: start.map(|start| start.time),
            end_time: start.zip(content.duration_minutes).map(|(start, minutes)| start.time.plus(minutes)),
            timezone: content.timezone.name(),
            place: PlaceFields::of(meeting),
            region: content.region.first().map(String::as_str),
            sub_region: content.region.get(1).map(String::as_str),
            regions: &content.region,
            district: content.district.as_deref(),
            group: group.map(|group| group.name.as_str()),
            group_id: group.map(|group| group.id),
            group_notes: group.and_then(|group| group.notes.as_deref()),
            types: &content.types,
            notes: content.notes.as_deref(),
            conference_url: content.conference.url.as_deref(),
            conference_url_notes: content.conference.url_notes.as_deref(),
            // Readers take digits, `+`, `,` and `#` only.
            conference_phone: content.conference.phone.as_ref().map(|phone| phone.replace('*', "")),
            conference_phone_notes: content.conference.phone_notes.as_deref(),
            venmo: content.contribution.venmo.as_deref(),
            square: content.contribution.square.as_deref(),
            paypal: content.contribution.paypal.as_deref(),
            homegroup_online: content.contribution.homegroup_online.as_deref(),
            website: content.website.as_deref(),
            feedback_url: content.feedback_url.as_deref(),
            contacts: ContactFields::of(meeting),
            entity: EntityFields::of(intergroup),
            updated: meeting.updated_at.format("%Y-%m-%d %H:%M:%S").to_string(),
        }
    }
}

impl<'a> PlaceFields<'a> {
    fn of(meeting: &'a Meeting) -> Self {
        let place = meeting.content.location.as_ref();
        // Without a place there is no door, which is what readers ask of it.
        let approximate = place.is_none_or(|place| place.approximate);
        let exact = place.filter(|_| !approximate);
        Self {
            location: place.and_then(|place| place.name.as_deref()),
            address: place.map(Address::of).unwrap_or_default(),
            latitude: exact.and_then(|place| place.latitude),
            longitude: exact.and_then(|place| place.longitude),
            approximate: if approximate { "yes" } else { "no" },
            location_notes: place.and_then(|place| place.notes.as_deref()),
        }
    }
}

impl<'a> ContactFields<'a> {
    /// Only where the group publishes them, and never what looks like a full
    /// name.
    fn of(meeting: &'a Meeting) -> Self {
        if !meeting.contacts_public {
            return Self::default();
        }
        let mut shown = meeting.content.contacts.iter().filter(|contact| !contact.likely_last_name);
        let mut next = || {
            let contact = shown.next();
            (
                contact.and_then(|contact| contact.name.as_deref()),
                contact.and_then(|contact| contact.email.as_deref()),
                contact.and_then(|contact| contact.phone.as_deref()),
            )
        };
        let (first, second, third) = (next(), next(), next());
        Self {
            contact_1_name: first.0,
            contact_1_email: first.1,
            contact_1_phone: first.2,
            contact_2_name: second.0,
            contact_2_email: second.1,
            contact_2_phone: second.2,
            contact_3_name: third.0,
            contact_3_email: third.1,
            contact_3_phone: third.2,
        }
    }
}

impl<'a> EntityFields<'a> {
    fn of(intergroup: &'a Intergroup) -> Self {
        Self {
            entity: &intergroup.name,
            entity_email: intergroup.email.as_deref(),
            entity_location: intergroup.location.as_deref(),
            entity_logo: intergroup.logo.as_deref(),
            entity_phone: intergroup.phone.as_deref(),
            entity_url: intergroup.website.as_deref(),
            entity_website_url: intergroup.website.as_deref(),
        }
    }
}
