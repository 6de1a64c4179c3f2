//! `timezone`: the zone that day and time are local to.

use chrono_tz::Tz;

use crate::{
    directory::{Place, TimezoneSource},
    feeds::{
        model::FeedContext,
        normalise::zone::{self, ReadZone},
        problems::ProblemCode,
        row::Row,
    },
    kernel::zone_at,
};

/// Takes the zone: the one given, or the one behind the time, or the one at
/// exact coordinates, or the source's default.
pub(crate) fn zone(
    row: &mut Row,
    behind: Option<&str>,
    place: Option<&Place>,
    context: &FeedContext,
) -> (Tz, TimezoneSource) {
    let exact = place.filter(|place| !place.approximate);
    let there =
        exact.and_then(|place| place.latitude.zip(place.longitude)).and_then(|(north, east)| zone_at(north, east));
    // At sea the zone is an offset: a slip of the coordinates, not a place.
    let there = there.filter(|zone| !zone.name().starts_with("Etc/"));
    let given = given(row, there);
    let behind = behind.and_then(|name| zone::parse(name).map(|read| (name, local(read, there))));
    if let Some((name, zone)) = behind
        && given != Some(zone)
    {
        row.problem(ProblemCode::ZoneInTime, "time", name);
    }
    let given = given.or(behind.map(|(_, zone)| zone));
    match (given, there) {
        (Some(zone), _) => (zone, TimezoneSource::Given),
        (None, Some(zone)) => (zone, TimezoneSource::Coordinates),
        (None, None) => (context.default_timezone, TimezoneSource::Intergroup),
    }
}

fn given(row: &mut Row, there: Option<Tz>) -> Option<Tz> {
    let name = row.identifier("timezone", "timezone")?;
    let Some(read) = zone::parse(&name) else {
        row.drop(ProblemCode::UnknownZone, "timezone", name.into());
        return None;
    };
    if read.nickname {
        row.problem(ProblemCode::ZoneNickname, "timezone", &name);
    }
    Some(local(read, there))
}

/// Arizona says "Mountain" too, and keeps no summer time.
fn local(read: ReadZone, there: Option<Tz>) -> Tz {
    let arizona = read.nickname && read.zone == Tz::America__Denver && there == Some(Tz::America__Phoenix);
    if arizona { Tz::America__Phoenix } else { read.zone }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn read(given: &str, behind: Option<&str>, at: Option<(f64, f64)>) -> (&'static str, TimezoneSource, usize) {
        let mut row = Row::new(1, Map::from_iter([("timezone".to_owned(), json!(given))]));
        let place = at.map(|(north, east)| Place { latitude: Some(north), longitude: Some(east), ..Place::default() });
        let context = FeedContext::of(Tz::America__New_York);
        let (zone, source) = zone(&mut row, behind, place.as_ref(), &context);
        (zone.name(), source, row.problems(None).len())
    }

    #[test]
    fn the_zone_given_comes_before_the_one_there() {
        use TimezoneSource::{Coordinates, Given, Intergroup};
        let chicago = Some((41.88, -87.63));
        let phoenix = Some((33.45, -112.07));
        assert_eq!(read("America/Denver", None, chicago), ("America/Denver", Given, 0));
        assert_eq!(read("", None, chicago), ("America/Chicago", Coordinates, 0));
        assert_eq!(read("", None, None), ("America/New_York", Intergroup, 0));
        assert_eq!(read("", None, Some((35.0, -40.0))), ("America/New_York", Intergroup, 0));
        assert_eq!(read("+10:00", None, chicago), ("America/Chicago", Coordinates, 1));
        assert_eq!(read("Eastern", None, None), ("America/New_York", Given, 1));
        assert_eq!(read("MST", None, phoenix), ("America/Phoenix", Given, 1));
        assert_eq!(read("", Some("cst"), None), ("America/Chicago", Given, 1));
        assert_eq!(read("America/Chicago", Some("cst"), None), ("America/Chicago", Given, 0));
        assert_eq!(read("America/Denver", Some("cst"), None), ("America/Denver", Given, 1));
    }

    #[test]
    fn the_middle_of_an_area_has_no_zone() {
        let area = Place { latitude: Some(41.88), longitude: Some(-87.63), approximate: true, ..Place::default() };
        let context = FeedContext::of(Tz::UTC);
        let (zone, source) = zone(&mut Row::new(1, Map::new()), None, Some(&area), &context);
        assert_eq!((zone, source), (Tz::UTC, TimezoneSource::Intergroup));
    }
}
