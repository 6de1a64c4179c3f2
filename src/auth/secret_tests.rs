use proptest::prelude::*;

use super::*;
use crate::kernel::{SeededEntropy, SystemEntropy};

const ONE: &str = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
const TWO: &str = "2 //79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=\n";

fn secret(lines: &[&str]) -> Secret {
    Secret::parse(&lines.concat()).unwrap()
}

#[test]
fn the_highest_version_wraps_and_every_version_unwraps() {
    let old = secret(&[ONE]);
    let both = secret(&["# of 2026\n\n", TWO, ONE, "  # nothing more\r\n"]);
    let early = old.wrap("signing", b"plain", &SystemEntropy).unwrap();
    let late = both.wrap("signing", b"plain", &SystemEntropy).unwrap();
    assert_eq!((both.newest_version(), &early[..2], &late[..2]), (2, &[0, 1][..], &[0, 2][..]));
    assert_eq!(&**both.unwrap("signing", &early).unwrap(), b"plain");
    assert_eq!(&**both.unwrap("signing", &late).unwrap(), b"plain");
    assert_eq!(old.unwrap("signing", &late).unwrap_err(), UnwrapError::UnknownVersion(2));
}

#[test]
fn what_is_wrapped_for_one_purpose_does_not_unwrap_for_another() {
    let secret = secret(&[ONE]);
    let wrapped = secret.wrap("signing", b"plain", &SystemEntropy).unwrap();
    assert_eq!(secret.unwrap("totp", &wrapped).unwrap_err(), UnwrapError::Damaged);
}

#[test]
fn no_two_wraps_are_alike() {
    let secret = secret(&[ONE]);
    let wrap = || secret.wrap("signing", b"plain", &SystemEntropy).unwrap();
    assert_ne!(wrap(), wrap());
}

#[test]
fn a_derived_key_belongs_to_its_version_and_purpose_and_is_no_wrapping_key() {
    let secret = secret(&[ONE, TWO]);
    let key = |version, purpose| secret.derive_key(version, purpose).unwrap();
    assert_eq!(*key(1, "refresh-mac"), *key(1, "refresh-mac"));
    assert_ne!(*key(1, "refresh-mac"), *key(2, "refresh-mac"));
    assert_ne!(*key(1, "refresh-mac"), *key(1, "refresh-next"));
    assert_ne!(*key(1, "a"), *secret.derive(1, "openchair/wrap/", "a").unwrap());
    assert!(secret.derive_key(3, "refresh-mac").is_none());
}

#[test]
fn a_made_secret_reads_back_from_its_text() {
    let (made, text) = Secret::generate(&SeededEntropy::new(7));
    let wrapped = made.wrap("signing", b"plain", &SystemEntropy).unwrap();
    assert_eq!(&**Secret::parse(&text).unwrap().unwrap("signing", &wrapped).unwrap(), b"plain");
}

#[test]
fn a_refusal_names_the_line_and_never_the_value() {
    let long = "#".repeat(20_000);
    let many: String = (1..=65).map(|version| ONE.replacen('1', &version.to_string(), 1)).collect();
    for (text, expected) in [
        ("", SecretError::Empty),
        ("# only a comment\n", SecretError::Empty),
        ("1\n", SecretError::Line(1)),
        ("\n1 AAEC secret more\n", SecretError::Line(2)),
        ("0 AAEC\n", SecretError::Version(1)),
        ("65536 AAEC\n", SecretError::Version(1)),
        ("+1 AAEC\n", SecretError::Version(1)),
        ("01 AAEC\n", SecretError::Version(1)),
        ("1 AAEC\n", SecretError::Value(1)),
        ("1 not-base64-hunter2\n", SecretError::Value(1)),
        (&[ONE, ONE].concat(), SecretError::Repeated(2)),
        (&long, SecretError::TooLong),
        (&many, SecretError::TooLong),
    ] {
        let error = Secret::parse(text).unwrap_err();
        assert_eq!(error, expected);
        assert!(!error.to_string().contains("AAEC") && !error.to_string().contains("hunter2"));
    }
}

#[test]
fn debug_shows_nothing_of_it() {
    assert_eq!(format!("{:?}", secret(&[ONE, TWO])), "Secret { .. }");
}

proptest! {
    #[test]
    fn one_changed_or_missing_byte_is_noticed(plain in prop::collection::vec(any::<u8>(), 0..100), at: prop::sample::Index, flip in 1u8..) {
        let secret = secret(&[ONE]);
        let wrapped = secret.wrap("signing", &plain, &SeededEntropy::new(1)).unwrap();
        prop_assert_eq!(&**secret.unwrap("signing", &wrapped).unwrap(), &plain);
        let mut changed = wrapped.clone();
        changed[at.index(wrapped.len())] ^= flip;
        prop_assert!(secret.unwrap("signing", &changed).is_err());
        prop_assert!(secret.unwrap("signing", &wrapped[..at.index(wrapped.len())]).is_err());
    }
}
