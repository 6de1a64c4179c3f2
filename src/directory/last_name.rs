//! Whether a contact's name looks like a full name.
//!
//! Members are known by a first name and at most an initial. A name is flagged
//! when, after what people do in a group is taken away, a word follows the
//! first name that is no initial: `John Smith`, `Smith, John`, `J. Smith`; not
//! `John S.`, `Mary Ann S.`, `Mary & Bob`, `J.R.`. In doubt it is flagged: that
//! keeps a contact private, the other mistake publishes a name.
//!
//! To add a word that is no name: [`NO_NAMES`].

/// Offices, titles and other words that are not names, in lower case.
const NO_NAMES: &str = "secretary sec chair chairperson chairman chairwoman cochair gsr agsr alt alternate assistant asst dcm \
                        treasurer intergroup igr rep representative central office group groups hotline helpline info \
                        information contact contacts phone text texts call calls cell mobile home work email mail aa \
                        alcoholics anonymous meeting meetings host cohost hostess greeter zoom tech sponsor service servant \
                        trusted district area answering line desk club only for the of mr mrs ms miss dr member friend";

/// Words between two people.
const BETWEEN: [&str; 10] = ["and", "or", "with", "y", "et", "och", "en", "e", "o", "a"];

/// Whether a name looks like one with a last name in it.
pub fn is_likely_last_name(name: &str) -> bool {
    let name = without_brackets(name);
    let mut people: Vec<Vec<&str>> = vec![Vec::new()];
    for token in name.split_inclusive(['&', '/', '+', ';', '|']).flat_map(str::split_whitespace) {
        let (word, ends) = match token.strip_suffix(['&', '/', '+', ';', '|']) {
            Some(word) => (word, true),
            None => (token, false),
        };
        // A lower-case `e` or `y` joins; a capital one is an initial.
        let joins =
            BETWEEN.contains(&word) || BETWEEN.iter().any(|join| join.len() > 1 && word.eq_ignore_ascii_case(join));
        if joins {
            people.push(Vec::new());
        } else if let Some(person) = people.last_mut() {
            person.push(word);
        }
        if ends {
            people.push(Vec::new());
        }
    }
    people.iter().any(|person| is_full(&person.join(" ")))
}

fn without_brackets(name: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// One person, or `last, first`.
fn is_full(person: &str) -> bool {
    let parts: Vec<Vec<Word>> = person.split(',').map(words).filter(|part| !part.is_empty()).collect();
    let single = |part: &Vec<Word>| part.len() == 1 && part[0] == Word::Name;
    // Three and more single names with commas are as many people.
    let last_first = matches!(parts.as_slice(), [last, first] if single(last) && first[0] == Word::Name);
    last_first || parts.iter().any(|part| part_is_full(part))
}

fn part_is_full(part: &[Word]) -> bool {
    let names = part.iter().filter(|word| **word == Word::Name).count();
    let ends_in_initial = part.last() == Some(&Word::Initial);
    let begins_with_initial = part.first() == Some(&Word::Initial);
    part.contains(&Word::Full) || (!ends_in_initial && (names >= 2 || begins_with_initial && names >= 1))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Name,
    Initial,
    /// Several characters of a script that writes family and given name as
    /// one word.
    Full,
}

fn words(part: &str) -> Vec<Word> {
    part.split_whitespace().filter_map(word).collect()
}

fn word(token: &str) -> Option<Word> {
    if token.contains(['@', '#']) || token.contains(|c: char| c.is_numeric()) {
        return None;
    }
    let letters: String = token.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    if letters.is_empty() || NO_NAMES.split_whitespace().any(|word| word == letters) {
        return None;
    }
    // `J.`, `J.R.`, `S`: every run of letters is one long.
    let initials = token.split(|c: char| !c.is_alphabetic()).all(|run| run.chars().count() < 2);
    let han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    Some(match () {
        () if letters.chars().all(han) && letters.chars().count() > 2 => Word::Full,
        () if initials => Word::Initial,
        () => Word::Name,
    })
}

#[cfg(test)]
#[path = "last_name_tests.rs"]
mod tests;
