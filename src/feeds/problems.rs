//! What can be wrong with a row, and the sentence that tells a volunteer.
//!
//! A problem is something that a person at the office should look at. What
//! every clean feed does (numbers as strings, empty strings, codes in another
//! case) is put right without a word.
//!
//! To add a problem: one line in the table below; the name is its code on the
//! wire, so it never changes afterwards.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::limits::PROBLEM_VALUE_CHARS;

/// What was done about a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The value was put right and is used.
    Mended,
    /// The value is not used; the rest of the row is.
    DroppedField,
    /// The row is not used; the meeting that it stands for is left as it was.
    RefusedRow,
}

macro_rules! codes {
    ($($name:ident $action:ident $sentence:literal)*) => {
        /// What is wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ProblemCode { $(#[doc = $sentence] $name,)* }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// One sentence for the volunteer who keeps the listing.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }

            /// What is done about it, unless the row says otherwise.
            pub fn action(self) -> Action {
                match self { $(Self::$name => Action::$action,)* }
            }
        }
    };
}

codes! {
    NotUtf8 Mended "The text was not valid UTF-8; what was not was read as Windows-1252."
    HiddenCharacters Mended "Invisible control characters were removed from the text."
    Html Mended "HTML was taken out: listings are plain text."
    TooLong Mended "The text is too long and was cut."
    ValueTooLong DroppedField "The value is too long and was left out."
    WrongType DroppedField "The value is not of the kind that this field holds, and was left out."
    NotAnObject RefusedRow "The row is not an object with named fields."
    RowTooLarge RefusedRow "The row is larger or nested deeper than any meeting."
    MoreCells RefusedRow "The row has more cells than there are columns: a comma inside a value needs quotation marks around it."
    NoName RefusedRow "The meeting has no name that can be read, and none that it could be named after."
    NamedAfter Mended "The meeting has no name and was named after its group or location."
    NoSlug Mended "The row has no slug; one was made of its name, day and time."
    SlugUnusable RefusedRow "The row has no slug, and none can be made of its name."
    SlugChanged Mended "The slug cannot stand in an address and was changed."
    DuplicateSlug Mended "Another row of this feed has the same slug; a number was added."
    DuplicateRow RefusedRow "The row repeats an earlier one word for word."
    BadDay RefusedRow "The day is none of the seven: write 0 (Sunday) to 6 (Saturday)."
    DaySeven Mended "Day 7 was read as Sunday: write 0."
    Daily Mended "The row stands for every day and became seven meetings."
    BadTime RefusedRow "The time cannot be read: write HH:MM with 24 hours, such as 19:30."
    TimeMended Mended "The time was written in an unusual way: check that it was read right."
    ZoneInTime Mended "The time names a time zone: write the zone in its own field."
    TimeWithoutDay RefusedRow "The row has a time but no day."
    DayWithoutTime Mended "The row has a day but no time, so it is listed as by appointment."
    BadEndTime DroppedField "The end time cannot be read and was left out."
    ZeroLength DroppedField "The meeting ends when it starts; the end was left out."
    UnknownZone DroppedField "The time zone is unknown: write an IANA name such as America/Chicago."
    ZoneNickname Mended "The time zone was given by a short name: write an IANA name such as America/Chicago."
    UnknownType DroppedField "The type is not a code or name of the Meeting Guide vocabulary."
    TypeTypo Mended "The type code was misspelt and was put right."
    OpenAndClosed Mended "A meeting cannot be both open and closed; it is listed as closed."
    NowhereToGo Mended "The meeting has neither an exact address nor a way to join from elsewhere, so it is listed as inactive."
    BadCoordinates DroppedField "The coordinates are not a place on Earth and were left out."
    HalfCoordinates DroppedField "Only one of latitude and longitude is given, so it was left out."
    BadApproximate DroppedField "Whether the place is approximate must be yes or no."
    PostalCode Mended "The postal code has lost its leading zero, which was put back."
    RegionTooDeep Mended "The region has more than six levels; the last ones were left out."
    LinkMended Mended "The link was incomplete or wrapped in another and was put right."
    ConferenceUrlMoved Mended "The conference link is not to a known service; it was moved to the notes."
    ConferenceNotesMoved Mended "There are conference notes but no link or phone that they belong to; they were moved to the notes."
    PhoneText Mended "The conference phone had words in it; the number was taken out of it, and the whole text kept beside it."
    PhoneMoved Mended "The conference phone is not a number that can be dialled; it was moved to the notes."
    BadLink DroppedField "The link is not an absolute web address and was left out."
    BadPayment DroppedField "The contribution is not a name of that service and was left out."
    PaymentMended Mended "The contribution's sign (@ or $) was missing and was added."
    BadEmail DroppedField "The contact's e-mail is not an address and was left out."
    LikelyLastName Mended "The contact looks like a full name and is not published: write a first name and an initial at most."
    BadUpdated DroppedField "The time of the last update cannot be read and was left out."
    SourceFieldsCut DroppedField "The row has more further fields than are kept; some were left out."
}

/// One problem of one row, as shown to the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowProblem {
    /// Position in the source, from 1.
    pub row: u32,
    /// The row's slug, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub slug: Option<String>,
    /// Name of the field in the source; empty for the row as a whole.
    pub field: String,
    /// What the source had, shortened; `(hidden)` for contacts.
    pub value: String,
    /// What is wrong.
    #[schema(value_type = String, example = "bad_time")]
    pub code: ProblemCode,
    /// One sentence about it.
    pub message: String,
    /// What was done.
    pub action: Action,
}

/// What a problem shows in place of anything of a contact.
pub(super) const HIDDEN: &str = "(hidden)";

/// A value as a problem shows it: at most 200 characters, control and other
/// invisible characters written as escapes, so that a terminal or a page
/// shows them and is not ruled by them.
pub(super) fn shown(value: &str) -> String {
    let mut shown = String::new();
    let mut chars = value.chars();
    for c in chars.by_ref().take(PROBLEM_VALUE_CHARS - 1) {
        let hidden = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
        if hidden {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    let shortened = chars.next().is_some() || shown.chars().count() > PROBLEM_VALUE_CHARS;
    if shortened {
        shown = shown.chars().take(PROBLEM_VALUE_CHARS - 1).chain(['…']).collect();
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_snake_case_and_sentences_end() {
        for code in ProblemCode::ALL {
            assert!(code.sentence().ends_with('.'), "{code:?}");
        }
        assert_eq!(serde_json::to_value(ProblemCode::NotUtf8).unwrap(), "not_utf8");
        assert_eq!(serde_json::to_value(Action::DroppedField).unwrap(), "dropped_field");
    }

    #[test]
    fn a_shown_value_is_short_and_visible() {
        assert_eq!(shown("a\u{1b}[31m\n\u{202e}"), "a\\u{1b}[31m\\n\\u{202e}");
        assert_eq!(shown(&"é".repeat(500)).chars().count(), 200);
        assert_eq!(shown(&"\0".repeat(199)).chars().count(), 200);
    }
}
