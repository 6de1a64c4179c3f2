//! A time zone, from what offices write instead of its IANA name.
//!
//! Exact names in any case and with spaces; the short names that only North
//! America uses (`Eastern`, `PT`, `CST`); the city of exactly one zone
//! (`Los Angeles`, `London`). Abbreviations of several countries (`IST`,
//! `BST`) and offsets (`+10:00`, which know no summer time) are unknown.
//!
//! To add a short name: one line in [`NICKNAMES`].

use std::{collections::HashMap, sync::LazyLock};

use chrono_tz::{TZ_VARIANTS, Tz};

use crate::kernel::fold;

/// Short names, folded, before IANA names: in the database `EST` and `MST`
/// are offsets without summer time, which is not what offices mean.
const NICKNAMES: [(&str, Tz); 25] = [
    ("eastern", Tz::America__New_York),
    ("et", Tz::America__New_York),
    ("est", Tz::America__New_York),
    ("edt", Tz::America__New_York),
    ("central", Tz::America__Chicago),
    ("ct", Tz::America__Chicago),
    ("cst", Tz::America__Chicago),
    ("cdt", Tz::America__Chicago),
    ("mountain", Tz::America__Denver),
    ("mt", Tz::America__Denver),
    ("mst", Tz::America__Denver),
    ("mdt", Tz::America__Denver),
    ("pacific", Tz::America__Los_Angeles),
    ("alaska", Tz::America__Anchorage),
    ("arizona", Tz::America__Phoenix),
    ("pt", Tz::America__Los_Angeles),
    ("pst", Tz::America__Los_Angeles),
    ("pdt", Tz::America__Los_Angeles),
    ("akst", Tz::America__Anchorage),
    ("akdt", Tz::America__Anchorage),
    ("hawaii", Tz::Pacific__Honolulu),
    ("hst", Tz::Pacific__Honolulu),
    ("hawaii aleutian", Tz::Pacific__Honolulu),
    ("atlantic", Tz::America__Halifax),
    ("newfoundland", Tz::America__St_Johns),
];

/// Former names that the database keeps for two countries; what leaves has the
/// name that every reader knows.
const FORMER: [(&str, Tz); 20] = [
    ("us/alaska", Tz::America__Anchorage),
    ("us/aleutian", Tz::America__Adak),
    ("us/arizona", Tz::America__Phoenix),
    ("us/central", Tz::America__Chicago),
    ("us/east-indiana", Tz::America__Indiana__Indianapolis),
    ("us/eastern", Tz::America__New_York),
    ("us/hawaii", Tz::Pacific__Honolulu),
    ("us/indiana-starke", Tz::America__Indiana__Knox),
    ("us/michigan", Tz::America__Detroit),
    ("us/mountain", Tz::America__Denver),
    ("us/pacific", Tz::America__Los_Angeles),
    ("us/samoa", Tz::Pacific__Pago_Pago),
    ("canada/atlantic", Tz::America__Halifax),
    ("canada/central", Tz::America__Winnipeg),
    ("canada/eastern", Tz::America__Toronto),
    ("canada/mountain", Tz::America__Edmonton),
    ("canada/newfoundland", Tz::America__St_Johns),
    ("canada/pacific", Tz::America__Vancouver),
    ("canada/saskatchewan", Tz::America__Regina),
    ("canada/yukon", Tz::America__Whitehorse),
];

/// Areas of the database whose zones are called after a city.
const AREAS: [&str; 9] =
    ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// A zone, and whether its name had to be interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadZone {
    /// The zone.
    pub zone: Tz,
    /// It was a short name, not an IANA name.
    pub nickname: bool,
}

struct Names {
    exact: HashMap<String, Tz>,
    /// By folded city; `None` where several zones have it.
    cities: HashMap<String, Option<Tz>>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names { exact: HashMap::new(), cities: HashMap::new() };
    for zone in TZ_VARIANTS {
        names.exact.insert(zone.name().to_ascii_lowercase(), zone);
        if let Some((area, city)) = zone.name().split_once('/')
            && AREAS.contains(&area)
        {
            let city = city.rsplit('/').next().unwrap_or(city);
            names.cities.entry(fold(city)).and_modify(|known| *known = None).or_insert(Some(zone));
        }
    }
    // Parts of a country, or of the compass, are not cities.
    for word in ["north", "south", "west", "east", "center", "knox", "general"] {
        names.cities.remove(word);
    }
    names
});

/// Reads the name of a zone.
pub(crate) fn parse(raw: &str) -> Option<ReadZone> {
    let text = raw.trim();
    let folded = fold(text);
    let short = folded
        .strip_suffix(" us canada")
        .unwrap_or(&folded)
        .trim_end_matches(" time")
        .trim_end_matches(" standard")
        .trim_end_matches(" daylight");
    let nickname = NICKNAMES.iter().find(|(name, _)| *name == short);
    if let Some((_, zone)) = nickname {
        return Some(ReadZone { zone: *zone, nickname: true });
    }
    let exact = text.to_ascii_lowercase().replace(' ', "_");
    if let Some((_, zone)) = FORMER.iter().find(|(name, _)| *name == exact) {
        return Some(ReadZone { zone: *zone, nickname: false });
    }
    if let Some(zone) = NAMES.exact.get(&exact) {
        return Some(ReadZone { zone: *zone, nickname: false });
    }
    // A sign makes it an offset, whatever letters stand before it.
    if text.contains(['+', '-']) && text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    NAMES.cities.get(&folded).copied().flatten().map(|zone| ReadZone { zone, nickname: true })
}

#[cfg(test)]
#[path = "zone_tests.rs"]
mod tests;
