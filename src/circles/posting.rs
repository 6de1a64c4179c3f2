//! What every writing of a pass shares: whose turn it is, and how much a day.
//! What comes of a PUT: [`super::writing`].
//!
//! Twenty new things a day may be written for others to read. Only what is new
//! counts, never a repeat or a change of one's own: whoever mends a word shall
//! not fall silent for it. It is counted last, for what is refused is not
//! written.

use sqlx::PgConnection;
use uuid::{Uuid, Variant};

use super::{model::Pass, store};
use crate::{
    http::{ApiError, ErrorCode, Limits, Quota},
    kernel::{Entropy, Invalid, PassId},
};

/// Where versions begin: anywhere, so that none tells how often something was
/// changed. A JSON number holds it and all that follow exactly.
const VERSIONS: u64 = 1 << 48;

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
