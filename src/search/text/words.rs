//! Words of texts and of queries.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The shortest word in which a slip is forgiven, in characters: of shorter ones
/// too many are one letter apart.
const SLIP_FROM: usize = 4;
/// The shortest of which the beginning of a longer word is forgiven a slip too.
const SLIP_IN_START_FROM: usize = 6;

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// Its characters, folded.
    pub text: String,
    /// Whether a longer word that begins with it will do.
    pub starts: bool,
}

impl Word {
    /// Whether a slip of the finger is forgiven: in what is long enough to be
    /// told from its neighbours, and never in a number.
    pub(super) fn may_slip(&self) -> bool {
        self.starts && self.at_least(SLIP_FROM) && !self.text.chars().any(char::is_numeric)
    }

    /// Whether the beginning of a longer word may be a slip of it.
    pub(super) fn may_slip_in_start(&self) -> bool {
        self.may_slip() && self.at_least(SLIP_IN_START_FROM)
    }

    fn at_least(&self, characters: usize) -> bool {
        self.text.chars().nth(characters - 1).is_some()
    }
}

/// The words of a query, in order and without repeats; never none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextQuery(Vec<Word>);

impl TextQuery {
    /// Reads a query; `None` where it has no letter and no digit.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = Vec::new();
        for run in runs(text) {
            let characters: Vec<char> = run.text.chars().collect();
            if run.spaced || characters.len() == 1 {
                words.push(Word { text: run.text, starts: true });
            } else {
                words.extend(characters.windows(2).map(|two| Word { text: two.iter().collect(), starts: false }));
            }
        }
        words.sort_unstable();
        words.dedup();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Its words.
    pub fn words(&self) -> &[Word] {
        &self.0
    }
}

/// Shows every word of a text to `visit`, repeats included. Of what is written
/// without spaces that is every two characters that follow one another, and the
/// last one, so that each can be found alone.
pub(super) fn visit(text: &str, mut visit: impl FnMut(&str)) {
    if text.is_ascii() {
        return visit_ascii(text.as_bytes(), visit);
    }
    for run in runs(text) {
        if run.spaced {
            visit(&run.text);
            continue;
        }
        let starts: Vec<usize> = run.text.char_indices().map(|(at, _)| at).collect();
        for (n, start) in starts.iter().enumerate() {
            let end = starts.get(n + 2).copied().unwrap_or(run.text.len());
            visit(&run.text[*start..end]);
        }
    }
}

/// The same of a text of ASCII, which has nothing to decompose and is what most
/// of a directory is.
fn visit_ascii(text: &[u8], mut visit: impl FnMut(&str)) {
    let (mut word, mut joins) = (String::with_capacity(32), false);
    for (at, byte) in text.iter().enumerate() {
        if !byte.is_ascii_alphanumeric() {
            let initials = || {
                let is = |at: Option<usize>, what: fn(&u8) -> bool| at.and_then(|at| text.get(at)).is_some_and(what);
                let letter = |at| is(at, u8::is_ascii_alphabetic);
                let more = |at| is(at, u8::is_ascii_alphanumeric);
                let before = letter(at.checked_sub(1)) && !more(at.checked_sub(2));
                before && letter(Some(at + 1)) && !more(Some(at + 2))
            };
            joins &= matches!(byte, b'\'' | b'`') || *byte == b'.' && initials();
            continue;
        }
        if !joins && !word.is_empty() {
            visit(&word);
            word.clear();
        }
        word.push(byte.to_ascii_lowercase().into());
        joins = true;
    }
    if !word.is_empty() {
        visit(&word);
    }
}

/// Letters and digits that follow one another, folded.
struct Run {
    text: String,
    /// Whether it is of a script that puts spaces between words.
    spaced: bool,
}

fn runs(text: &str) -> Vec<Run> {
    let characters: Vec<char> = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let mut runs: Vec<Run> = Vec::new();
    let mut joins = false;
    for (at, c) in characters.iter().copied().enumerate() {
        if is_apostrophe(c) || !c.is_alphanumeric() {
            // `Mark's` is one word, and so is `A.A.`, but not `end.Begin`.
            joins &= is_apostrophe(c) || c == '.' && is_between_initials(&characters, at);
            continue;
        }
        let spaced = !is_unspaced(c);
        if !joins || runs.last().is_none_or(|run| run.spaced != spaced) {
            runs.push(Run { text: String::new(), spaced });
        }
        if let Some(run) = runs.last_mut() {
            c.to_lowercase().for_each(|c| push_plain(&mut run.text, c));
        }
        joins = true;
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

/// Whether on both sides of `at` there is one letter alone.
fn is_between_initials(characters: &[char], at: usize) -> bool {
    let character = |at: Option<usize>| at.and_then(|at| characters.get(at)).copied();
    let initial = |at: Option<usize>, beyond: Option<usize>| {
        character(at).is_some_and(char::is_alphabetic) && !character(beyond).is_some_and(char::is_alphanumeric)
    };
    initial(at.checked_sub(1), at.checked_sub(2)) && initial(Some(at + 1), Some(at + 2))
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | 'ʹ' | '`' | '´' | '′')
}

/// Appends a letter, one of Latin as those write it who have no key for it:
/// `ø` and `ł` are `o` and `l`, `ß` is `ss`. (Accents are gone by then.)
fn push_plain(text: &mut String, c: char) {
    match c {
        'ß'..='ɏ' => match deunicode::deunicode_char(c) {
            Some(plain) => text.push_str(&plain.to_ascii_lowercase()),
            None => text.push(c),
        },
        // What lower case leaves behind, as the dot of the Turkish capital.
        c if is_combining_mark(c) => {}
        c => text.push(c),
    }
}

/// Whether a character is of a script that is written without spaces: Chinese
/// and Japanese, Thai, Lao, Khmer, Burmese.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}
