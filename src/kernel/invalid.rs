//! What is wrong with one thing that a caller sent.

use std::borrow::Cow;

/// One refused query parameter or field, before it becomes an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct Invalid {
    /// The parameter's name, or a JSON pointer into the body.
    pub name: Cow<'static, str>,
    /// The rule that was broken, `snake_case`, for programs.
    pub code: &'static str,
    /// What is wanted, one sentence, for people; never echoes the value.
    pub message: Cow<'static, str>,
}

impl Invalid {
    /// A refusal of `name` by the rule `code`.
    pub fn new(name: impl Into<Cow<'static, str>>, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), code, message: message.into() }
    }
}
