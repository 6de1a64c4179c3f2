//! Whether an address is a door or only an area.
//!
//! Sources that do not say are judged by the address alone, because an exact
//! one sends people there and an approximate one hides a meeting from those
//! who look nearby. Exact is: a street in the first part (a number that is no
//! postal code, or a word for a street), or at least four parts that are no
//! postal codes. The country's own ways with postal codes are what makes
//! `Edmonton, Alberta, T5B 0S5, Canada` and `75001 Paris, France` areas.
//!
//! To teach it another language's streets: words in [`BEFORE`] (`rue de …`),
//! [`AFTER`] (`… street`) or [`ENDINGS`] (`…straat`).

/// Words that a street's name begins with, or has in its midst.
const BEFORE: &str = "calle avenida avda carretera camino paseo calzada rue chemin quai allée impasse boulevard avenue rua \
                      travessa estrada largo praça plaza ulica ul námestie cesta highway hwy route rte ถนน";

/// Words that a street's name ends with; at the start of a text they are
/// something else (`St. Louis`, `Dr. Bob`).
const AFTER: &str = "street st road rd avenue ave av boulevard blvd lane ln drive dr court ct place pl square sq highway hwy \
                     parkway pkwy terrace circle cir pike turnpike crescent close mews alley plaza row";

/// What the names of streets end in where they are one word.
const ENDINGS: [&str; 15] = [
    "straat", "laan", "weg", "plein", "gracht", "kade", "dijk", "gatan", "gata", "vägen", "torget", "straße",
    "strasse", "gade", "vej",
];

/// Japanese addresses have blocks, not streets.
const BLOCKS: [&str; 3] = ["丁目", "番地", "番"];

/// Reads a yes or no.
pub(crate) fn said(raw: &str) -> Option<bool> {
    match raw.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// Whether an address in one line names a door that one can go to.
pub(crate) fn is_street(address: &str) -> bool {
    let parts: Vec<&str> = address.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let places = parts.iter().filter(|part| !is_postal_code(part)).count();
    let Some(first) = parts.first() else { return false };
    if places >= 4 {
        return true;
    }
    // A building's name may come before the street; the last part is a country.
    let second = parts.get(1).filter(|_| parts.len() > 2);
    names_street(first) || has_number(first, parts.len()) || second.is_some_and(|part| names_street(part))
}

fn words(part: &str) -> impl Iterator<Item = String> {
    part.split(|c: char| !c.is_alphanumeric() && !is_mark(c)).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn is_mark(c: char) -> bool {
    ('\u{e31}'..='\u{e4e}').contains(&c)
}

fn is_one_of(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known == word)
}

fn names_street(part: &str) -> bool {
    if BLOCKS.iter().any(|block| part.contains(block)) {
        return true;
    }
    let words: Vec<String> = words(part).collect();
    // One word alone is a town (`Circle`, `Plaza`) unless it ends like a street.
    let whole = |word: &String| words.len() > 1 && is_one_of(BEFORE, word);
    words.iter().any(|word| whole(word) || ENDINGS.iter().any(|end| word.len() > end.len() && word.ends_with(end)))
        || words.iter().skip(1).any(|word| is_one_of(AFTER, word))
        || part.starts_with("ถนน")
}

/// Whether the first of so many parts has a number that is not a postal
/// code's. A code stands behind the town (`Brighton BN1 1AA`) or before it
/// (`75001 Paris, France`), where three parts would make it a house number
/// (`12345 Broadway, Salem, USA`).
fn has_number(part: &str, parts: usize) -> bool {
    let mut tokens: Vec<&str> = part.split_whitespace().collect();
    for length in [3, 2, 1] {
        if tokens.len() >= length && is_postal_code(&tokens[tokens.len() - length..].join(" ")) {
            tokens.truncate(tokens.len() - length);
        }
        if parts <= 2 && tokens.len() > length && is_postal_code(&tokens[..length].join(" ")) {
            tokens.drain(..length);
        }
    }
    tokens.iter().any(|token| token.contains(char::is_numeric))
}

/// Whether a text is nothing but a postal code, in one of the usual shapes:
/// digits (4 to 7, perhaps in two groups), or letters and digits as in Canada,
/// the Netherlands and the United Kingdom.
fn is_postal_code(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| match c {
            c if c.is_ascii_digit() => '9',
            c if c.is_ascii_uppercase() => 'A',
            c => c,
        })
        .collect();
    matches!(
        shape.as_str(),
        "9999"
            | "99999"
            | "999999"
            | "9999999"
            | "999 99"
            | "9999-999"
            | "999-9999"
            | "99999-9999"
            | "99-999"
            | "99999-999"
            | "9999 AA"
            | "9999AA"
            | "A9A 9A9"
            | "A9A9A9"
            | "A9 9AA"
            | "A99 9AA"
            | "A9A 9AA"
            | "AA9 9AA"
            | "AA99 9AA"
            | "AA9A 9AA"
            | "A9"
            | "A99"
            | "AA9"
            | "AA99"
    )
}

#[cfg(test)]
#[path = "approximate_tests.rs"]
mod tests;
