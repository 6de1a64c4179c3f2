//! What owners arrange.

use base64::{Engine, engine::general_purpose::STANDARD};
use openchair::auth::Role;
use serde_json::json;

use super::{EVERYTHING, Office, WEBHOOKS};

const URL: &str = "https://lantern.example.org/hook?token=s3cret";

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_made_changed_and_deleted() {
    let office = Office::new().await;
    let made = office.hook_for(URL, &["meeting.updated", "import.held", "meeting.updated"]).await;
    assert_eq!(made["events"], json!(["meeting.updated", "import.held"]));
    assert_eq!((&made["active"], &made["state"], &made["version"]), (&json!(true), &json!("ok"), &json!(1)));
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");

    let mut shown = made.clone();
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(office.owner.get(WEBHOOKS).await.json()["data"], json!([shown]), "the key is shown once");

    let path = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    let changed = office.owner.patch(&path, 1, &json!({ "events": ["feedback.created"], "active": false })).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let changed = changed.json();
    assert_eq!((&changed["version"], &changed["state"]), (&json!(2), &json!("disabled")));
    assert_eq!((&changed["url"], changed.get("secret")), (&json!(URL), None));
    office.owner.patch(&path, 1, &json!({ "active": true })).await.is_problem(412, "precondition_failed", &[]);
    assert_eq!(
        office.owner.patch(&path, 1, &json!({ "active": false })).await.json()["version"],
        2,
        "it is so already"
    );
    let on = office.owner.patch(&path, 2, &json!({ "active": true })).await.json();
    assert_eq!((&on["state"], on.get("state_reason")), (&json!("ok"), None));

    office.owner.delete(&path, 2).await.is_problem(412, "precondition_failed", &[]);
    assert_eq!(office.owner.delete(&path, 3).await.status, 204);
    assert_eq!(office.owner.get(WEBHOOKS).await.json()["data"], json!([]));
    office.owner.delete(&path, 3).await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_webhook_cannot_be_is_told_by_field() {
    let office = Office::new().await;
    for (name, value, pointer) in [
        ("url", json!("lantern.example.org/hook"), "/url"),
        ("url", json!("https://me@lantern.example.org/hook"), "/url"),
        ("url", json!("http://lantern.example.org/"), ""),
        ("url", json!("https://10.0.0.1/hook"), "/url"),
        ("url", json!("https://[::1]/hook"), "/url"),
        ("url", json!("http://93.184.215.14/hook"), "/url"),
        ("events", json!([]), "/events"),
        ("events", json!(["member.created"]), "/events/0"),
        ("events", json!(["import.held"; 8].to_vec()), "/events"),
        ("active", json!("yes"), "/active"),
        ("secret", json!("whsec_mine"), "/secret"),
    ] {
        let mut body = json!({ "url": URL, "events": ["import.held"] });
        body[name] = value;
        let answer = office.owner.post(WEBHOOKS, &body).await;
        // A network is allowed here, and a name may point there.
        if pointer.is_empty() {
            assert_eq!(answer.status, 201, "{}", answer.text());
        } else {
            answer.is_content_problem("invalid_content", &[pointer]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_of_the_office_know_of_its_webhooks() {
    let office = Office::new().await;
    let made = office.hook(URL).await;
    office.meeting("Sunrise").await;
    let path = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    let delivery = office.owner.get(&format!("{path}/deliveries")).await.json()["data"][0]["id"].clone();
    let again = format!("/v1/deliveries/{}/redeliver", delivery.as_str().unwrap());
    let brook = office.app.office("brook", chrono_tz::America::Chicago).await;
    for (who, status) in
        [(office.app.admin(office.id, Role::Editor).await, 403), (office.app.admin(brook, Role::Owner).await, 404)]
    {
        assert_eq!(who.get(&format!("{path}/deliveries")).await.status, status);
        assert_eq!(who.patch(&path, 1, &json!({ "active": false })).await.status, status);
        assert_eq!(who.poke(&format!("{path}/rotate")).await.status, status);
        assert_eq!(who.poke(&again).await.status, status);
        assert_eq!(who.delete(&path, 1).await.status, status);
        assert_eq!(who.get(WEBHOOKS).await.status, 403, "that there is the office, all know");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_has_twenty_webhooks_and_neither_record_nor_database_their_keys() {
    let office = Office::new().await;
    let made = office.hook(URL).await;
    for n in 1..20 {
        office.hook(&format!("https://lantern.example.org/{n}")).await;
    }
    let body = json!({ "url": URL, "events": EVERYTHING });
    office.owner.post(WEBHOOKS, &body).await.is_problem(409, "conflict", &[]);
    let rotated = office.owner.poke(&format!("/v1/webhooks/{}/rotate", made["id"].as_str().unwrap())).await.json();
    let audit = office.owner.get("/v1/intergroups/lantern/audit").await.text();
    assert!(audit.contains("lantern.example.org") && audit.contains("rotated"), "{audit}");
    let mut owner = office.app.database.owner().await;
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT w::text FROM directory.webhooks w").fetch_all(&mut owner).await.unwrap();
    for secret in [&made["secret"], &rotated["secret"]] {
        let text = secret.as_str().unwrap().strip_prefix("whsec_").unwrap();
        let bytes = STANDARD.decode(text).unwrap();
        let hex = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert!(!audit.contains(text) && !rows.iter().any(|row| row.contains(text) || row.contains(&hex)));
    }
    assert!(!audit.contains("s3cret"), "an address may hold a password: {audit}");
}
