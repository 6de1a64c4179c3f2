//! The parts of an address.

use crate::kernel::fold;

/// States and territories whose postal codes begin with a zero, which
/// spreadsheets eat.
const ZERO_STATES: [&str; 9] = ["CT", "MA", "ME", "NH", "NJ", "RI", "VT", "PR", "VI"];

/// A part without the commas and spaces that it was joined with.
pub(crate) fn part(text: &str) -> &str {
    text.trim_matches(|c: char| c == ',' || c.is_whitespace())
}

/// The country as published feeds write it: `US` is `USA`.
pub(crate) fn country(text: &str) -> &str {
    match text {
        "US" | "U.S." | "U.S.A." | "us" | "Usa" | "usa" => "USA",
        other => other,
    }
}

/// The postal code with its leading zero back, if it has lost one: four
/// digits in the United States (perhaps with four more).
pub(crate) fn postal_code(code: &str, state: Option<&str>, country: Option<&str>) -> Option<String> {
    let in_usa = match country {
        Some(country) => matches!(
            fold(country).as_str(),
            "us" | "u s" | "usa" | "u s a" | "united states" | "united states of america"
        ),
        None => state.is_some_and(|state| ZERO_STATES.contains(&&*state.to_ascii_uppercase())),
    };
    let (first, more) = code.split_once('-').map_or((code, None), |(first, more)| (first, Some(more)));
    let digits = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    (in_usa && digits(first) && more.is_none_or(digits)).then(|| format!("0{code}"))
}

/// One line of the parts that are there, each once: an office that writes the
/// city into the street as well does not live there twice.
pub(crate) fn joined(parts: [Option<&str>; 5]) -> Option<String> {
    let mut line: Vec<&str> = Vec::new();
    for part in parts.into_iter().flatten() {
        let said = line.iter().skip(1).any(|known| fold(known) == fold(part))
            || line.first().is_some_and(|first| first.split(',').skip(1).any(|known| fold(known) == fold(part)));
        if !said {
            line.push(part);
        }
    }
    (!line.is_empty()).then(|| line.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_zero_comes_back() {
        for (code, state, country, expected) in [
            ("8950", None, Some("USA"), Some("08950")),
            ("8950", Some("nj"), None, Some("08950")),
            ("8950-1234", Some("NJ"), Some("US"), Some("08950-1234")),
            ("8950", Some("NJ"), Some("Switzerland"), None),
            ("8950", Some("CA"), None, None),
            ("8950", None, None, None),
            ("64113", None, Some("USA"), None),
            ("895", None, Some("USA"), None),
        ] {
            assert_eq!(postal_code(code, state, country).as_deref(), expected, "{code} {state:?} {country:?}");
        }
    }

    #[test]
    fn parts_are_joined_once_each() {
        let parts = [Some("707 W. 47th"), Some("Kansas City"), Some("MO"), Some("64112"), Some("USA")];
        assert_eq!(joined(parts).as_deref(), Some("707 W. 47th, Kansas City, MO, 64112, USA"));
        let twice = [Some("1 Main St @ Elm, Salem"), Some("Salem"), None, None, Some("USA")];
        assert_eq!(joined(twice).as_deref(), Some("1 Main St @ Elm, Salem, USA"));
        assert_eq!(
            joined([Some("New York"), Some("New York"), None, None, None]).as_deref(),
            Some("New York, New York")
        );
        assert_eq!(joined([None; 5]), None);
        assert_eq!(part(" Unity Temple, "), "Unity Temple");
    }
}
