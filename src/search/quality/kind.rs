//! The kinds of findings, in the order of what it costs the people who look
//! for a meeting, and sets of them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::search::view::Open;

/// A kind of finding on the wire.
pub type OpenFindingKind = Open<FindingKind>;

/// What is found: nobody can attend (`no_way_to_attend`), or could if the place
/// were more than an area (`approximate_place`); a published contact is kept
/// back for its `likely_last_name`; a meeting is listed twice (`duplicate`);
/// its link is of no known conference service (`conference_off_list`); its
/// place has `no_coordinates`; nobody has looked after it for a year
/// (`stale`); its time zone is the office's (`zone_guessed`); it has no region
/// (`region_missing`) or no end (`no_end_time`), though most of the office's
/// meetings have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Neither a place nor a way to join, and not said to be closed.
    NoWayToAttend,
    /// Only an area for a place, and no way to join, and not said to be closed.
    ApproximatePlace,
    /// A published contact whose name looks like a full one.
    LikelyLastName,
    /// The same meeting twice.
    Duplicate,
    /// A link to join by that is of no known service.
    ConferenceOffList,
    /// A place to go to without coordinates.
    NoCoordinates,
    /// Neither confirmed nor synced nor changed for a year.
    Stale,
    /// A place, and the office's time zone for want of another.
    ZoneGuessed,
    /// A place to go to that lies in no region.
    RegionMissing,
    /// A time without an end.
    NoEndTime,
}

impl FindingKind {
    /// Every kind in order.
    pub const ALL: [Self; 10] = [
        Self::NoWayToAttend,
        Self::ApproximatePlace,
        Self::LikelyLastName,
        Self::Duplicate,
        Self::ConferenceOffList,
        Self::NoCoordinates,
        Self::Stale,
        Self::ZoneGuessed,
        Self::RegionMissing,
        Self::NoEndTime,
    ];

    /// Its code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoWayToAttend => "no_way_to_attend",
            Self::ApproximatePlace => "approximate_place",
            Self::LikelyLastName => "likely_last_name",
            Self::Duplicate => "duplicate",
            Self::ConferenceOffList => "conference_off_list",
            Self::NoCoordinates => "no_coordinates",
            Self::Stale => "stale",
            Self::ZoneGuessed => "zone_guessed",
            Self::RegionMissing => "region_missing",
            Self::NoEndTime => "no_end_time",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What is wrong and what to do, of one meeting alone. Findings of some
    /// kinds say more, see `view`.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::NoWayToAttend => {
                "Nobody can attend: it has no place, and no link of a known service or phone number to join by. Add \
                 one, or mark it temporarily closed (TC)."
            }
            Self::ApproximatePlace => {
                "Nobody can attend: its place is only an area, and it has no link of a known service or phone number \
                 to join by. Give the street address, or mark it temporarily closed (TC)."
            }
            Self::LikelyLastName => {
                "Its contacts are published, and one of them is kept back because the name looks as if it had a last \
                 name. Keep the first name and at most an initial."
            }
            Self::Duplicate => "It seems to be listed more than once.",
            Self::ConferenceOffList => {
                "A link of it, maybe one in its notes, belongs to no conference service that apps know, so nobody \
                 joins by it. Use a link of a known service or a phone number; if it is the group's own page, put it \
                 into the field website."
            }
            Self::NoCoordinates => {
                "Its place has no coordinates: no map shows it, and nobody who searches nearby finds it."
            }
            Self::Stale => "Nobody has confirmed, synced or changed it for more than a year.",
            Self::ZoneGuessed => {
                "Neither the listing nor coordinates say its time zone, so the office's own is used. Add the \
                 coordinates of its place, or the time zone."
            }
            Self::RegionMissing => {
                "It has no region, though most of the office's meetings have, so no search by region finds it."
            }
            Self::NoEndTime => "It has no end time, though most of the office's meetings have; apps assume an hour.",
        }
    }
}

/// A set of kinds, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::search) struct Kinds(u16);

impl Kinds {
    /// The set with another kind, if it is `there`.
    pub(super) const fn with(self, kind: FindingKind, there: bool) -> Self {
        Self(self.0 | (there as u16) << kind as u16)
    }

    pub(super) const fn has(self, kind: FindingKind) -> bool {
        self.0 >> kind as u16 & 1 == 1
    }

    pub(super) fn iter(self) -> impl Iterator<Item = FindingKind> {
        FindingKind::ALL.into_iter().filter(move |kind| self.has(*kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_code_place_and_words() {
        for (place, kind) in FindingKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
            assert_eq!(FindingKind::of_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
            assert!(kind.words().ends_with('.'));
            let alone = Kinds::default().with(kind, true);
            assert_eq!(alone.iter().collect::<Vec<_>>(), [kind]);
        }
        assert_eq!(FindingKind::of_code("Stale"), None);
    }
}
