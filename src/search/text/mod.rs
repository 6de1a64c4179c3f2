//! Search by words: `q`.
//!
//! A query is words; a meeting matches when it has every one of them, in
//! whichever of its [`Field`]s. It has a word when one of its own is the same,
//! begins with it, or is one slip of the finger away from it. Accents, case and
//! width do not matter; scripts that are written without spaces are read two
//! characters at a time.
//!
//! Invariants: how well a meeting matches depends on the query and the meeting
//! alone, so that a page can go on in another snapshot; it is a whole number;
//! finding allocates what it finds and a bit for each meeting, no more.
//!
//! To look in something else: a variant of [`Field`] with its weight, and its
//! text in `builder::words`.

mod dictionary;
mod index;
mod postings;
mod slip;
mod texts;
mod words;

pub(super) use index::{Builder, TextIndex};
pub(super) use texts::Texts;
pub use words::TextQuery;

/// A part of a meeting that words are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Its name.
    Name,
    /// Its group's name.
    Group,
    /// The name of its place.
    Location,
    /// The address of its place.
    Address,
    /// Its region and those around that.
    Region,
    /// Its notes.
    Notes,
}

impl Field {
    pub(super) const ALL: [Self; 6] =
        [Self::Name, Self::Group, Self::Location, Self::Address, Self::Region, Self::Notes];

    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// What a word found here is worth.
    pub(super) const fn weight(self) -> u8 {
        match self {
            Self::Name => 16,
            Self::Group => 12,
            Self::Location => 8,
            Self::Address | Self::Region => 6,
            Self::Notes => 2,
        }
    }
}

/// How well a word of a query is met; what it multiplies the field's weight by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    /// By the same word.
    Same,
    /// By one that begins with it.
    Start,
    /// By one that it is a slip of.
    Slip,
}

impl Met {
    pub(super) const fn factor(self) -> u32 {
        match self {
            Self::Same => 4,
            Self::Start => 2,
            Self::Slip => 1,
        }
    }
}

/// Among meetings that meet the words equally well the shorter name is the
/// closer one: so many steps are left for it below each whole point.
pub(super) const NAME_STEPS: u32 = 16;

/// What a name of so many words adds.
pub(super) fn brevity(words: usize) -> u32 {
    NAME_STEPS - 1 - u32::try_from(words).unwrap_or(u32::MAX).min(NAME_STEPS - 1)
}

#[cfg(test)]
pub(super) mod tests;
