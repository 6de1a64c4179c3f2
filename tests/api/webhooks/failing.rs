//! What becomes of what cannot be delivered.

use chrono::{DateTime, TimeDelta, Utc};
use openchair::{auth::Role, kernel::Clock, mail::Letter};
use serde_json::{Value, json};

use super::Office;
use crate::support::{Receiver, Reply};

impl Office {
    /// The letters that tell that a webhook is switched off.
    async fn told_off(&self) -> Vec<Letter> {
        let letters = self.app.letters().await;
        letters.into_iter().filter(|letter| letter.subject.contains("no longer told")).collect()
    }

    /// Lets time pass until a waiting delivery is due, and sends what is.
    async fn next_attempt(&mut self, hook: &Value) -> TimeDelta {
        let delivery = self.deliveries(hook).await.remove(0);
        let due: DateTime<Utc> = delivery["next_attempt_at"].as_str().unwrap().parse().unwrap();
        let wait = due - self.app.clock.now();
        self.app.clock.advance(wait - TimeDelta::seconds(1));
        assert_eq!(self.courier().deliver_due().await.unwrap(), 0, "not before its time");
        self.app.clock.advance(TimeDelta::seconds(1));
        assert_eq!(self.courier().deliver_due().await.unwrap(), 1);
        wait
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_for_a_day_and_then_given_up() {
    let mut office = Office::new().await;
    let receiver = Receiver::start(|_, _| Reply::Of(500, "", "<h1>Oh\r\nno</h1>".repeat(10_000))).await;
    let hook = office.hook(&receiver.url()).await;
    office.meeting("Sunrise").await;
    assert_eq!(office.courier().deliver_due().await.unwrap(), 1);
    let mut waits = Vec::new();
    while office.deliveries(&hook).await[0]["state"] == "waiting" {
        waits.push(office.next_attempt(&hook).await);
    }
    assert_eq!(waits.len(), 8);
    assert!(waits.windows(2).all(|two| two[0] < two[1]), "{waits:?}");
    let all: TimeDelta = waits.iter().sum();
    assert!((24..=30).contains(&all.num_hours()), "{all}");
    let received = receiver.received();
    assert!(received.iter().all(|message| message.id() == received[0].id() && message.body == received[0].body));
    let secret = hook["secret"].as_str().unwrap();
    assert!(received.iter().all(|message| message.is_signed_with(secret)), "each with its own time");
    assert_ne!(received[0].headers["webhook-timestamp"], received[8].headers["webhook-timestamp"]);

    let delivery = office.deliveries(&hook).await.remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("failed"), &json!(9)));
    let answer = delivery["last_attempt"]["answer"].as_str().unwrap();
    assert!(answer.starts_with("<h1>Oh no</h1>") && answer.len() == 500, "{answer}");
    let seen = office.seen().await;
    assert_eq!((&seen["state"], &seen["active"]), (&json!("failing"), &json!(true)));
    assert_eq!(
        (&seen["state_since"], &seen["state_reason"]),
        (&json!("2026-05-04T17:00:00Z"), &json!("The receiver answered 500."))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_well_again_says_so() {
    let mut office = Office::new().await;
    let receiver = Receiver::start(|_, before| Reply::status(if before == 0 { 404 } else { 204 })).await;
    let hook = office.hook(&receiver.url()).await;
    office.meeting("Sunrise").await;
    office.courier().deliver_due().await.unwrap();
    assert_eq!(office.seen().await["state"], "failing");
    office.next_attempt(&hook).await;
    let seen = office.seen().await;
    assert_eq!((&seen["state"], seen.get("state_reason")), (&json!("ok"), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_ends_it_at_once() {
    let mut office = Office::new().await;
    let receiver = Receiver::start(|_, _| Reply::status(410)).await;
    office.app.admin_as(office.id, Role::Owner, "jo@lantern.example.org").await;
    office.app.admin_as(office.id, Role::Editor, "editor@lantern.example.org").await;
    let hook = office.hook(&receiver.url()).await;
    for n in 0..8 {
        office.meeting(&format!("Meeting {n}")).await;
    }
    office.courier().deliver_due().await.unwrap();
    assert!(receiver.received().len() <= 3, "nothing more is sent");
    let seen = office.seen().await;
    assert_eq!((&seen["state"], &seen["active"]), (&json!("disabled"), &json!(false)));
    assert!(seen["state_reason"].as_str().unwrap().contains("410"));
    let deliveries = office.deliveries(&hook).await;
    assert!(deliveries.iter().all(|one| one["state"] == "failed"), "{deliveries:?}");
    // Its owners are told, once, and not where a key may stand in the address.
    let mut letters = office.told_off().await;
    letters.sort_by(|one, other| one.to.cmp(&other.to));
    let to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["jo@lantern.example.org", "owner@lantern.example.org"]);
    let text = &letters[0].text;
    assert!(text.contains("to 127.0.0.1 was switched off: The receiver answered 410 Gone"), "{text}");
    assert!(text.contains("switch the webhook on again") && !text.contains("/hook"), "{text}");
    office.meeting("Later").await;
    assert_eq!(office.deliveries(&hook).await.len(), 8, "nor kept");
    // Its owner may change their mind.
    let path = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    let on = office.owner.patch(&path, 1, &json!({ "active": true })).await.json();
    assert_eq!((&on["state"], &on["active"]), (&json!("ok"), &json!(true)));
    // Who switches it off knows.
    let off = office.owner.patch(&path, 2, &json!({ "active": false })).await.json();
    assert_eq!(off["state"], "disabled", "{off}");
    office.courier().deliver_due().await.unwrap();
    assert_eq!(office.told_off().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_days_without_a_success_switch_it_off() {
    let mut office = Office::new().await;
    let receiver = Receiver::start(|_, _| Reply::status(503)).await;
    let hook = office.hook(&receiver.url()).await;
    let began = office.app.clock.now();
    loop {
        assert_eq!(office.told_off().await.len(), 0, "it is still tried");
        office.again().await;
        office.meeting("Daily").await;
        assert_eq!(office.courier().deliver_due().await.unwrap(), 1);
        while office.deliveries(&hook).await[0]["state"] == "waiting" {
            office.next_attempt(&hook).await;
        }
        if office.seen().await["state"] == "disabled" {
            break;
        }
    }
    let took = office.app.clock.now() - began;
    assert!(took >= TimeDelta::days(5) && took < TimeDelta::days(7), "{took}");
    let reason = office.seen().await["state_reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("five days") && reason.contains("503"), "{reason}");
    let letters = office.told_off().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].text.contains(&reason), "{}", letters[0].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_asks_for_rest_gets_it() {
    let mut office = Office::new().await;
    let receiver = Receiver::start(|_, before| match before {
        0 => Reply::Of(429, "retry-after: 600\r\n", String::new()),
        _ => Reply::status(204),
    })
    .await;
    let hook = office.hook(&receiver.url()).await;
    office.meeting("Sunrise").await;
    office.courier().deliver_due().await.unwrap();
    // Others are not sent there in the meantime, either.
    office.meeting("Sunset").await;
    office.app.clock.advance(TimeDelta::seconds(599));
    assert_eq!(office.courier().deliver_due().await.unwrap(), 0);
    office.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(office.courier().deliver_due().await.unwrap(), 2);
    assert!(office.deliveries(&hook).await.iter().all(|one| one["state"] == "delivered"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_a_failure_and_not_followed() {
    let mut office = Office::new().await;
    let elsewhere = Receiver::willing().await;
    let to: &'static str = Box::leak(format!("location: {}\r\n", elsewhere.url()).into_boxed_str());
    let receiver = Receiver::start(move |_, _| Reply::Of(307, to, String::new())).await;
    let hook = office.hook(&receiver.url()).await;
    office.meeting("Sunrise").await;
    office.courier().deliver_due().await.unwrap();
    let delivery = office.deliveries(&hook).await.remove(0);
    assert_eq!((&delivery["state"], &delivery["last_attempt"]["status"]), (&json!("waiting"), &json!(307)));
    assert!(elsewhere.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_may_not_be_gone_to_is_said_in_the_log() {
    let mut office = Office::new().await;
    let hook = office.hook("https://lantern.example.org/hook").await;
    // As a name would be that points there since.
    for (address, error) in [
        ("https://10.0.0.1/hook", "private or local"),
        ("http://localhost:1/hook", "refused"),
        ("https://localhost/hook", "refused"),
    ] {
        office.meeting("Sunrise").await;
        office.app.as_owner(&format!("UPDATE directory.webhooks SET url = '{address}'")).await;
        assert_eq!(office.courier().deliver_due().await.unwrap(), 1);
        let delivery = office.deliveries(&hook).await.remove(0);
        let said = delivery["last_attempt"]["error"].as_str().unwrap_or_else(|| panic!("{delivery}"));
        assert!(said.to_lowercase().contains(error), "{address}: {said}");
        assert_eq!(delivery["last_attempt"].get("status"), None);
        // Out of the way of the next.
        office.app.as_owner("DELETE FROM directory.webhook_deliveries").await;
    }
}
