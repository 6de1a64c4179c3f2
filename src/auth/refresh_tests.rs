use proptest::prelude::*;

use super::*;
use crate::kernel::SeededEntropy;

const OLD: &str = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
const BOTH: &str = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n2 //79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=\n";

fn secret(text: &str) -> Secret {
    Secret::parse(text).unwrap()
}

fn first(secret: &Secret) -> RefreshToken {
    RefreshToken::first(Audience::Circle, Uuid::from_u128(7), secret, &SeededEntropy::new(1)).unwrap()
}

fn parse(text: &str) -> Result<RefreshToken, RefreshError> {
    RefreshToken::parse(text, Audience::Circle, &secret(OLD))
}

#[test]
fn a_token_reads_back_and_says_who_and_what_it_continues() {
    let text = first(&secret(OLD)).reveal();
    assert!(text.starts_with("oc_refresh_circle_00000000000000000000000000000007_0_1_"));
    let token = parse(&text).unwrap();
    assert_eq!((token.session, token.generation, token.secret_version), (Uuid::from_u128(7), 0, 1));
    assert_eq!(token.hash(), first(&secret(OLD)).hash());
}

#[test]
fn the_successor_is_the_same_one_each_time() {
    let secret = secret(OLD);
    let next = first(&secret).successor(&secret, 1).unwrap();
    assert_eq!(next.generation, 1);
    assert_eq!(next.hash(), parse(&first(&secret).reveal()).unwrap().successor(&secret, 1).unwrap().hash());
    assert_ne!(next.hash(), next.successor(&secret, 1).unwrap().hash());
    assert!(next.successor(&secret, 2).is_none());
}

#[test]
fn a_new_version_of_the_secret_takes_over_with_the_next_token() {
    let (old, both) = (secret(OLD), secret(BOTH));
    let token = first(&old);
    let next = token.successor(&both, 2).unwrap();
    assert_eq!(next.secret_version, 2);
    assert!(RefreshToken::parse(&next.reveal(), Audience::Circle, &both).is_ok());
    assert_eq!(parse(&next.reveal()).unwrap_err(), RefreshError::UnknownVersion(2));
    assert_ne!(next.hash(), token.successor(&both, 1).unwrap().hash());
}

#[test]
fn a_token_of_one_audience_refreshes_nothing_of_another() {
    let secret = secret(OLD);
    let text = first(&secret).reveal();
    for audience in [Audience::Office, Audience::Member, Audience::Moderator] {
        assert_eq!(RefreshToken::parse(&text, audience, &secret).unwrap_err(), RefreshError::WrongAudience);
        let renamed = text.replace("circle", audience.as_str());
        assert_eq!(RefreshToken::parse(&renamed, audience, &secret).unwrap_err(), RefreshError::Invalid);
    }
}

#[test]
fn an_older_generation_cannot_be_made_up_from_a_newer_token() {
    let secret = secret(OLD);
    let later = first(&secret).successor(&secret, 1).unwrap().reveal();
    assert_eq!(parse(&later.replace("_1_1_", "_0_1_")).unwrap_err(), RefreshError::Invalid);
    let other = later.replace("00000000000000000000000000000007", "00000000000000000000000000000008");
    assert_eq!(parse(&other).unwrap_err(), RefreshError::Invalid);
}

#[test]
fn one_token_has_one_text() {
    let text = first(&secret(OLD)).reveal();
    for other in [
        text.replace("_0_1_", "_00_1_"),
        text.replace("_0_1_", "_+0_1_"),
        text.replace("_0_1_", "_0_01_"),
        text.replace("00000000000000000000000000000007", "00000000-0000-0000-0000-000000000007"),
        text.replace("circle", "Circle"),
        format!("{}=", *text),
        format!(" {}", *text),
        text.replace("oc_", ""),
        "x".repeat(100_000),
        String::new(),
    ] {
        assert_eq!(parse(&other).unwrap_err(), RefreshError::Invalid);
    }
}

#[test]
fn the_longest_token_is_within_its_bound() {
    let secret = Secret::parse(&OLD.replacen('1', "65535", 1)).unwrap();
    let mut token = RefreshToken::first(Audience::Moderator, Uuid::max(), &secret, &SeededEntropy::new(1)).unwrap();
    token.generation = u32::MAX - 1;
    let last = token.successor(&secret, 65535).unwrap();
    assert_eq!(last.reveal().len(), MAX_LEN);
    assert!(RefreshToken::parse(&last.reveal(), Audience::Moderator, &secret).is_ok());
    assert!(last.successor(&secret, 65535).is_none());
}

#[test]
fn debug_shows_nothing_that_could_be_used_or_traced() {
    assert_eq!(format!("{:?}", first(&secret(OLD))), "RefreshToken { audience: Circle, .. }");
}

proptest! {
    #[test]
    fn a_token_with_any_character_changed_is_refused(at: prop::sample::Index, other in "[A-Za-z0-9_-]") {
        let mut text = first(&secret(OLD)).reveal().to_string();
        let at = at.index(text.len());
        prop_assume!(text[at..=at] != other);
        text.replace_range(at..=at, &other);
        prop_assert!(parse(&text).is_err());
    }
}
