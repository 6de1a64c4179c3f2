use chrono::TimeDelta;
use jsonwebtoken::EncodingKey;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    auth::{
        rotation::{Rotation, plan_rotation},
        signing::{KeyTimes, SigningKey},
    },
    kernel::SeededEntropy,
};

#[path = "access_forged_tests.rs"]
mod forged;

const ISSUER: &str = "https://meetings.example.org";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn key(audience: Audience) -> SigningKey {
    SigningKey::generate(audience, now() - TimeDelta::days(1), &SeededEntropy::new(audience as u64 * 100)).unwrap()
}

fn ring() -> Keyring {
    Keyring::new(Audience::ALL.map(key).into())
}

fn encode(part: &str) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// Any header and any claims, well signed by the key of an audience.
fn signed_by(audience: Audience, header: &str, claims: &str) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let private = EncodingKey::from_ed_der(key(audience).private_pkcs8());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &private, Algorithm::EdDSA).unwrap();
    format!("{message}.{signature}")
}

fn header() -> String {
    format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{}"}}"#, key(Audience::Member).kid)
}

fn claims() -> Value {
    let at = now().timestamp();
    let id = "6f1c1a52-3c5e-4b7e-9d57-0a4f5c1b2d3e";
    json!({"iss": ISSUER, "aud": "member", "sub": id, "exp": at + 900, "nbf": at, "iat": at, "jti": id, "sid": id})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn check(token: &str) -> Result<Claims, AccessError> {
    verify(token, &ring(), ISSUER, Audience::Member, now())
}

fn check_header(header: &str) -> Result<Claims, AccessError> {
    check(&signed_by(Audience::Member, header, &claims().to_string()))
}

fn check_claims(claims: &str) -> Result<Claims, AccessError> {
    check(&signed_by(Audience::Member, &header(), claims))
}

fn issued(audience: Audience, now: DateTime<Utc>) -> String {
    let [sub, sid, jti] = [1, 2, 3].map(Uuid::from_u128);
    issue(&ring(), ISSUER, audience, (sub, sid, jti), now).unwrap().text
}

#[test]
fn what_is_issued_is_accepted_and_says_what_it_was_given() {
    let token =
        issue(&ring(), ISSUER, Audience::Office, (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3)), now());
    let token = token.unwrap();
    let claims = verify(&token.text, &ring(), ISSUER, Audience::Office, now()).unwrap();
    assert_eq!((claims.sub.as_u128(), claims.sid.as_u128(), claims.jti.as_u128()), (1, 2, 3));
    assert_eq!((token.expires_in_s, claims.exp - claims.iat, claims.nbf), (300, 300, claims.iat));
    let header = URL_SAFE_NO_PAD.decode(token.text.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header, json!({"alg": "EdDSA", "typ": "at+jwt", "kid": key(Audience::Office).kid}));
}

#[test]
fn the_hand_made_token_of_these_tests_is_good() {
    assert!(check_claims(&claims().to_string()).is_ok());
}

#[test]
fn t4_a_token_ends_with_five_seconds_of_leeway_exactly() {
    let ended = |seconds: i64| {
        let at = now().timestamp();
        let mut claims = with("exp", json!(at - seconds));
        claims["iat"] = json!(at - seconds - 900);
        claims["nbf"] = claims["iat"].clone();
        check_claims(&claims.to_string()).map(drop)
    };
    for seconds in [0, 1, 4] {
        assert_eq!(ended(seconds), Ok(()), "{seconds}");
    }
    for seconds in [5, 6, 59, 61, 86_400] {
        assert_eq!(ended(seconds), Err(AccessError::Expired), "{seconds}");
    }
}

#[test]
fn t4_a_token_begins_with_five_seconds_of_leeway_exactly() {
    for name in ["nbf", "iat"] {
        let begins = |seconds: i64| {
            let mut claims = with("exp", json!(now().timestamp() + 60));
            claims["iat"] = json!(now().timestamp());
            claims[name] = json!(now().timestamp() + seconds);
            check_claims(&claims.to_string()).map(drop)
        };
        assert_eq!(begins(5), Ok(()), "{name}");
        assert_eq!(begins(6), Err(AccessError::Invalid), "{name}");
        assert_eq!(begins(365 * 86_400), Err(AccessError::Invalid), "{name}");
    }
}

