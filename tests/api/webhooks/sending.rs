//! How it is sent.

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use openchair::kernel::Clock;
use serde_json::json;
use tokio::sync::Semaphore;

use super::Office;
use crate::support::{Received, Receiver, Reply};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_signed_and_has_what_the_specification_asks_for() {
    let mut office = Office::new().await;
    let receiver = Receiver::start(|_, _| Reply::Of(200, "", "Thank\tyou\u{202e}!\n".to_owned())).await;
    let hook = office.hook(&receiver.url()).await;
    let meeting = office.meeting("Sunrise").await;
    assert_eq!(office.courier().deliver_due().await.unwrap(), 1);
    let received = receiver.received();
    let message = &received[0];
    assert_eq!(message.line, "POST /hook HTTP/1.1");
    assert_eq!(message.headers["content-type"], "application/json");
    assert!(message.headers["user-agent"].starts_with("openchair/"));
    assert_eq!(message.headers["webhook-timestamp"], office.app.clock.now().timestamp().to_string());
    let secret = hook["secret"].as_str().unwrap();
    assert!(message.is_signed_with(secret) && message.signatures().len() == 1);
    assert!(!message.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    let body = message.json();
    assert_eq!((&body["type"], &body["data"]["id"]), (&json!("meeting.created"), &meeting["id"]));
    assert_eq!(body["timestamp"], "2026-05-04T17:00:00Z");
    assert!(message.body.len() < 20 * 1024);

    let delivery = office.deliveries(&hook).await.remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(1)));
    assert_eq!(delivery["event_id"], message.id());
    assert_eq!(delivery["data"], body["data"]);
    assert_eq!(
        (&delivery["last_attempt"]["status"], &delivery["last_attempt"]["answer"]),
        (&json!(200), &json!("Thank you!"))
    );
    assert_eq!(office.courier().deliver_due().await.unwrap(), 0, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_day_after_a_rotation_both_keys_sign() {
    let mut office = Office::new().await;
    let receiver = Receiver::willing().await;
    let hook = office.hook(&receiver.url()).await;
    let path = format!("/v1/webhooks/{}/rotate", hook["id"].as_str().unwrap());
    let rotated = office.owner.poke(&path).await;
    assert_eq!(rotated.status, 200, "{}", rotated.text());
    let rotated = rotated.json();
    assert_eq!(rotated["former_secret_until"], "2026-05-05T17:00:00Z");
    let (former, present) = (hook["secret"].as_str().unwrap(), rotated["secret"].as_str().unwrap());
    assert_ne!(former, present);
    office.owner.poke(&path).await.is_problem(409, "conflict", &[]);

    office.meeting("Sunrise").await;
    office.courier().deliver_due().await.unwrap();
    office.app.clock.advance(TimeDelta::hours(24));
    office.again().await;
    office.meeting("Sunset").await;
    office.courier().deliver_due().await.unwrap();
    let [during, after] = &receiver.received()[..] else { panic!("two messages") };
    assert_eq!(during.signatures().len(), 2);
    assert!(during.is_signed_with(former) && during.is_signed_with(present));
    assert!(after.is_signed_with(present) && !after.is_signed_with(former) && after.signatures().len() == 1);
    assert_eq!(office.seen().await.get("former_secret_until"), None);
    assert_eq!(office.owner.poke(&path).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_webhook_of_an_event_is_told_with_the_same_id() {
    let office = Office::new().await;
    let (one, two) = (Receiver::willing().await, Receiver::willing().await);
    office.hook(&one.url()).await;
    office.hook(&two.url()).await;
    office.meeting("Sunrise").await;
    assert_eq!(office.courier().deliver_due().await.unwrap(), 2);
    assert_eq!(one.received()[0].id(), two.received()[0].id());
    assert_ne!(one.received()[0].signatures(), two.received()[0].signatures());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_at_once_send_each_message_once() {
    let office = Office::new().await;
    let receiver = Receiver::willing().await;
    office.hook(&receiver.url()).await;
    for n in 0..20 {
        office.meeting(&format!("Meeting {n}")).await;
    }
    let (one, two) = (office.courier(), office.courier());
    let (one, two) = tokio::join!(one.deliver_due(), two.deliver_due());
    // Whoever came while the other held the webhook leaves the rest to it.
    let rest = office.courier().deliver_due().await.unwrap();
    assert_eq!(one.unwrap() + two.unwrap() + rest, 20);
    let received = receiver.received();
    let ids: BTreeSet<&str> = received.iter().map(Received::id).collect();
    assert_eq!((received.len(), ids.len()), (20, 20));
    assert!(receiver.most_open() <= 3, "{} at once", receiver.most_open());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_keeps_no_other_waiting() {
    let office = Office::new().await;
    let permits = Arc::new(Semaphore::new(0));
    let when = Arc::clone(&permits);
    let (slow, quick) = (Receiver::start(move |_, _| Reply::When(Arc::clone(&when))).await, Receiver::willing().await);
    office.hook(&slow.url()).await;
    office.hook(&quick.url()).await;
    for n in 0..10 {
        office.meeting(&format!("Meeting {n}")).await;
    }
    let courier = office.courier();
    let sending = tokio::spawn(async move { courier.deliver_due().await });
    quick.until(10).await;
    slow.until(3).await;
    assert_eq!((slow.received().len(), slow.most_open()), (3, 3), "a few at once, on all nodes together");
    assert_eq!(office.courier().deliver_due().await.unwrap(), 0);
    permits.add_permits(10);
    assert_eq!(sending.await.unwrap().unwrap(), 20);
    assert_eq!(slow.received().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_node_was_at_is_taken_over_when_its_time_is_over() {
    let mut office = Office::new().await;
    // It takes the first and says nothing.
    let never = Arc::new(Semaphore::new(0));
    let receiver = Receiver::start(move |_, before| match before {
        0 => Reply::When(Arc::clone(&never)),
        _ => Reply::status(204),
    })
    .await;
    let hook = office.hook(&receiver.url()).await;
    office.meeting("Sunrise").await;
    let courier = office.courier();
    let sending = tokio::spawn(async move { courier.deliver_due().await });
    receiver.until(1).await;
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());

    office.app.clock.advance(TimeDelta::seconds(59));
    assert_eq!(office.courier().deliver_due().await.unwrap(), 0, "it may still be at it");
    office.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(office.courier().deliver_due().await.unwrap(), 1);
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].id(), received[1].id(), "the receiver can tell that it is the same");
    let delivery = office.deliveries(&hook).await.remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_sent_again_by_hand_with_the_same_id() {
    let mut office = Office::new().await;
    let receiver = Receiver::start(|_, before| Reply::status(if before == 1 { 500 } else { 200 })).await;
    let hook = office.hook(&receiver.url()).await;
    office.meeting("Sunrise").await;
    office.courier().deliver_due().await.unwrap();
    let delivery = office.deliveries(&hook).await.remove(0);
    let again = format!("/v1/deliveries/{}/redeliver", delivery["id"].as_str().unwrap());
    let waiting = office.owner.poke(&again).await;
    assert_eq!(
        (waiting.status, &waiting.json()["state"], &waiting.json()["attempts"]),
        (202, &json!("waiting"), &json!(0))
    );
    assert_eq!(office.courier().deliver_due().await.unwrap(), 1);
    // It waits for five seconds now; by hand it goes at once.
    assert_eq!(office.courier().deliver_due().await.unwrap(), 0);
    assert_eq!(office.owner.poke(&again).await.json()["attempts"], 1);
    assert_eq!(office.courier().deliver_due().await.unwrap(), 1);
    let ids: BTreeSet<String> = receiver.received().iter().map(|message| message.id().to_owned()).collect();
    assert_eq!((receiver.received().len(), ids.len()), (3, 1));
    let delivery = office.deliveries(&hook).await.remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(2)));
}
