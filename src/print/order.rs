//! Which meeting stands under which heading, and in which order.

use std::collections::BTreeSet;

use super::{GroupBy, listed::Placed};
use crate::{
    kernel::{Day, LocalTime, MeetingId, fold},
    search::{IntergroupEntry, Scope, Snapshot},
};

/// A heading; their order is that of the page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heading {
    /// A day of all meetings.
    Day(Day),
    /// A region, by its folded names from the root on and as they are written,
    /// and a day in it.
    Region(Vec<String>, Vec<String>, Day),
    /// A day of the meetings that have no region.
    NoRegion(Day),
    /// By appointment.
    Appointment,
}

/// A meeting's place on the page; their order is that of the page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub heading: Heading,
    time: Option<LocalTime>,
    name: String,
    pub id: MeetingId,
}

/// What a page is made of.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// Every meeting that the office itself lists, once.
    pub places: Vec<Place>,
    /// The type codes that any of them has.
    pub types: BTreeSet<String>,
}

impl Order {
    /// The order of an office's meetings.
    ///
    /// # Errors
    /// When the bytes of the snapshot are not what it says they are.
    pub(super) fn of(
        snapshot: &Snapshot,
        office: &IntergroupEntry,
        group_by: GroupBy,
    ) -> Result<Self, serde_json::Error> {
        let mut order = Self::default();
        for meeting in snapshot.meetings_of(office, Scope::Own) {
            let json = snapshot.meeting_json(meeting);
            let placed: Placed = serde_json::from_slice(&json)?;
            let (name, time) = (fold(&placed.name), placed.time);
            order.places.push(Place { heading: heading(&placed, group_by), time, name, id: meeting.id });
            order.types.extend(placed.types);
        }
        order.places.sort_unstable();
        Ok(order)
    }
}

fn heading(placed: &Placed, group_by: GroupBy) -> Heading {
    let path = placed.region.as_ref().map(|region| region.path.clone()).unwrap_or_default();
    match (placed.day, group_by) {
        (None, _) => Heading::Appointment,
        (Some(day), GroupBy::Day) => Heading::Day(day),
        (Some(day), GroupBy::Region) if path.is_empty() => Heading::NoRegion(day),
        (Some(day), GroupBy::Region) => Heading::Region(path.iter().map(|name| fold(name)).collect(), path, day),
    }
}