#[test]
fn t4_a_time_is_a_whole_number_that_is_not_negative() {
    let at = now().timestamp();
    for name in ["exp", "nbf", "iat"] {
        for bad in [
            "\"1800000900\"",
            "1e308",
            "1800000900.0",
            "-1",
            "null",
            "[1800000900]",
            "{}",
            "true",
            "1e999",
            "18446744073709551616",
        ] {
            let claims = claims().to_string().replace(
                &format!("\"{name}\":{}", if name == "exp" { at + 900 } else { at }),
                &format!("\"{name}\":{bad}"),
            );
            assert!(claims.contains(bad));
            assert_eq!(check_claims(&claims), Err(AccessError::Invalid), "{name} {bad}");
        }
    }
    assert_eq!(check_claims(&with("exp", json!(u64::MAX)).to_string()), Err(AccessError::Invalid));
    assert_eq!(check_claims(&with("exp", json!(0)).to_string()), Err(AccessError::Invalid));
}

#[test]
fn t4_a_token_that_lives_longer_than_its_audience_allows_is_refused() {
    assert_eq!(check_claims(&with("exp", json!(now().timestamp() + 901)).to_string()), Err(AccessError::Invalid));
    let mut claims = with("exp", json!(now().timestamp() + 301));
    claims["aud"] = json!("office");
    let header = header().replace(key(Audience::Member).kid.as_str(), key(Audience::Office).kid.as_str());
    let token = signed_by(Audience::Office, &header, &claims.to_string());
    assert_eq!(verify(&token, &ring(), ISSUER, Audience::Office, now()), Err(AccessError::Invalid));
}

#[test]
fn t5_audience_and_issuer_are_one_text_each_and_ours() {
    for name in ["aud", "iss"] {
        let ours = claims()[name].clone();
        for bad in [json!(null), json!(1), json!([ours]), json!([ours, "other"]), json!({}), json!(""), json!("other")]
        {
            assert_eq!(check_claims(&with(name, bad.clone()).to_string()), Err(AccessError::Invalid), "{name} {bad}");
        }
    }
    for iss in
        ["https://meetings.example.org/", "HTTPS://MEETINGS.EXAMPLE.ORG", "https://meetings.example.org.evil.example"]
    {
        assert_eq!(check_claims(&with("iss", json!(iss)).to_string()), Err(AccessError::Invalid));
    }
    // An audience that contradicts the key which signed.
    assert_eq!(check_claims(&with("aud", json!("office")).to_string()), Err(AccessError::Invalid));
}

#[test]
fn t5_every_claim_is_required_and_no_other_is_allowed() {
    for name in ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(check_claims(&claims.to_string()), Err(AccessError::Invalid), "{name}");
        assert_eq!(check_claims(&with(name, json!(null)).to_string()), Err(AccessError::Invalid), "{name}");
        assert_eq!(check_claims(&with(name, json!([])).to_string()), Err(AccessError::Invalid), "{name}");
    }
    for name in ["sub", "jti", "sid"] {
        assert_eq!(check_claims(&with(name, json!("not-a-uuid")).to_string()), Err(AccessError::Invalid));
        assert_eq!(check_claims(&with(name, json!(7)).to_string()), Err(AccessError::Invalid));
    }
    assert_eq!(check_claims(&with("scope", json!("all")).to_string()), Err(AccessError::Invalid));
}

#[test]
fn t5_claims_and_header_are_objects_and_not_arrays_in_the_same_order() {
    let fields: Vec<Value> =
        ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid"].map(|name| claims()[name].clone()).into();
    let token = signed_by(Audience::Member, &header(), &json!(fields).to_string());
    assert_eq!((read_header(&token), check(&token)), (None, Err(AccessError::Invalid)));
    let header = json!(["EdDSA", "at+jwt", key(Audience::Member).kid]).to_string();
    let token = signed_by(Audience::Member, &header, &claims().to_string());
    assert_eq!((read_header(&token), check(&token)), (None, Err(AccessError::Invalid)));
}

