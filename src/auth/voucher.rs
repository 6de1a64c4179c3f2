//! Vouchers: sealed one-time rights to start a circle or a story.
//!
//! `oc_voucher_<kind>_<year>-<month>_<secret version>_<43 characters>`, the last
//! part base64url of 16 random bytes and a MAC of 16 over all before it. Nothing
//! of a voucher is stored when it is issued: the account counts it, and whoever
//! brings it shows only that some account was given one. What is stored when it
//! is spent is its hash, with the circles. It is good in its month and the next.

use std::fmt;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{
    device_key::{DeviceKey, KeyUse},
    secret::Secret,
};
use crate::kernel::Entropy;

const PREFIX: &str = "oc_voucher_";
const MAX_LEN: usize = 96;
const HALF: usize = 16;
const PURPOSE: &str = "voucher";

/// What a voucher starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoucherKind {
    /// A circle.
    Circle,
    /// A story.
    Story,
    /// Either of them: what a new account is given.
    Either,
}

impl VoucherKind {
    const ALL: [Self; 3] = [Self::Circle, Self::Story, Self::Either];

    fn as_str(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Story => "story",
            Self::Either => "either",
        }
    }

    /// Whether it starts one of `wanted`.
    pub fn starts(self, wanted: Self) -> bool {
        self == wanted || self == Self::Either
    }
}

/// The text is no voucher of ours, or its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not open: it was used, has run out, or is for something else; get a new one")]
pub struct VoucherError;

/// A voucher; one that exists was sealed by this service.
pub struct Voucher {
    /// What it starts.
    pub kind: VoucherKind,
    /// The first day of the month it names.
    pub month: NaiveDate,
    text: Zeroizing<String>,
}

impl Voucher {
    /// Seals a new one. `None` never happens with a secret that has a version.
    pub fn seal(kind: VoucherKind, now: DateTime<Utc>, secret: &Secret, entropy: &dyn Entropy) -> Option<Self> {
        let month = now.date_naive().with_day(1)?;
        let version = secret.newest_version();
        let head = format!("{PREFIX}{}_{}_{version}_", kind.as_str(), month.format("%Y-%m"));
        let mut tail = [0; HALF * 2];
        entropy.fill(&mut tail[..HALF]);
        let mac = mac(secret, version, &head, &tail[..HALF])?;
        tail[HALF..].copy_from_slice(&mac);
        Some(Self { kind, month, text: Zeroizing::new(format!("{head}{}", URL_SAFE_NO_PAD.encode(tail))) })
    }

    /// Reads one that somebody brings to start `wanted`.
    ///
    /// # Errors
    /// Unless this service sealed it for that, this month or the last.
    pub fn open(text: &str, wanted: VoucherKind, now: DateTime<Utc>, secret: &Secret) -> Result<Self, VoucherError> {
        let voucher = Self::read(text, secret).ok_or(VoucherError)?;
        let today = now.date_naive();
        if !voucher.kind.starts(wanted) || today < voucher.month || today > voucher.last_day() {
            return Err(VoucherError);
        }
        Ok(voucher)
    }

    /// The text that the device keeps until it is spent.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The last day on which it is good, in UTC.
    pub fn last_day(&self) -> NaiveDate {
        self.month.checked_add_months(Months::new(2)).and_then(|next| next.pred_opt()).unwrap_or(self.month)
    }

