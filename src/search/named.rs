//! A thing by its id or by its name in addresses: where `{id}` stands, its slug
//! works too.

use std::str::FromStr;

use crate::kernel::{Slug, SlugError};

/// An id or a slug. What has the form of an id is one, also where a slug of
/// that form would be allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Named<I> {
    /// By its id.
    Id(I),
    /// By its slug.
    Slug(Slug),
}

impl<I: FromStr> FromStr for Named<I> {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        text.parse().map(Self::Id).or_else(|_| Slug::parse(text).map(Self::Slug))
    }
}
