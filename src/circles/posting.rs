//! What every writing of a pass shares: whose turn it is, how much a day, and
//! what comes of a PUT.
//!
//! Where a PUT leads to is chosen by its author alone, so it needs no header
//! (but for check-ins and goals, which are changed often: [`super::writing`]):
//! it replaces what its author wrote there, and of two devices the last stays.
//! A device that wants to know of the other sends `If-Match`. What is so
//! already is done, whatever the header names: its answer may have been lost.
//!
//! Twenty new things a day may be written for others to read. Only what is new
//! counts, never a repeat or a change of one's own: whoever mends a word shall
//! not fall silent for it.

use sqlx::PgConnection;
use uuid::{Uuid, Variant};

use super::{model::Pass, store};
use crate::{
    http::{ApiError, ErrorCode, IfMatch, Limits, Quota},
    kernel::{Entropy, Invalid, PassId},
};

/// Where versions begin: anywhere, so that none tells how often something was
/// changed. A JSON number holds it and all that follow exactly.
const VERSIONS: u64 = 1 << 48;

/// What comes of a PUT of `content` where that version of something is stored,
/// or nothing: what is to be kept, in which version, and whether it is new;
/// `None` where it is so already. What is wrong with the content counts last.
///
/// # Errors
/// `precondition_failed` where `If-Match` names another version, then that of
/// the content.
pub(super) fn outcome<C: PartialEq>(
    stored: Option<(i64, &C)>,
    content: Result<C, ApiError>,
    if_match: &IfMatch,
    entropy: &dyn Entropy,
) -> Result<Option<(i64, C, bool)>, ApiError> {
    if let (Some((_, before)), Ok(content)) = (stored, &content)
        && before == content
    {
        return Ok(None);
    }
    check_version(if_match, stored.map(|(version, _)| version))?;
    let content = content?;
    Ok(Some(match stored {
        Some((version, _)) => (version + 1, content, false),
        None => (first_version(entropy), content, true),
    }))
}

/// That what is stored is what `If-Match` names, where it is there.
///
/// # Errors
/// `precondition_failed`.
pub(super) fn check_version(if_match: &IfMatch, stored: Option<i64>) -> Result<(), ApiError> {
    match (if_match, stored) {
        (IfMatch::Absent, _) => Ok(()),
        (if_match, Some(version)) => if_match.check(version),
        (_, None) => Err(ApiError::new(ErrorCode::PreconditionFailed)),
    }
}

/// Counts one new thing that a pass writes for others to read.
///
/// # Errors
/// `too_many_requests`, with `Retry-After`.
pub(super) fn count_post(limits: &Limits, pass: PassId) -> Result<(), ApiError> {
    limits.check(Quota::Post, pass.0.as_bytes()).map(|_| ())
}

/// Holds a pass that writes until its transaction ends: its devices take turns,
/// and it does not leave meanwhile.
///
/// # Errors
/// Where it has left or was removed just now.
pub(super) async fn hold(connection: &mut PgConnection, pass: &Pass) -> Result<(), ApiError> {
    match store::hold_pass(connection, pass.id).await? {
        Some(false) => Ok(()),
        Some(true) => Err(ApiError::new(ErrorCode::PassRemoved)),
        None => Err(ApiError::new(ErrorCode::SessionEnded)),
    }
}

/// That an id which a device drew is a random one: another kind tells when it
/// was drawn, or where.
///
/// # Errors
/// `invalid_parameter`.
pub fn random(id: Uuid, name: &'static str) -> Result<(), ApiError> {
    if id.get_version_num() == 4 && id.get_variant() == Variant::RFC4122 {
        return Ok(());
    }
    let message = "must be a random UUID (version 4): another kind tells when it was drawn";
    Err(ApiError::parameters(vec![Invalid::new(name, "invalid_value", message)]))
}

/// The first version of something.
pub(super) fn first_version(entropy: &dyn Entropy) -> i64 {
    let mut drawn = [0; 8];
    entropy.fill(&mut drawn);
    i64::try_from(1 + u64::from_be_bytes(drawn) % VERSIONS).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SystemEntropy;

    fn put(
        stored: Option<(i64, &u8)>,
        content: Option<u8>,
        if_match: &IfMatch,
    ) -> Result<Option<(i64, u8, bool)>, ErrorCode> {
        let content = content.ok_or_else(|| ApiError::content(Vec::new()));
        outcome(stored, content, if_match, &SystemEntropy).map_err(|error| error.code())
    }

    #[test]
    fn what_is_so_already_is_kept_whatever_the_request_names() {
        for if_match in [IfMatch::Absent, IfMatch::Any, IfMatch::Versions(vec![1])] {
            assert_eq!(put(Some((7, &5)), Some(5), &if_match), Ok(None));
        }
        assert_eq!(put(Some((7, &5)), Some(6), &IfMatch::Absent), Ok(Some((8, 6, false))));
        assert_eq!(put(Some((7, &5)), Some(6), &IfMatch::Versions(vec![7])), Ok(Some((8, 6, false))));
        assert!(matches!(put(None, Some(6), &IfMatch::Absent), Ok(Some((1.., 6, true)))));
    }

    #[test]
    fn being_late_is_told_before_what_is_wrong_with_the_content() {
        for content in [Some(6), None] {
            let late = put(Some((7, &5)), content, &IfMatch::Versions(vec![1]));
            assert_eq!(late, Err(ErrorCode::PreconditionFailed));
            assert_eq!(put(None, content, &IfMatch::Any), Err(ErrorCode::PreconditionFailed));
        }
        assert_eq!(put(Some((7, &5)), None, &IfMatch::Any), Err(ErrorCode::InvalidContent));
        assert_eq!(put(None, None, &IfMatch::Absent), Err(ErrorCode::InvalidContent));
    }

    #[test]
    fn versions_begin_anywhere_and_stay_exact_in_json() {
        let drawn: Vec<i64> = (0..200).map(|_| first_version(&SystemEntropy)).collect();
        assert!(drawn.iter().all(|version| (1..1 << 49).contains(version)));
        assert!(drawn.iter().any(|version| *version > 1 << 40));
    }

    #[test]
    fn only_a_random_id_is_taken() {
        assert!(random(SystemEntropy.uuid_v4(), "id").is_ok());
        for other in [Uuid::nil(), Uuid::max(), SystemEntropy.uuid_v7(chrono::DateTime::UNIX_EPOCH)] {
            assert_eq!(random(other, "id").map_err(|error| error.code()), Err(ErrorCode::InvalidParameter));
        }
    }
}
