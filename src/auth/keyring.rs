//! All keys of access tokens at one moment: who signs, who verifies, what is published.
//!
//! A ring never changes; what reads the keys makes a new one and swaps it in.
//! The audience of a key is known from here alone, never from a token.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::Serialize;

use super::{
    audience::Audience,
    signing::{KeyTimes, Kid, SigningKey},
};

#[derive(Debug)]
struct Entry {
    kid: Kid,
    audience: Audience,
    times: KeyTimes,
    public: [u8; 32],
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// What signs an audience's tokens now.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'ring> {
    /// The key's name.
    pub kid: &'ring Kid,
    /// The private half.
    pub key: &'ring EncodingKey,
}

/// What a token's signature is checked with.
#[derive(Debug, Clone, Copy)]
pub struct Verifier<'ring> {
    /// Whose tokens the key signs.
    pub audience: Audience,
    /// The public half.
    pub key: &'ring DecodingKey,
    /// Whether nothing that it signed is good any more: what bears its
    /// signature has at best expired.
    pub retired: bool,
}

/// An immutable set of keys.
#[derive(Debug, Default)]
pub struct Keyring(Vec<Entry>);

impl Keyring {
    /// The ring of these keys, of all audiences; names are unique.
    pub fn new(keys: Vec<SigningKey>) -> Self {
        let mut entries: Vec<Entry> = keys.into_iter().map(entry).collect();
        // The newest first; the name decides where two begin at once, on every node alike.
        entries.sort_by(|a, b| (b.times.signs_from, &b.kid).cmp(&(a.times.signs_from, &a.kid)));
        Self(entries)
    }

    /// What signs now: the newest key of the audience that has begun and not ended.
    pub fn signer(&self, audience: Audience, now: DateTime<Utc>) -> Option<Signer<'_>> {
        let entry = self.0.iter().find(|entry| entry.audience == audience && entry.times.signs(now))?;
        Some(Signer { kid: &entry.kid, key: &entry.encoding })
    }

    /// The key of that name; `None` where the ring has none, which a newer ring may.
    pub fn verifier(&self, kid: &Kid, now: DateTime<Utc>) -> Option<Verifier<'_>> {
        let entry = self.0.iter().find(|entry| entry.kid == *kid)?;
        Some(Verifier { audience: entry.audience, key: &entry.decoding, retired: !entry.times.verifies(now) })
    }

    /// The public keys that verify now or soon will, as a JWK set (RFC 7517,
    /// RFC 8037). The same bytes for the same keys, whatever order they came in.
    pub fn jwks(&self, now: DateTime<Utc>) -> Vec<u8> {
        let mut keys: Vec<Jwk> = self.0.iter().filter(|entry| entry.times.verifies(now)).map(jwk).collect();
        keys.sort_by_key(|key| key.kid);
        // Neither a map with keys that are no text nor a number that JSON lacks: it cannot fail.
        serde_json::to_vec(&Jwks { keys }).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Jwks<'ring> {
    keys: Vec<Jwk<'ring>>,
}

#[derive(Serialize)]
struct Jwk<'ring> {
    kty: &'static str,
    crv: &'static str,
    x: String,
    kid: &'ring str,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: &'static str,
}

fn jwk(entry: &Entry) -> Jwk<'_> {
    Jwk {
        kty: "OKP",
        crv: "Ed25519",
        x: URL_SAFE_NO_PAD.encode(entry.public),
        kid: entry.kid.as_str(),
        usage: "sig",
        alg: "EdDSA",
    }
}

fn entry(key: SigningKey) -> Entry {
    Entry {
        // jsonwebtoken takes PKCS#8 to sign and the bare 32 bytes to verify, under names that say neither.
        encoding: EncodingKey::from_ed_der(key.private_pkcs8()),
        decoding: DecodingKey::from_ed_der(&key.public),
        kid: key.kid,
        audience: key.audience,
        times: key.times,
        public: key.public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SeededEntropy;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn key(seed: u64, audience: Audience, times: [Option<i64>; 3]) -> SigningKey {
        let mut key = SigningKey::generate(audience, at(times[0].unwrap()), &SeededEntropy::new(seed * 100)).unwrap();
        key.times.signs_until = times[1].map(at);
        key.times.verifies_until = times[2].map(at);
        key
    }

    fn kid(seed: u64) -> Kid {
        key(seed, Audience::Office, [Some(0), None, None]).kid
    }

    fn ring() -> Keyring {
        Keyring::new(vec![
            key(1, Audience::Office, [Some(0), Some(100), Some(150)]),
            key(2, Audience::Office, [Some(100), None, None]),
            key(3, Audience::Member, [Some(0), None, None]),
        ])
    }

    #[test]
    fn the_newest_key_that_has_begun_signs_for_its_audience_alone() {
        let ring = ring();
        let signer = |audience, now| ring.signer(audience, at(now)).map(|signer| signer.kid.clone());
        assert_eq!(signer(Audience::Office, 99), Some(kid(1)));
        assert_eq!(signer(Audience::Office, 100), Some(kid(2)));
        assert_eq!(signer(Audience::Member, 100), Some(kid(3)));
        assert_eq!(signer(Audience::Circle, 100), None);
        assert_eq!(signer(Audience::Office, -1), None);
        let ended = Keyring::new(vec![key(1, Audience::Office, [Some(0), Some(100), Some(150)])]);
        assert!(ended.signer(Audience::Office, at(99)).is_some() && ended.signer(Audience::Office, at(100)).is_none());
    }

    #[test]
    fn a_key_verifies_before_it_signs_and_for_a_while_after() {
        let ring = ring();
        let retired = |seed, now| ring.verifier(&kid(seed), at(now)).map(|verifier| verifier.retired);
        assert_eq!(retired(2, 0), Some(false));
        assert_eq!(retired(1, 149), Some(false));
        assert_eq!(retired(1, 150), Some(true));
        assert_eq!(retired(9, 0), None);
    }

    #[test]
    fn what_verifies_is_published_with_registered_members_only() {
        let ring = ring();
        let published: serde_json::Value = serde_json::from_slice(&ring.jwks(at(0))).unwrap();
        let keys = published["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 3);
        for key in keys {
            let mut members: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
            members.sort_unstable();
            assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
            assert_eq!([&key["kty"], &key["crv"], &key["use"], &key["alg"]], ["OKP", "Ed25519", "sig", "EdDSA"]);
        }
        let later = String::from_utf8(ring.jwks(at(150))).unwrap();
        assert!(!later.contains(kid(1).as_str()) && later.contains(kid(2).as_str()));
    }

    #[test]
    fn an_empty_ring_publishes_an_empty_set() {
        assert_eq!(Keyring::default().jwks(at(0)), br#"{"keys":[]}"#);
    }

    #[test]
    fn debug_shows_no_private_half() {
        let key = key(1, Audience::Office, [Some(0), None, None]);
        let bytes = format!("{:?}", &key.private_pkcs8()[..4]);
        assert!(!format!("{:?}", Keyring::new(vec![key])).contains(bytes.trim_matches(['[', ']'])));
    }
}
