//! Headers and signatures that are not ours.

use aws_lc_rs::hmac;
use base64::engine::general_purpose::STANDARD;

use super::*;

#[test]
fn t1_no_algorithm_but_ours_is_taken_in_any_case() {
    for alg in ["none", "None", "NONE", "nOnE", "", "HS256", "RS256", "ES256", "Ed25519", "eddsa", "EDDSA", "EdDSA "] {
        let header = header().replace("EdDSA", alg);
        assert_eq!(check_header(&header), Err(AccessError::Invalid), "{alg}");
        let unsigned = format!("{}.{}.AA", encode(&header), encode(&claims().to_string()));
        assert_eq!((read_header(&unsigned), check(&unsigned)), (None, Err(AccessError::Invalid)), "{alg}");
    }
    let unsigned = format!("{}.{}.", encode(&header()), encode(&claims().to_string()));
    assert_eq!(check(&unsigned), Err(AccessError::Invalid));
    for alg in [json!(null), json!(0), json!(["EdDSA"]), json!({"EdDSA": null})] {
        assert_eq!(check_header(&header().replace("\"EdDSA\"", &alg.to_string())), Err(AccessError::Invalid));
    }
}

#[test]
fn t2_our_public_key_is_no_hmac_secret_in_any_form() {
    let public = key(Audience::Member).public;
    // RFC 8410: the fixed beginning of an Ed25519 public key in DER.
    let der = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &public].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
    let x = URL_SAFE_NO_PAD.encode(public);
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
    let secrets =
        [pem.clone().into_bytes(), pem.trim_end().into(), der, jwk.into_bytes(), x.into_bytes(), public.into()];
    for alg in ["HS256", "EdDSA"] {
        for secret in &secrets {
            let message = format!("{}.{}", encode(&header().replace("EdDSA", alg)), encode(&claims().to_string()));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
            assert_eq!(check(&token), Err(AccessError::Invalid));
        }
    }
}

#[test]
fn t3_a_key_is_found_by_a_plain_name_or_not_at_all() {
    let named = |kid: Value| json!({"alg": "EdDSA", "typ": "at+jwt", "kid": kid}).to_string();
    let long = "a".repeat(10_000);
    for kid in ["../../etc/passwd", "' or 1=1", "", "a\u{0}b", "http://127.0.0.1/", &long, &"a".repeat(65)] {
        assert_eq!(check_header(&named(json!(kid))), Err(AccessError::Invalid));
    }
    for kid in [json!(null), json!(1), json!([key(Audience::Member).kid])] {
        assert_eq!(check_header(&named(kid)), Err(AccessError::Invalid));
    }
    assert_eq!(check_header(r#"{"alg":"EdDSA","typ":"at+jwt"}"#), Err(AccessError::Invalid));
    assert_eq!(check_header(&named(json!("nobodys-key"))), Err(AccessError::UnknownKey));
    // Another audience's name over our signature.
    assert_eq!(check_header(&named(json!(key(Audience::Office).kid))), Err(AccessError::Invalid));
}

#[test]
fn t3_a_header_that_brings_or_points_to_a_key_is_refused() {
    for extra in [
        r#""jku":"https://evil.example/keys""#,
        r#""x5u":"https://evil.example/cert""#,
        r#""jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        r#""x5c":[]"#,
        r#""cty":"JWT""#,
        r#""zip":"DEF""#,
        r#""b64":false"#,
        r#""jku":null"#,
    ] {
        let header = header().replacen('{', &format!("{{{extra},"), 1);
        assert_eq!(check_header(&header), Err(AccessError::Invalid), "{extra}");
    }
}

#[test]
fn t6_a_token_of_another_kind_is_no_access_token() {
    for typ in ["JWT", "jwt", "AT+JWT", "application/at+jwt", "rt+jwt", ""] {
        assert_eq!(check_header(&header().replace("at+jwt", typ)), Err(AccessError::Invalid), "{typ}");
    }
    assert_eq!(check_header(&header().replace(r#""typ":"at+jwt","#, "")), Err(AccessError::Invalid));
    assert_eq!(check_header(&header().replace(r#""at+jwt""#, "null")), Err(AccessError::Invalid));
    for other in ["oc_refresh_member_0_0_1_abc", "oc_live_abc", "", ".", "..", "...", "a.b.c", "ey.ey.ey"] {
        assert_eq!(check(other), Err(AccessError::Invalid), "{other}");
    }
}

#[test]
fn t7_critical_extensions_and_duplicates_are_refused() {
    for crit in [r#""crit":["b64"]"#, r#""crit":[]"#, r#""crit":null"#] {
        assert_eq!(check_header(&header().replacen('{', &format!("{{{crit},"), 1)), Err(AccessError::Invalid));
    }
    let kid = key(Audience::Member).kid;
    for twice in [r#""alg":"EdDSA""#, r#""alg":"none""#, r#""typ":"at+jwt""#, &format!(r#""kid":"{kid}""#)] {
        assert_eq!(check_header(&header().replacen('{', &format!("{{{twice},"), 1)), Err(AccessError::Invalid));
    }
    for name in ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid"] {
        let twice = claims().to_string().replacen('{', &format!("{{\"{name}\":{},", claims()[name]), 1);
        assert_eq!(check_claims(&twice), Err(AccessError::Invalid), "{name}");
    }
}

#[test]
fn a_token_is_at_most_2048_bytes_long_and_has_three_parts() {
    let token = issued(Audience::Member, now());
    for parts in [format!("{token}."), format!("{token}.{token}"), token.replacen('.', "", 1)] {
        assert_eq!((read_header(&parts), check(&parts)), (None, Err(AccessError::Invalid)));
    }
    let issuer = "a".repeat(2048);
    let long = issue(&ring(), &issuer, Audience::Member, (Uuid::nil(), Uuid::nil(), Uuid::nil()), now()).unwrap().text;
    assert_eq!(verify(&long, &ring(), &issuer, Audience::Member, now()), Err(AccessError::Invalid));
    assert_eq!(check(&format!(" {token}")), Err(AccessError::Invalid));
    assert_eq!(check(&format!("{token}=")), Err(AccessError::Invalid));
}
