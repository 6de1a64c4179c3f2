//! Access tokens on one operation that is guarded, and the keys behind them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openchair::auth::{Audience, Role, Rotation};
use serde_json::{Value, json};

use crate::support::{Bearer, TestApp};

const ACCOUNT: &str = "/v1/auth/office/account";
/// How many keys there are while none is on its way in or out.
const ONE_EACH: usize = Audience::ALL.len();

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn part(token: &str, index: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

/// `HS256` with those bytes as its key.
fn hmac_signed(header: &Value, claims: &Value, key: &[u8]) -> String {
    let text = format!("{}.{}", encode(header), encode(claims));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
    let tag = aws_lc_rs::hmac::sign(&key, text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
}

async fn keys(app: &crate::support::Anonymous) -> Vec<Value> {
    app.json("/.well-known/jwks.json").await["keys"].as_array().unwrap().clone()
}

fn kid_of(token: &str) -> Value {
    part(token, 0)["kid"].clone()
}

async fn app_and_owner() -> (TestApp, Bearer) {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin(office, Role::Owner).await;
    (app, owner)
}

#[tokio::test]
async fn no_forged_token_is_taken() {
    let (app, owner) = app_and_owner().await;
    let (header, claims) = (part(&owner.token, 0), part(&owner.token, 1));
    assert_eq!((&header["alg"], &header["typ"], &claims["aud"]), (&json!("EdDSA"), &json!("at+jwt"), &json!("office")));
    let signature = owner.token.rsplit('.').next().unwrap();
    let keys = keys(&app.anonymous()).await;
    let public = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap()["x"].as_str().unwrap().to_owned();
    let raw = URL_SAFE_NO_PAD.decode(&public).unwrap();
    let der = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &raw].concat();
    let with = |changes: Value| {
        let mut header = header.clone();
        header.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        format!("{}.{}.{signature}", encode(&header), encode(&claims))
    };
    let claiming = |changes: Value| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        format!("{}.{}.{signature}", encode(&header), encode(&claims))
    };
    let hs256 = json!({ "alg": "HS256", "typ": "at+jwt", "kid": header["kid"] });
    let forged = [
        // T1
        format!("{}.{}.", encode(&json!({ "alg": "none", "typ": "at+jwt", "kid": header["kid"] })), encode(&claims)),
        with(json!({ "alg": "nOnE" })),
        // T2
        hmac_signed(&hs256, &claims, &raw),
        hmac_signed(&hs256, &claims, &der),
        hmac_signed(&hs256, &claims, public.as_bytes()),
        // T3
        with(json!({ "kid": "../../etc/passwd" })),
        with(json!({ "kid": "' or 1=1" })),
        with(json!({ "kid": "a".repeat(10_000) })),
        with(json!({ "jku": "http://127.0.0.1:1/keys" })),
        with(json!({ "jwk": { "kty": "OKP", "crv": "Ed25519", "x": public } })),
        // T4, T5
        claiming(json!({ "exp": 1e308 })),
        claiming(json!({ "exp": "4000000000" })),
        claiming(json!({ "aud": ["office", "member"] })),
        claiming(json!({ "aud": "moderator" })),
        claiming(json!({ "iss": null })),
        // T6
        with(json!({ "typ": "JWT" })),
        owner.refresh_token.clone(),
        // T7
        with(json!({ "crit": ["exp"] })),
        owner.token.replacen('.', "..", 1),
        format!("{}=", owner.token),
        "oc_live_nothing".to_owned(),
    ];
    for token in &forged {
        let answer = Bearer::new(app.anonymous(), token).get(ACCOUNT).await;
        assert_eq!(answer.json()["code"], "token_invalid", "{token:?}");
        answer.is_problem(401, "token_invalid", &[]);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"openchair\", error=\"invalid_token\"", "{token}");
    }
    assert_eq!(owner.get(ACCOUNT).await.status, 200);
}

#[tokio::test]
async fn a_token_comes_once_and_as_a_bearer() {
    let (app, owner) = app_and_owner().await;
    let (bearer, basic) = (format!("bearer {}", owner.token), format!("Basic {}", owner.token));
    let cookie = format!("access_token={}", owner.token);
    let query = format!("{ACCOUNT}?access_token={}", owner.token);
    let send = |path: String, headers: Vec<(&'static str, String)>| {
        let caller = app.anonymous();
        async move {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            caller.send(reqwest::Method::GET, &path, &headers).await
        }
    };
    let account = || ACCOUNT.to_owned();
    assert_eq!(send(account(), vec![("authorization", bearer.clone())]).await.status, 200);
    let twice = send(account(), vec![("authorization", bearer.clone()), ("authorization", bearer)]).await;
    twice.is_problem(401, "token_invalid", &[]);
    for (path, headers) in
        [(account(), vec![]), (account(), vec![("authorization", basic)]), (account(), vec![("cookie", cookie)])]
    {
        let missing = send(path, headers).await;
        missing.is_problem(401, "token_missing", &[]);
        assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"openchair\"");
    }
    assert_eq!(send(query, vec![]).await.status, 401, "a token in an address is no token");
}

