//! Codes of authenticator apps: RFC 6238 with SHA-1, 6 digits and 30 seconds,
//! which is the one set of numbers that every app gets right.
//!
//! A code is good in its own step and the ones beside it, and once: the caller
//! keeps the step that was used last, and neither that one nor an earlier one is
//! taken again (5.2). The secret leaves to be shown once, and to be wrapped by
//! the operator's secret.

use std::fmt;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroizing};
use totp_rs::{Algorithm, Builder, Totp};

use crate::kernel::Entropy;

/// What the apps show the account under.
pub const ISSUER: &str = "OpenChair";

const SECRET_LEN: usize = 20;
const DIGITS: u8 = 6;
const STEP_S: u64 = 30;
const WINDOW: u16 = 1;

/// What an authenticator app and this service share.
pub struct TotpSecret(SecretBox<[u8; SECRET_LEN]>);

impl TotpSecret {
    /// A new one of 160 bits, as RFC 4226 recommends.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(SecretBox::init_with_mut(|bytes: &mut [u8; SECRET_LEN]| entropy.fill(bytes)))
    }

    /// Takes up a stored one, unwrapped; `None` unless it has 20 bytes.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; SECRET_LEN] = bytes.try_into().ok()?;
        Some(Self(SecretBox::init_with_mut(|secret: &mut [u8; SECRET_LEN]| secret.copy_from_slice(bytes))))
    }

    /// The bytes, to be wrapped before they are stored.
    pub fn expose(&self) -> &[u8; SECRET_LEN] {
        self.0.expose_secret()
    }

    /// The `otpauth://` link that apps read as a QR code, for an account of that
    /// name. `None` for a name without a letter.
    pub fn link(&self, account: &str) -> Option<Zeroizing<String>> {
        // The separator of issuer and account; legal in an address that is quoted, and only a label here.
        let label = account.replace(':', "");
        self.totp(&label)?.to_url().ok().map(Zeroizing::new)
    }

    /// The secret in base32, to be typed where no QR code can be read.
    pub fn text(&self) -> Option<Zeroizing<String>> {
        self.totp("").map(|totp| Zeroizing::new(totp.secret().to_base32()))
    }

    /// The step that a code belongs to, where it is right, it is its time, and
    /// it comes after `last_step`. Spaces, which apps show in the middle, do not
    /// matter.
    pub fn check(&self, code: &str, now: DateTime<Utc>, last_step: Option<u64>) -> Option<u64> {
        // Nobody types more spaces than this.
        if code.len() > 3 * usize::from(DIGITS) {
            return None;
        }
        let code: String = code.chars().filter(|c| *c != ' ').collect();
        let step = self.totp("")?.check(&code, u64::try_from(now.timestamp()).ok()?)?;
        last_step.is_none_or(|last| step > last).then_some(step)
    }

    fn totp(&self, account: &str) -> Option<Totp> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(WINDOW)
            .with_step_duration(STEP_S)
            .with_secret(*self.expose())
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build()
            .ok()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TotpSecret").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SeededEntropy;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> TotpSecret {
        TotpSecret::from_stored(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_codes_of_the_standard_are_right() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().check(code, at(seconds), None), Some(seconds.unsigned_abs() / 30));
        }
    }

    #[test]
    fn l2_a_code_is_good_in_its_step_and_one_beside_it() {
        // 005924 is of the step from 1234567890 to 1234567919.
        let good = |seconds| secret().check("005924", at(seconds), None).is_some();
        assert!(good(1_234_567_890) && good(1_234_567_919));
        assert!(good(1_234_567_860) && good(1_234_567_949));
        assert!(!good(1_234_567_859) && !good(1_234_567_950));
    }

    #[test]
    fn l2_a_code_is_good_once_and_none_before_it_afterwards() {
        let now = at(1_234_567_890);
        let step = secret().check("005924", now, None).unwrap();
        assert_eq!(secret().check("005924", now, Some(step)), None);
        assert_eq!(secret().check("005924", now, Some(step + 1)), None);
        assert_eq!(secret().check("005924", now, Some(step - 1)), Some(step));
    }

    #[test]
    fn a_code_is_six_digits_and_spaces_do_not_matter() {
        let now = at(1_234_567_890);
        assert!(secret().check("005 924", now, None).is_some());
        assert!(secret().check(" 005924 ", now, None).is_some());
        for bad in ["", "5924", "+05924", "0059240", "00592a", "００５９２４", "005-924", &" ".repeat(1_000_000)]
        {
            assert_eq!(secret().check(bad, now, None), None);
        }
    }

    #[test]
    fn the_link_names_the_service_and_the_account() {
        let link = secret().link("chris+aa@example.org").unwrap();
        assert_eq!(
            *link,
            "otpauth://totp/OpenChair:chris%2Baa%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=OpenChair"
        );
        assert!(secret().link("\"a:b\"@example.org").is_some());
        assert!(secret().link("").is_none());
        assert_eq!(*secret().text().unwrap(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_secret_is_made_at_random_and_stored_whole() {
        let made = TotpSecret::generate(&SeededEntropy::new(1));
        assert_ne!(made.expose(), TotpSecret::generate(&SeededEntropy::new(2)).expose());
        assert_eq!(TotpSecret::from_stored(made.expose()).unwrap().expose(), made.expose());
        assert!(TotpSecret::from_stored(b"short").is_none());
        assert_eq!(format!("{made:?}"), "TotpSecret { .. }");
    }
}
