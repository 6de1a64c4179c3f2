//! IANA time zones by name, and by place without a network.

use std::sync::LazyLock;

use chrono_tz::Tz;
use tzf_rs::EmbeddedFinder;

/// The text is not the name of an IANA time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an IANA time zone such as America/Chicago")]
pub struct UnknownZone;

/// A zone by its exact IANA name (case matters, as in the database).
///
/// # Errors
/// When there is no such zone.
pub fn parse_zone(name: &str) -> Result<Tz, UnknownZone> {
    name.parse().map_err(|_| UnknownZone)
}

/// The zone at a point, from the boundaries built into the program
/// (timezone-boundary-builder, ODbL; see NOTICE). `None` at sea, and where the
/// data names a zone that the zone database does not have.
pub fn zone_at(latitude: f64, longitude: f64) -> Option<Tz> {
    static FINDER: LazyLock<EmbeddedFinder> = LazyLock::new(EmbeddedFinder::new);
    let name = FINDER.get_tz_name(longitude, latitude);
    // Nautical zones: nobody meets there, so the coordinates are wrong.
    if name.starts_with("Etc/") { None } else { name.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_knows_its_zone() {
        assert_eq!(zone_at(41.88, -87.63), Some(chrono_tz::America::Chicago));
        assert_eq!(zone_at(50.83, -0.14), Some(chrono_tz::Europe::London));
        assert_eq!(zone_at(0.0, -30.0), None);
        assert_eq!(parse_zone("US/Nowhere"), Err(UnknownZone));
    }
}
