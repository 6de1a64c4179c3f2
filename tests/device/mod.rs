//! What devices derive, by the vectors that apps are held to. They were made by
//! another program in another language; here they are computed anew.

mod recovery_code;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use openchair::auth::{DeviceKey, KeyUse};
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../docs/device_vectors.json")).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name}: {value}"))
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn code(value: &Value) -> [u8; 16] {
    hex(text(value, "code_hex")).try_into().unwrap()
}

fn derive(code: &[u8; 16], info: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let info = [info.as_bytes()];
    Salt::new(HKDF_SHA256, &[]).extract(code).expand(&info, HKDF_SHA256).unwrap().fill(&mut key).unwrap();
    key
}

fn derived(code: &[u8; 16], info: &str) -> String {
    URL_SAFE_NO_PAD.encode(derive(code, info))
}

#[test]
fn keys_come_out_as_the_vectors_say() {
    let vectors = vectors();
    let derivations = vectors["derivations"].as_array().unwrap();
    assert!(derivations.len() >= 4);
    for vector in derivations {
        let code = code(vector);
        assert_eq!(recovery_code::show(code), text(vector, "code_text"));
        let auth_key = derived(&code, "openchair/auth");
        assert_eq!(auth_key, text(vector, "auth_key"));
        // And the service keeps of it what the vectors say.
        let hash = DeviceKey::parse(&auth_key).unwrap().hash(KeyUse::Account);
        assert_eq!(URL_SAFE_NO_PAD.encode(hash), text(vector, "auth_key_hash"));
        assert_eq!(derived(&code, "openchair/vault"), text(vector, "vault_key"));
        let passes = vector["pass_keys"].as_array().unwrap();
        assert!(passes.len() >= 4);
        for pass in passes {
            assert_eq!(derived(&code, &format!("openchair/pass/{}", pass["n"])), text(pass, "pass_key"));
        }
    }
}

#[test]
fn every_text_of_a_code_is_read_or_refused_as_the_vectors_say() {
    let vectors = vectors();
    for vector in vectors["recovery_codes"]["valid"].as_array().unwrap() {
        assert_eq!(recovery_code::read(text(vector, "text")), Some(code(vector)), "{vector}");
    }
    for vector in vectors["recovery_codes"]["invalid"].as_array().unwrap() {
        assert_eq!(recovery_code::read(text(vector, "text")), None, "{vector}");
    }
}

#[test]
fn a_vault_opens_and_is_sealed_to_the_same_bytes() {
    const HEAD: usize = 13;
    let vectors = vectors();
    let vector = &vectors["vault"];
    let key = derive(&code(vector), "openchair/vault");
    assert_eq!(URL_SAFE_NO_PAD.encode(key), text(vector, "vault_key"));
    let sealed = STANDARD.decode(text(vector, "sealed_base64")).unwrap();
    assert_eq!((sealed.len(), sealed[0]), (4096, 1));
    assert_eq!(Sha256::digest(&sealed).as_slice(), hex(text(vector, "sealed_sha256_hex")));
    assert_eq!(sealed[1..HEAD], hex(text(vector, "nonce_hex")));
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let nonce: [u8; 12] = sealed[1..HEAD].try_into().unwrap();
    let bound = text(vector, "associated_data");
    let mut opened = sealed[HEAD..].to_vec();
    let padded = key.open_in_place(Nonce::from(&nonce), Aad::from(bound), &mut opened).unwrap();
    let content = text(vector, "content").as_bytes();
    assert_eq!(padded[..4], u32::try_from(content.len()).unwrap().to_be_bytes());
    assert_eq!(&padded[4..4 + content.len()], content);
    assert!(padded[4 + content.len()..].iter().all(|byte| *byte == 0));
    let mut again = padded.to_vec();
    key.seal_in_place_append_tag(Nonce::from(&nonce), Aad::from(bound), &mut again).unwrap();
    assert_eq!([&sealed[..HEAD], &again].concat(), sealed);
    let mut changed = sealed[HEAD..].to_vec();
    changed[0] ^= 1;
    assert!(key.open_in_place(Nonce::from(&nonce), Aad::from(bound), &mut changed).is_err());
}

/// Its characters without the hyphens.
fn characters(code: [u8; 16]) -> Vec<u8> {
    recovery_code::show(code).replace('-', "").into_bytes()
}

fn read(characters: &[u8]) -> Option<[u8; 16]> {
    recovery_code::read(std::str::from_utf8(characters).unwrap())
}

proptest! {
    #[test]
    fn a_code_is_read_as_it_was_shown(code: [u8; 16]) {
        let shown = recovery_code::show(code);
        prop_assert_eq!(shown.len(), 34);
        prop_assert_eq!(recovery_code::read(&shown), Some(code));
        prop_assert_eq!(recovery_code::read(&shown.to_lowercase().replace('1', "l").replace('0', "o")), Some(code));
    }

    #[test]
    fn one_slip_is_always_noticed(code: [u8; 16], at in 0_usize..28, by in 1_usize..32) {
        let mut characters = characters(code);
        let alphabet = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let old = alphabet.iter().position(|c| *c == characters[at]).unwrap();
        characters[at] = alphabet[(old + by) % 32];
        prop_assert_eq!(read(&characters), None);
    }

    #[test]
    fn two_exchanged_are_always_noticed(code: [u8; 16], one in 0_usize..28, other in 0_usize..28) {
        let mut characters = characters(code);
        prop_assume!(characters[one] != characters[other]);
        characters.swap(one, other);
        prop_assert_eq!(read(&characters), None);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}") {
        if let Some(code) = recovery_code::read(&text) {
            prop_assert_eq!(recovery_code::read(&recovery_code::show(code)), Some(code));
        }
    }
}