#[tokio::test]
async fn the_public_keys_are_published_and_nothing_private() {
    let (app, owner) = app_and_owner().await;
    let answer = app.anonymous().get("/.well-known/jwks.json").await;
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    let keys = keys(&app.anonymous()).await;
    assert_eq!(keys.len(), ONE_EACH);
    for key in &keys {
        let mut members: Vec<&String> = key.as_object().unwrap().keys().collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
    }
    assert_eq!(keys.iter().filter(|key| key["kid"] == kid_of(&owner.token)).count(), 1);
    let unchanged = [("if-none-match", answer.header("etag"))];
    let again = app.anonymous().send(reqwest::Method::GET, "/.well-known/jwks.json", &unchanged).await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn a_planned_key_is_published_a_day_before_it_signs() {
    let (app, owner) = app_and_owner().await;
    app.server.auth().keys().rotate(Rotation::Planned).await.unwrap();
    assert_eq!(keys(&app.anonymous()).await.len(), 2 * ONE_EACH);
    assert_eq!(owner.get(ACCOUNT).await.status, 200);
    let refresh =
        async |token: String| app.anonymous().post("/v1/auth/office/refresh", &json!({ "refresh_token": token })).await;
    let mut token = owner.refresh_token.clone();
    for hours in [11, 11] {
        app.clock.advance(chrono::TimeDelta::hours(hours));
        let pair = refresh(token).await.json();
        assert_eq!(kid_of(pair["access_token"].as_str().unwrap()), kid_of(&owner.token));
        token = pair["refresh_token"].as_str().unwrap().to_owned();
    }
    app.clock.advance(chrono::TimeDelta::hours(2));
    let new = Bearer::of_pair(app.anonymous(), &refresh(token).await.json());
    assert_ne!(kid_of(&new.token), kid_of(&owner.token));
    assert_eq!(new.get(ACCOUNT).await.status, 200);
    // Kept until the last token it signed has run out, and an hour more.
    assert_eq!(keys(&app.anonymous()).await.len(), 2 * ONE_EACH);
    app.clock.advance(chrono::TimeDelta::minutes(75));
    assert_eq!(keys(&app.anonymous()).await.len(), ONE_EACH);
}

#[tokio::test]
async fn a_leaked_key_ends_at_once_and_another_node_learns_it_from_the_next_token() {
    let (app, owner) = app_and_owner().await;
    let other = app.second_node();
    other.until(|node| node.server.auth().keys().are_loaded()).await;
    assert_eq!(owner.at(other.anonymous()).get(ACCOUNT).await.status, 200);
    app.server.auth().keys().rotate(Rotation::AtOnce).await.unwrap();
    // As if it had run out: an honest caller refreshes.
    owner.get(ACCOUNT).await.is_problem(401, "token_expired", &[]);
    let refresh = json!({ "refresh_token": owner.refresh_token });
    let pair = app.anonymous().post("/v1/auth/office/refresh", &refresh).await.json();
    let new = Bearer::of_pair(app.anonymous(), &pair);
    assert_ne!(kid_of(&new.token), kid_of(&owner.token));
    assert_eq!(new.get(ACCOUNT).await.status, 200);
    assert_eq!(new.at(other.anonymous()).get(ACCOUNT).await.status, 200, "the other node looks for the unknown key");
    owner.at(other.anonymous()).get(ACCOUNT).await.is_problem(401, "token_expired", &[]);
    let published = keys(&app.anonymous()).await;
    assert_eq!(published.len(), ONE_EACH);
    let kids: Vec<_> = published.iter().map(|key| key["kid"].clone()).collect();
    assert!(kids.contains(&kid_of(&new.token)) && !kids.contains(&kid_of(&owner.token)), "{kids:?}");
    assert_eq!(keys(&other.anonymous()).await, published);
    other.server.stop().await.unwrap();
}

#[tokio::test]
async fn two_nodes_that_start_at_once_make_one_key() {
    let app = TestApp::new().await;
    let nodes = [app.second_node(), app.second_node()];
    app.keys_are_loaded().await;
    for node in &nodes {
        node.until(|node| node.server.auth().keys().are_loaded()).await;
        assert_eq!(keys(&node.anonymous()).await, keys(&app.anonymous()).await);
    }
    for node in nodes {
        node.server.stop().await.unwrap();
    }
}