#[test]
fn t8_a_token_opens_its_own_audience_and_none_other() {
    for issued_for in Audience::ALL {
        for asked in Audience::ALL {
            let read = verify(&issued(issued_for, now()), &ring(), ISSUER, asked, now()).map(|claims| claims.aud);
            assert_eq!(read, if issued_for == asked { Ok(asked) } else { Err(AccessError::WrongAudience) });
        }
    }
}

#[test]
fn only_a_good_signature_learns_that_its_audience_is_wrong() {
    let token = issued(Audience::Office, now());
    let (message, _) = token.rsplit_once('.').unwrap();
    let (_, others) =
        issued(Audience::Circle, now()).rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(check(&format!("{message}.{others}")), Err(AccessError::Invalid));
}

#[test]
fn t11_the_next_key_and_the_old_one_are_good_and_a_retired_one_is_not() {
    let mut old = key(Audience::Member);
    let keys = [(old.kid.clone(), old.times)];
    let plan = plan_rotation(Audience::Member, &keys, now(), Rotation::Planned);
    let signs_from = plan.make.unwrap();
    let next = || SigningKey::generate(Audience::Member, signs_from, &SeededEntropy::new(9000)).unwrap();
    old.times.signs_until = Some(plan.end[0].signs_until);
    old.times.verifies_until = Some(plan.end[0].verifies_until);
    let (next_kid, retired_at) = (next().kid, plan.end[0].verifies_until);
    let ring = Keyring::new(vec![old, next()]);
    let give = |at| issue(&ring, ISSUER, Audience::Member, (Uuid::nil(), Uuid::nil(), Uuid::nil()), at).unwrap().text;
    let read = |token: &str, at| verify(token, &ring, ISSUER, Audience::Member, at).map(drop);

    let last_of_old = give(signs_from - TimeDelta::seconds(1));
    let first_of_next = give(signs_from);
    assert_eq!(read_header(&first_of_next), Some(next_kid));
    assert_ne!(read_header(&last_of_old), read_header(&first_of_next));
    // A node whose clock is a little behind.
    assert_eq!(read(&first_of_next, signs_from - TimeDelta::seconds(5)), Ok(()));
    assert_eq!(read(&last_of_old, signs_from + TimeDelta::minutes(14)), Ok(()));
    assert_eq!(read(&last_of_old, retired_at), Err(AccessError::Expired));
}

#[test]
fn t11_a_leaked_key_signs_nothing_that_is_good_from_that_moment() {
    let mut leaked = key(Audience::Member);
    leaked.times = KeyTimes { signs_until: Some(now()), verifies_until: Some(now()), ..leaked.times };
    let ring = Keyring::new(vec![leaked]);
    let token = signed_by(Audience::Member, &header(), &claims().to_string());
    assert_eq!(verify(&token, &ring, ISSUER, Audience::Member, now()), Err(AccessError::Expired));
    let none = issue(&ring, ISSUER, Audience::Member, (Uuid::nil(), Uuid::nil(), Uuid::nil()), now());
    assert!(matches!(none, Err(IssueError::NoKey(Audience::Member))));
}

proptest! {
    #[test]
    fn a_token_with_any_character_changed_is_refused(at: prop::sample::Index, other in "[A-Za-z0-9_.-]") {
        let mut token = issued(Audience::Member, now());
        let at = at.index(token.len());
        prop_assume!(token[at..=at] != other);
        token.replace_range(at..=at, &other);
        prop_assert!(check(&token).is_err());
    }

    #[test]
    fn no_text_makes_reading_fail_otherwise_than_by_refusing(text in ".{0,300}") {
        prop_assert!(check(&text).is_err());
    }

    #[test]
    fn a_token_is_good_at_every_second_of_its_life_and_at_no_other(seconds in -2000_i64..2000) {
        let token = issued(Audience::Member, now());
        let read = verify(&token, &ring(), ISSUER, Audience::Member, now() + TimeDelta::seconds(seconds)).map(drop);
        let expected = match seconds {
            ..-5 => Err(AccessError::Invalid),
            -5..905 => Ok(()),
            905.. => Err(AccessError::Expired),
        };
        prop_assert_eq!(read, expected);
    }
}
