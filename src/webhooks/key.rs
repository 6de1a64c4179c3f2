//! What deliveries are signed with.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroizing};

use crate::kernel::Entropy;

/// The specification asks for 24 to 64.
const BYTES: usize = 32;
/// What the text of a key begins with.
const PREFIX: &str = "whsec_";

/// A webhook's key: random bytes, of which receiver and service know.
pub(super) struct SigningKey(SecretBox<Vec<u8>>);

impl SigningKey {
    /// A new one.
    pub(super) fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = vec![0; BYTES];
        entropy.fill(&mut bytes);
        Self::of(bytes)
    }

    /// The one of these bytes.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// Its bytes, to be wrapped.
    pub(super) fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// The text that its owner is shown: `whsec_` and its base64.
    pub(super) fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(self.expose())))
    }

    /// The signature of a message: of its id, the second in which it is sent,
    /// and its body, with full stops between.
    pub(super) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.expose());
        let mut context = hmac::Context::with_key(&key);
        context.update(format!("{id}.{timestamp}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SystemEntropy;

    /// The vector of the specification's own libraries.
    #[test]
    fn a_message_is_signed_as_the_specification_says() {
        let key = SigningKey::of(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(*key.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn a_key_is_32_bytes_that_no_other_has() {
        let keys = [SigningKey::generate(&SystemEntropy), SigningKey::generate(&SystemEntropy)];
        assert_ne!(keys[0].expose(), keys[1].expose());
        assert!(keys.iter().all(|key| key.expose().len() == 32 && key.reveal().len() == 6 + 44));
        assert_eq!(format!("{:?}", keys[0]), "SigningKey");
    }
}
