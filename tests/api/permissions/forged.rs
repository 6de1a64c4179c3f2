//! A good token of another audience: signed by a key of ours, for members.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openchair::{
    auth::Secret,
    kernel::{Clock, Entropy, SeededEntropy},
};
use serde_json::{Value, json};

use crate::support::{SECRET, TestApp};

/// Puts a key of the audience `member` beside the office's and signs with it
/// what an office's token says, for members.
pub async fn member_token(app: &TestApp, office_token: &str) -> String {
    const KID: &str = "0000000000000000000000000000c0de";
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let pkcs8 = pair.to_pkcs8v1().unwrap();
    // Not the service's, whose order tests of whole bodies know.
    let entropy = &SeededEntropy::new(99) as &dyn Entropy;
    let wrapped = Secret::parse(SECRET).unwrap().wrap("signing-key", pkcs8.as_ref(), entropy).unwrap();
    let mut owner = app.database.owner().await;
    sqlx::query(
        "INSERT INTO auth.signing_keys (kid, audience, public_key, private_key, signs_from, created_at)
         VALUES ($1, 'member', $2, $3, $4, $4)",
    )
    .bind(KID)
    .bind(pair.public_key().as_ref())
    .bind(wrapped)
    .bind(app.clock.now())
    .execute(&mut owner)
    .await
    .unwrap();
    let mut claims = claims(office_token);
    claims["aud"] = json!("member");
    let header = Header { typ: Some("at+jwt".to_owned()), kid: Some(KID.to_owned()), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(pkcs8.as_ref())).unwrap()
}

/// What a token says.
fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
