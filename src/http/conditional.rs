//! Changes that name the version they are made to (`If-Match`).

use super::{ApiError, ErrorCode};

/// What an `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// The header is not there.
    Absent,
    /// `*`: whatever version there is.
    Any,
    /// One of these versions; empty when none of the tags can match.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// Whether a change of what has that version may go on.
    ///
    /// # Errors
    /// `precondition_required` without the header, `precondition_failed` when
    /// it names another version.
    pub fn check(&self, version: i64) -> Result<(), ApiError> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(versions) if versions.contains(&version) => Ok(()),
            Self::Versions(_) => Err(ApiError::new(ErrorCode::PreconditionFailed)),
            Self::Absent => Err(ApiError::new(ErrorCode::PreconditionRequired)),
        }
    }
}
