//! Check-ins: what is in one, and how it is kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    answer::Answer,
    sealing::{Sealed, Sealer, TextKey},
    store::WrittenRow,
    writing::Item,
};
use crate::{http::ApiError, kernel::CivilDay};

/// What somebody has to say of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckInKind {
    /// Something went well.
    Victory,
    /// Something was hard to bear, or did not go as hoped.
    Setback,
    /// There was a craving.
    Craving,
    /// There is something to be thankful for.
    Gratitude,
    /// A word about the day.
    Today,
}

impl CheckInKind {
    /// All, in the order of their bits at rest: more may follow, none may move.
    pub const ALL: &'static [Self] = &[Self::Victory, Self::Setback, Self::Craving, Self::Gratitude, Self::Today];
}

/// What helps, by code, in the order of their bits at rest: more may follow,
/// none may move. Whatever else helped is in own words.
pub const HELPED: &[&str] = &[
    "called_someone",
    "meeting",
    "prayer_or_meditation",
    "reading",
    "service",
    "walked_away",
    "exercise",
    "rest",
    "sponsor",
    "step_work",
    "writing",
    "waited_it_out",
    "ate_something",
    "outdoors",
    "music",
    "family_or_friends",
];

/// What a check-in says.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckInContent {
    /// Each once, in the order of [`CheckInKind::ALL`].
    pub kinds: Vec<CheckInKind>,
    /// Each once: codes in the order of [`HELPED`], then own words as they came.
    pub helped: Vec<String>,
    /// In own words; erased when they are old.
    pub words: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Marks {
    k: u32,
    h: u32,
}

#[derive(Serialize, Deserialize)]
struct Typed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    w: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    h: Vec<String>,
}

impl CheckInContent {
    /// Of what was ticked and typed, in any order; what is there twice counts once.
    pub fn new(kinds: &[CheckInKind], helped: Vec<String>, words: Option<String>) -> Self {
        let (codes, own): (Vec<_>, Vec<_>) = helped.into_iter().partition(|one| HELPED.contains(&one.as_str()));
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let mut helped: Vec<String> = of_bits(HELPED, bits(HELPED, &codes)).map(str::to_owned).collect();
        for one in own {
            if !helped.contains(&one) {
                helped.push(one);
            }
        }
        Self { kinds: of_bits(CheckInKind::ALL, bits(CheckInKind::ALL, kinds)).collect(), helped, words }
    }

    /// As it is kept: what was ticked, what was typed. Both are always there,
    /// so that nobody sees whether somebody typed anything.
    pub(super) fn seal(&self, sealer: &Sealer, key: &TextKey, id: Uuid) -> Result<(Vec<u8>, Vec<u8>), ApiError> {
        let codes: Vec<&str> = self.helped.iter().map(String::as_str).collect();
        let marks = Marks { k: bits(CheckInKind::ALL, &self.kinds), h: bits(HELPED, &codes) };
        let own = self.helped.iter().filter(|one| !HELPED.contains(&one.as_str()));
        let typed = Typed { w: self.words.clone(), h: own.cloned().collect() };
        Ok((sealer.seal(key, Sealed::Marks, id, &marks)?, sealer.seal(key, Sealed::Words, id, &typed)?))
    }

    /// Opens what is kept.
    pub(super) fn open(key: &TextKey, id: Uuid, marks: &[u8], words: Option<&[u8]>) -> Result<Self, ApiError> {
        let Marks { k, h } = key.open(Sealed::Marks, id, marks)?;
        let typed = words.map(|words| key.open(Sealed::Words, id, words)).transpose()?;
        let Typed { w: words, h: own } = typed.unwrap_or(Typed { w: None, h: Vec::new() });
        let helped = of_bits(HELPED, h).map(str::to_owned).chain(own).collect();
        Ok(Self { kinds: of_bits(CheckInKind::ALL, k).collect(), helped, words })
    }
}

/// A check-in.
pub(super) struct CheckIn {
    pub id: Uuid,
    pub pass_id: Uuid,
    pub alias: String,
    pub day: CivilDay,
    pub version: i64,
    pub content: CheckInContent,
    /// What was said to it; filled in where it is shown.
    pub answers: Vec<Answer>,
}

impl CheckIn {
    /// Opens a row with its author's key.
    pub(super) fn open(row: WrittenRow, key: &TextKey) -> Result<Self, ApiError> {
        let content = CheckInContent::open(key, row.id, &row.marks, row.words.as_deref())?;
        let day = CivilDay::try_from(row.day).map_err(ApiError::internal)?;
        Ok(Self {
            id: row.id,
            pass_id: row.pass_id,
            alias: row.alias,
            day,
            version: row.version,
            content,
            answers: Vec::new(),
        })
    }
}

impl Item for CheckIn {
    fn id(&self) -> Uuid {
        self.id
    }

    fn answers(&mut self) -> &mut Vec<Answer> {
        &mut self.answers
    }
}

/// Which of `all` are among `ticked`, by place.
fn bits<T: PartialEq>(all: &[T], ticked: &[T]) -> u32 {
    let places = all.iter().zip(0..32).filter(|(one, _)| ticked.contains(one));
    places.fold(0, |bits, (_, place)| bits | 1 << place)
}

fn of_bits<T: Copy>(all: &'static [T], bits: u32) -> impl Iterator<Item = T> {
    all.iter().zip(0..32).filter(move |(_, place)| bits & (1 << place) != 0).map(|(one, _)| *one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(kinds: &[CheckInKind], helped: &[&str]) -> CheckInContent {
        CheckInContent::new(kinds, helped.iter().map(|one| (*one).to_owned()).collect(), None)
    }

    #[test]
    fn the_order_of_ticks_says_nothing_and_twice_is_once() {
        use CheckInKind::{Today, Victory};
        let one =
            content(&[Today, Victory, Today], &["rest", "the dog", "meeting", "the dog", "rest", "tea", "the dog"]);
        assert!(one == content(&[Victory, Today], &["meeting", "rest", "the dog", "tea"]));
        assert_eq!(one.helped, ["meeting", "rest", "the dog", "tea"]);
        assert_eq!(one.kinds, [Victory, Today]);
    }

    #[test]
    fn every_code_has_a_bit_of_its_own() {
        assert!(HELPED.len() <= 32);
        let all: Vec<&str> = of_bits(HELPED, bits(HELPED, HELPED)).collect();
        assert_eq!(all, HELPED);
        for (place, code) in HELPED.iter().enumerate() {
            assert_eq!(bits(HELPED, &[code]), 1 << place);
        }
    }
}
