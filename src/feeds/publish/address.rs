//! Both forms of an address: the whole line, and its parts.
//!
//! Readers want one or the other. Where an office gave only the line, its
//! parts are read off the end, as `…, city, state postcode, country` is written
//! in most of the world; where it gave only parts, they are joined.

use serde::Serialize;

use crate::directory::Place;

/// An address as published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    formatted_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
}

impl Address {
    pub(super) fn of(place: &Place) -> Self {
        let given = Self {
            formatted_address: place.formatted_address.clone(),
            address: place.address.clone(),
            city: place.city.clone(),
            state: place.state.clone(),
            postal_code: place.postal_code.clone(),
            country: place.country.clone(),
        };
        let has_parts = given.address.is_some() || given.city.is_some();
        match &given.formatted_address {
            Some(line) if !has_parts => {
                Self { formatted_address: given.formatted_address.clone(), ..split(line, place.approximate) }
            }
            Some(_) => given,
            None => Self { formatted_address: joined(&given), ..given },
        }
    }
}

/// `address, city, state postcode, country` of what is there.
fn joined(parts: &Address) -> Option<String> {
    let state = [&parts.state, &parts.postal_code].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let state = (!state.is_empty()).then_some(state);
    let line = [&parts.address, &parts.city, &state, &parts.country].into_iter().flatten().cloned().collect::<Vec<_>>();
    (!line.is_empty()).then(|| line.join(", "))
}

/// Countries as addresses end with them. Only behind one of these is it sure
/// which part is the town and which the state; a wrong part is worse than none.
const COUNTRIES: [&str; 24] = [
    "USA",
    "US",
    "United States",
    "Canada",
    "UK",
    "United Kingdom",
    "England",
    "Scotland",
    "Wales",
    "Northern Ireland",
    "Ireland",
    "Australia",
    "New Zealand",
    "South Africa",
    "Mexico",
    "México",
    "Spain",
    "España",
    "France",
    "Germany",
    "Deutschland",
    "Netherlands",
    "Sweden",
    "Portugal",
];

/// Parts read off a line: the country last, before it the state with its
/// postcode, before that the town; the rest is the street. An approximate
/// place has no street.
fn split(line: &str, approximate: bool) -> Address {
    let mut parts: Vec<&str> = line.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let street_parts = usize::from(!approximate);
    let mut split = Address::default();
    if parts.last().is_some_and(|last| COUNTRIES.contains(last)) && parts.len() > 1 {
        split.country = parts.pop().map(str::to_owned);
        if parts.len() > street_parts + 1 {
            (split.state, split.postal_code) = parts.pop().map_or((None, None), state_and_code);
        }
        if parts.len() > street_parts {
            split.city = parts.pop().map(str::to_owned);
        }
        split.address = (!approximate).then(|| parts.join(", "));
    } else if !approximate {
        split.address = parts.first().map(|part| (*part).to_owned());
    }
    split
}

/// `CA 95118` is a state and a code, `Ontario` a state, `95118` a code.
fn state_and_code(region: &str) -> (Option<String>, Option<String>) {
    let words: Vec<&str> = region.split_whitespace().collect();
    let code = words.iter().position(|word| word.bytes().any(|b| b.is_ascii_digit())).unwrap_or(words.len());
    let text = |words: &[&str]| (!words.is_empty()).then(|| words.join(" "));
    (text(&words[..code]), text(&words[code..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str, approximate: bool) -> [Option<String>; 5] {
        let Address { address, city, state, postal_code, country, .. } = split(line, approximate);
        [address, city, state, postal_code, country]
    }

    #[test]
    fn a_line_is_read_from_its_end() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            parts("12 Elm St, Suite 4, Springfield, IL 60601, USA", false),
            [some("12 Elm St, Suite 4"), some("Springfield"), some("IL"), some("60601"), some("USA")]
        );
        assert_eq!(
            parts("Church Hall, Lewes BN7 2LU, UK", false),
            [some("Church Hall"), some("Lewes BN7 2LU"), None, None, some("UK")]
        );
        assert_eq!(parts("Springfield, IL, USA", true), [None, some("Springfield"), some("IL"), None, some("USA")]);
    }

    #[test]
    fn without_a_country_only_the_street_is_sure() {
        assert_eq!(parts("12 Elm St, Springfield, IL", false), [Some("12 Elm St".to_owned()), None, None, None, None]);
        assert_eq!(parts("Springfield, IL", true), [None, None, None, None, None]);
    }
}