    /// What is stored of a spent one.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.text.as_bytes()).into()
    }

    /// What is stored besides, for who spends it on that day with that key: the
    /// same again is let in, and neither key nor day can be told from it.
    pub fn hash_with(&self, key: &DeviceKey, day: NaiveDate) -> [u8; 32] {
        let besides = [&day.num_days_from_ce().to_be_bytes()[..], self.text.as_bytes()].concat();
        key.hash_with(KeyUse::Again, &Zeroizing::new(besides))
    }

    fn read(text: &str, secret: &Secret) -> Option<Self> {
        if text.len() > MAX_LEN {
            return None;
        }
        let mut parts = text.strip_prefix(PREFIX)?.splitn(4, '_');
        let kind = parts.next()?;
        let kind = VoucherKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
        let month = NaiveDate::parse_from_str(&format!("{}-01", parts.next()?), "%Y-%m-%d").ok()?;
        let version: u16 = parts.next()?.parse().ok()?;
        let tail = URL_SAFE_NO_PAD.decode(parts.next()?).ok().filter(|tail| tail.len() == HALF * 2)?;
        let head = format!("{PREFIX}{}_{}_{version}_", kind.as_str(), month.format("%Y-%m"));
        let expected = mac(secret, version, &head, &tail[..HALF])?;
        verify_slices_are_equal(&expected, &tail[HALF..]).ok()?;
        // One voucher has one text, or it could be spent twice.
        let same = format!("{head}{}", URL_SAFE_NO_PAD.encode(&tail)) == text;
        same.then(|| Self { kind, month, text: Zeroizing::new(text.to_owned()) })
    }
}

fn mac(secret: &Secret, version: u16, head: &str, random: &[u8]) -> Option<[u8; HALF]> {
    let key = secret.derive_key(version, PURPOSE)?;
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*key));
    context.update(head.as_bytes());
    context.update(random);
    context.sign().as_ref().first_chunk().copied()
}

impl fmt::Debug for Voucher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Voucher").field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::kernel::SystemEntropy;

    fn on(year: i32, month: u32, day: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(year, month, day, 12, 0, 0).unwrap()
    }

    fn secret() -> Secret {
        Secret::generate(&SystemEntropy).0
    }

    #[test]
    fn a_voucher_starts_its_kind_in_its_month_and_the_next() {
        let secret = secret();
        let voucher = Voucher::seal(VoucherKind::Circle, on(2026, 12, 31), &secret, &SystemEntropy).unwrap();
        let open = |kind, now| Voucher::open(voucher.reveal(), kind, now, &secret);
        assert_eq!(open(VoucherKind::Circle, on(2027, 1, 31)).unwrap().hash(), voucher.hash());
        assert!(open(VoucherKind::Circle, on(2027, 2, 1)).is_err());
        assert!(open(VoucherKind::Circle, on(2026, 11, 30)).is_err());
        assert!(open(VoucherKind::Story, on(2026, 12, 31)).is_err());
        let either = Voucher::seal(VoucherKind::Either, on(2026, 12, 1), &secret, &SystemEntropy).unwrap();
        for kind in [VoucherKind::Circle, VoucherKind::Story] {
            assert!(Voucher::open(either.reveal(), kind, on(2026, 12, 2), &secret).is_ok());
        }
    }

    #[test]
    fn nothing_but_the_sealed_text_opens() {
        let (secret, now) = (secret(), on(2026, 5, 4));
        let voucher = Voucher::seal(VoucherKind::Circle, now, &secret, &SystemEntropy).unwrap();
        let text = voucher.reveal();
        let other = text.replacen("circle", "either", 1);
        let later = text.replacen("2026-05", "2026-06", 1);
        let padded = text.replacen("_1_", "_01_", 1);
        for wrong in ["", PREFIX, &text[..text.len() - 1], &format!("{text}="), &other, &later, &padded] {
            assert!(Voucher::open(wrong, VoucherKind::Circle, now, &secret).is_err(), "{wrong}");
        }
        let foreign = Secret::generate(&SystemEntropy).0;
        assert!(Voucher::open(text, VoucherKind::Circle, now, &foreign).is_err());
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let (secret, now) = (secret(), on(2026, 5, 4));
        let voucher = Voucher::seal(VoucherKind::Story, now, &secret, &SystemEntropy).unwrap();
        for at in 0..voucher.reveal().len() {
            let mut bytes = voucher.reveal().as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).unwrap();
            assert!(Voucher::open(&text, VoucherKind::Story, now, &secret).is_err(), "{at}");
        }
    }
}
