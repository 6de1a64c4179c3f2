//! What comes of a write.

use crate::{http::ApiError, kernel::Invalid};

/// Whether a write changed anything.
#[derive(Debug, Clone, PartialEq)]
pub enum Written<T> {
    /// It was so already: nothing was written, no history made.
    Unchanged(T),
    /// It is so now.
    Changed(T),
}

impl<T> Written<T> {
    /// The thing as it is now.
    pub fn into_inner(self) -> T {
        match self {
            Self::Unchanged(thing) | Self::Changed(thing) => thing,
        }
    }

    /// The thing as it is now.
    pub fn get(&self) -> &T {
        match self {
            Self::Unchanged(thing) | Self::Changed(thing) => thing,
        }
    }

    /// Whether anything was written.
    pub fn is_changed(&self) -> bool {
        matches!(self, Self::Changed(_))
    }
}

/// Why a write was refused; then nothing of it is kept, provided that the
/// caller gives its transaction up.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// What was sent is not allowed, by JSON pointer.
    #[error("invalid content")]
    Invalid(Vec<Invalid>),
    /// `If-Match` is missing or names another version.
    #[error("{0}")]
    Precondition(ApiError),
    /// Something else of the intergroup has that slug, had it, or had it and is
    /// deleted.
    #[error("the slug is taken")]
    SlugTaken,
    /// A neighbouring region has that name.
    #[error("the name is taken")]
    NameTaken,
    /// It is deleted: restore it first.
    #[error("it is deleted")]
    Deleted,
    /// What it would be put back with is gone; each is a pointer and a reason.
    #[error("what it points to is gone")]
    Missing(Vec<Invalid>),
    /// It cannot go, or move, while others point to it.
    #[error("it is in use by {0}")]
    InUse(&'static str),
    /// A feed brings it, to that intergroup: it cannot move.
    #[error("a feed brings it")]
    FromFeed,
    /// The log has no such version, or nothing was there after it.
    #[error("there is no such version to go back to")]
    NoSuchVersion,
    /// Another write came between: begin again.
    #[error("it changed meanwhile")]
    Overtaken,
    /// The database cannot be reached, or refuses what none of the rules above
    /// foresees.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl WriteError {
    /// One thing that is wrong with what was sent.
    pub(super) fn invalid(pointer: &'static str, code: &'static str, message: &'static str) -> Self {
        Self::Invalid(vec![Invalid::new(pointer, code, message)])
    }
}

impl From<Vec<Invalid>> for WriteError {
    fn from(invalid: Vec<Invalid>) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<ApiError> for WriteError {
    fn from(error: ApiError) -> Self {
        Self::Precondition(error)
    }
}
