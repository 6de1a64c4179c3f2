//! Bounded texts of an input, each with its bound in its type.
//!
//! A text is parsed once, where it comes in: Unicode NFC, trimmed, and
//! otherwise as it was written or not at all. The type gives the OpenAPI
//! document its bounds, so that they are stated nowhere else. A field of an
//! input needs `#[schema(inline)]`, since a bound is no component of its own.
//! To add a kind of text, write its parser and name both to [`text_type`].

mod contact;
mod written;

pub use contact::{EmailAddress, Phone, WebLink};
pub use written::{Line, Words};

/// Why a text was refused: what is wanted, never what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextError(std::borrow::Cow<'static, str>);

impl TextError {
    pub(crate) fn new(wanted: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self(wanted.into())
    }
}

/// Everything that a text needs besides `parse` and `object`, which build it
/// and its schema.
macro_rules! text_type {
    ($name:ident $(<const $max:ident: usize>)?) => {
        impl $(<const $max: usize>)? $name $(<$max>)? {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $(<const $max: usize>)? std::fmt::Display for $name $(<$max>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $(<const $max: usize>)? std::str::FromStr for $name $(<$max>)? {
            type Err = $crate::http::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl $(<const $max: usize>)? TryFrom<String> for $name $(<$max>)? {
            type Error = $crate::http::TextError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl $(<const $max: usize>)? From<$name $(<$max>)?> for String {
            fn from(text: $name $(<$max>)?) -> Self {
                text.0
            }
        }

        impl $(<const $max: usize>)? utoipa::PartialSchema for $name $(<$max>)? {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                Self::object().build().into()
            }
        }

        impl $(<const $max: usize>)? utoipa::ToSchema for $name $(<$max>)? {}
    };
}
pub(crate) use text_type;

#[cfg(test)]
mod tests;
