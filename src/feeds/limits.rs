//! How much a source, a row and each field may hold: the one table of bounds.
//!
//! Free text over its bound is cut at the border of what a reader sees as one
//! character (a grapheme), and the office is told; identifiers and addresses
//! over their bound are dropped, because a cut one is a wrong one.
//!
//! To bound another field: one line in [`LIMITS`], under the name that the
//! field has in the source.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// A source is at most 64 MiB.
pub(super) const SOURCE_BYTES: u64 = 64 * 1024 * 1024;
/// A source has at most 100,000 rows, days of a row counted apart.
pub(super) const SOURCE_ROWS: u32 = 100_000;
/// A row is at most 1 MiB of JSON.
pub(super) const ROW_BYTES: u64 = 1024 * 1024;
/// The values of a row lie at most so many levels deep.
pub(super) const ROW_DEPTH: u32 = 8;
/// A row has at most so many values, those in lists and objects counted too.
pub(super) const ROW_VALUES: u32 = 10_000;
/// Fields of a row that content does not carry: at most so many.
pub(super) const SOURCE_FIELDS: usize = 64;
/// Fields of a row that content does not carry: at most so much in total.
pub(super) const SOURCE_FIELDS_BYTES: usize = 32 * 1024;
/// A region has at most six levels.
pub(super) const REGION_LEVELS: usize = 6;
/// What a problem shows of a value, in characters.
pub(super) const PROBLEM_VALUE_CHARS: usize = 200;

/// The bound of one field, in Unicode characters and in bytes of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// At most so many characters.
    pub chars: usize,
    /// At most so many bytes.
    pub bytes: usize,
}

const fn text(chars: usize) -> Limit {
    Limit { chars, bytes: chars * 4 }
}

const fn ascii(chars: usize) -> Limit {
    Limit { chars, bytes: chars }
}

/// Bounds by field name.
pub(super) const LIMITS: [(&str, Limit); 33] = [
    ("name", text(255)),
    ("slug", ascii(64)),
    ("source_key", text(255)),
    ("timezone", ascii(64)),
    ("location", text(255)),
    ("formatted_address", text(500)),
    ("address", text(255)),
    ("city", text(128)),
    ("state", text(128)),
    ("postal_code", text(32)),
    ("country", text(128)),
    ("location_notes", text(10_000)),
    ("group", text(255)),
    ("group_notes", text(10_000)),
    ("region", text(128)),
    ("sub_region", text(128)),
    ("sub_sub_region", text(128)),
    ("district", text(128)),
    ("types", ascii(16)),
    ("notes", text(10_000)),
    ("conference_url", text(2_000)),
    ("conference_url_notes", text(1_000)),
    ("conference_phone", ascii(128)),
    ("conference_phone_notes", text(1_000)),
    ("venmo", ascii(64)),
    ("square", ascii(64)),
    ("paypal", ascii(20)),
    ("homegroup_online", ascii(64)),
    ("website", text(2_000)),
    ("feedback_url", text(2_000)),
    ("contact_name", text(128)),
    ("contact_email", text(254)),
    ("contact_phone", text(64)),
];

/// The bound of a field; 255 characters for one that the table lacks.
pub(super) fn limit(field: &str) -> Limit {
    LIMITS.iter().find(|(name, _)| *name == field).map_or(text(255), |(_, limit)| *limit)
}

impl Limit {
    /// Whether a text keeps to the bound.
    pub(super) fn holds(self, text: &str) -> bool {
        text.len() <= self.bytes && (text.len() <= self.chars || text.chars().count() <= self.chars)
    }

    /// The longest start of a text that keeps to the bound and ends between
    /// two graphemes, without space at its end.
    pub(super) fn cut(self, text: &str) -> Cow<'_, str> {
        if self.holds(text) {
            return Cow::Borrowed(text);
        }
        let end = self.end_of(text.grapheme_indices(true));
        // A text that is one grapheme (a letter under a heap of marks) would
        // vanish: then between two characters.
        let end = if end == 0 {
            self.end_of(text.char_indices().map(|(at, c)| (at, &text[at..at + c.len_utf8()])))
        } else {
            end
        };
        Cow::Borrowed(text[..end].trim_end())
    }

    fn end_of<'a>(self, pieces: impl Iterator<Item = (usize, &'a str)>) -> usize {
        let (mut end, mut chars) = (0, 0);
        for (at, piece) in pieces {
            chars += piece.chars().count();
            if chars > self.chars || at + piece.len() > self.bytes {
                break;
            }
            end = at + piece.len();
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_graphemes() {
        let five = Limit { chars: 5, bytes: 20 };
        assert_eq!(five.cut("seven e"), "seven");
        assert_eq!(five.cut("abcde\u{301}f"), "abcd");
        assert_eq!(five.cut("👨‍👩‍👧‍👦 home"), "👨‍👩‍👧‍👦".chars().take(5).collect::<String>());
        assert_eq!(five.cut("ab 👩‍👧 x"), "ab");
        assert_eq!(Limit { chars: 9, bytes: 5 }.cut("äöüß"), "äö");
        assert!(five.holds("äöüßé"));
        assert_eq!(limit("name").chars, 255);
        assert_eq!(limit("unheard_of").chars, 255);
    }

    #[test]
    fn no_field_is_bounded_twice() {
        let mut names: Vec<&str> = LIMITS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), LIMITS.len());
    }
}
