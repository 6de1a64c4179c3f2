//! Degrees on a map.

/// One degree, from what a sheet wrote: a decimal comma is a decimal point.
pub(crate) fn degrees(raw: &str) -> Option<f64> {
    let text = raw.trim();
    let figures = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ',');
    if text.is_empty() || !text.chars().all(figures) {
        return None;
    }
    let text = if text.contains('.') { text.to_owned() } else { text.replacen(',', ".", 1) };
    text.parse().ok()
}

/// A place on Earth, rounded to five decimals (about a metre). `None` out of
/// range, and for 0, 0, which is what an unfilled form says and lies in the
/// sea.
pub(crate) fn place(latitude: f64, longitude: f64) -> Option<(f64, f64)> {
    let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    // Adding 0 makes of -0 a 0: one place, one spelling.
    let rounded = |degrees: f64| (degrees * 1e5).round() / 1e5 + 0.0;
    let (latitude, longitude) = (rounded(latitude), rounded(longitude));
    (on_earth && (latitude != 0.0 || longitude != 0.0)).then_some((latitude, longitude))
}

/// Latitude and longitude in one text with a comma, as from a sheet.
pub(crate) fn pair(raw: &str) -> Option<(f64, f64)> {
    let (latitude, longitude) = raw.trim().trim_matches(['(', ')']).split_once(',')?;
    place(degrees(latitude)?, degrees(longitude)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn degrees_are_read() {
        for (text, expected) in [
            ("40.0769666", Some(40.076_966_6)),
            (" -75,3 ", Some(-75.3)),
            ("40", Some(40.0)),
            ("40N", None),
            ("NaN", None),
            ("1e5", None),
            ("", None),
        ] {
            assert_eq!(degrees(text), expected, "{text}");
        }
    }

    #[test]
    fn a_place_is_on_earth_and_not_at_zero() {
        assert_eq!(place(40.076_966_6, -75.301_971_7), Some((40.07697, -75.30197)));
        assert_eq!(place(-0.0, 10.0).map(|(latitude, _)| latitude.is_sign_positive()), Some(true));
        for (latitude, longitude) in [(0.0, 0.0), (91.0, 0.0), (0.0, 181.0), (f64::NAN, 1.0), (1e-9, -1e-9)] {
            assert_eq!(place(latitude, longitude), None);
        }
        assert_eq!(pair("40.1, -75.3"), Some((40.1, -75.3)));
        assert_eq!(pair("40.1"), None);
    }

    proptest! {
        #[test]
        fn a_place_does_not_change_when_read_again(latitude in -90.0..90.0, longitude in -180.0..180.0) {
            if let Some((latitude, longitude)) = place(latitude, longitude) {
                prop_assert_eq!(place(latitude, longitude), Some((latitude, longitude)));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = (degrees(&text), pair(&text));
        }
    }
}
