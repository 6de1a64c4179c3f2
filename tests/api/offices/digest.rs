//! The letter of the week: who gets it, when, and what it tells.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use openchair::{
    auth::{Audience, Role},
    digest::Digests,
    kernel::{Clock, IntergroupId},
    mail::Letter,
};
use serde_json::{Value, json};

use crate::support::{Bearer, TestApp, host::Host};

const KIT: &str = "kit@example.org";
const PREFERENCES: &str = "/v1/auth/office/preferences";

struct Desk {
    app: TestApp,
    office: IntergroupId,
    host: Host,
}

fn rows(count: u32) -> Vec<u8> {
    let rows: Vec<Value> = (1..=count)
        .map(|n| {
            json!({ "slug": format!("m{n}"), "name": format!("Meeting {n}"), "day": n % 7, "time": "19:00",
                    "location": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA" })
        })
        .collect();
    serde_json::to_vec(&rows).unwrap()
}

async fn prefer(person: &Bearer, weekly: bool) {
    let set = person.send(reqwest::Method::PUT, PREFERENCES, &[], Some(&json!({ "weekly_digest": weekly }))).await;
    assert_eq!((set.status, &set.json()["weekly_digest"]), (200, &json!(weekly)), "{}", set.text());
}

impl Desk {
    /// A Monday noon in Chicago, and a source of ten meetings.
    async fn new() -> Self {
        let app = TestApp::new().await;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        let owner = app.admin_as(office, Role::Owner, KIT).await;
        let host = Host::start().await;
        host.answers("200 OK", &[], rows(10));
        let settings = json!({ "name": "Our website", "url": host.url() });
        assert_eq!(owner.post("/v1/intergroups/lantern/feeds", &settings).await.status, 201);
        let desk = Self { app, office, host };
        desk.read().await;
        desk.app.letters().await;
        desk
    }

    /// Reads what is due.
    async fn read(&self) {
        self.app.feed_worker().work().await.unwrap();
        self.app.server.snapshots().wait_for(self.app.revision().await).await;
    }

    /// What tells of the week, as one node has it.
    fn digests(&self) -> Digests {
        Digests::new(self.app.pools.directory.clone(), Arc::clone(&self.app.clock) as Arc<dyn Clock>)
    }

    fn until(&self, at: &str) {
        let at: DateTime<Utc> = at.parse().unwrap();
        self.app.clock.advance(at - self.app.clock.now());
    }

    /// Lets the week be told where it is due; the letters.
    async fn told(&self) -> Vec<Letter> {
        self.digests().tell_due().await.unwrap();
        self.app.letters().await
    }

    async fn wants_it(&self) {
        prefer(&self.app.sign_in(KIT).await, true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_it_who_did_not_ask() {
    let desk = Desk::new().await;
    let kit = desk.app.sign_in(KIT).await;
    assert_eq!(kit.account(Audience::Office).await.json()["weekly_digest"], false);
    for _ in 0..3 {
        desk.app.clock.advance(TimeDelta::weeks(1));
        assert_eq!(desk.told().await, []);
    }
    // Switched on and off again.
    let kit = desk.app.sign_in(KIT).await;
    for weekly in [true, true, false, false] {
        prefer(&kit, weekly).await;
        assert_eq!(kit.account(Audience::Office).await.json()["weekly_digest"], weekly);
    }
    desk.app.clock.advance(TimeDelta::weeks(2));
    assert_eq!(desk.told().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_once_on_monday_morning_whatever_number_of_nodes_there_is() {
    let desk = Desk::new().await;
    desk.wants_it().await;
    desk.until("2026-05-11T12:59:59Z");
    assert_eq!(desk.digests().tell_due().await.unwrap(), 0, "before eight in Chicago");
    desk.until("2026-05-11T13:00:00Z");
    let nodes: Vec<Digests> = (0..4).map(|_| desk.digests()).collect();
    let told = futures_util::future::join_all(nodes.iter().map(Digests::tell_due)).await;
    assert_eq!(told.into_iter().map(Result::unwrap).sum::<u32>(), 1);
    let letters = desk.app.letters().await;
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [KIT]);
    assert_eq!(letters[0].subject, "The week of your meeting lists");
    let text = &letters[0].text;
    assert!(text.contains("\u{201c}Our website\u{201d} is in step; it was last read on 4 May."), "{text}");
    assert!(
        text.contains(
            "1 reading changed the list: 10 meetings new, 0 meetings with something else, 0 meetings taken off."
        ),
        "{text}"
    );
    assert!(text.contains("lacking in the list") && text.contains("switch weekly_digest off"), "{text}");
    assert!(!text.contains("waits") || text.contains("what waits."), "{text}");
    assert_eq!(desk.told().await, [], "not twice");
    // A week in which nothing happened, and nothing waits.
    desk.until("2026-05-18T13:00:00Z");
    assert_eq!(desk.digests().tell_due().await.unwrap(), 1, "it was looked at");
    assert_eq!(desk.app.letters().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_what_happened_and_what_waits() {
    let desk = Desk::new().await;
    desk.wants_it().await;
    let editor = desk.app.admin_as(desk.office, Role::Editor, "jo@example.org").await;
    let observer = desk.app.admin_as(desk.office, Role::Observer, "sam@example.org").await;
    prefer(&editor, true).await;
    prefer(&observer, true).await;
    desk.app.letters().await;
    let public = desk.app.anonymous();
    let meeting = public.json("/v1/intergroups/lantern/meetings/m1").await["id"].as_str().unwrap().to_owned();
    for words in ["Zebrafish told me.", "It moved."] {
        let body = json!({ "kind": "correction", "changes": { "time": "19:30" }, "words": words });
        let given = public.post(&format!("/v1/meetings/{meeting}/feedback"), &body).await;
        assert_eq!(given.status, 201, "{}", given.text());
    }
    desk.host.answers("200 OK", &[], rows(4));
    desk.app.clock.advance(TimeDelta::days(2));
    desk.read().await;
    desk.app.letters().await;
    desk.until("2026-05-11T13:05:00Z");
    let mut letters = desk.told().await;
    letters.sort_by(|one, other| one.to.cmp(&other.to));
    let to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["jo@example.org", KIT, "sam@example.org"]);
    for letter in &letters {
        let text = &letter.text;
        assert!(
            text.contains("\u{201c}Our website\u{201d} waits for somebody to look, since 6 May: 6 of 10 meetings would be removed."),
            "{text}"
        );
        assert!(text.contains("1 reading waits for somebody to look"), "{text}");
        assert!(!text.contains("Zebrafish") && !text.contains("It moved"), "what somebody wrote is not told: {text}");
        let inbox = text.contains("2 corrections wait in the inbox.");
        assert_eq!(inbox, letter.to != "sam@example.org", "an observer does not read the inbox: {text}");
    }

    // It waits still: that alone is worth a letter. What fails is named.
    desk.until("2026-05-16T13:00:00Z");
    desk.host.answers("404 Not Found", &[], "");
    desk.read().await;
    desk.until("2026-05-18T13:00:00Z");
    let text = desk.told().await[0].text.clone();
    assert!(text.contains("1 reading came to nothing; the list stayed as it was."), "{text}");
    assert!(text.contains("cannot be read, since 16 May: The source's host answered 404 Not Found."), "{text}");
    assert!(!text.contains("changed the list"), "that was last week: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_of_the_offices_that_its_reader_may_look_at() {
    let desk = Desk::new().await;
    let brook = desk.app.office_below(Some(desk.office), "brook", chrono_tz::America::New_York).await;
    let other = desk.app.office("ember", chrono_tz::America::Chicago).await;
    let theirs = desk.app.admin(other, Role::Owner).await;
    let settings = json!({ "name": "Their website", "url": "https://ember.example.org/feed.json" });
    assert_eq!(theirs.post("/v1/intergroups/ember/feeds", &settings).await.status, 201);
    let kit = desk.app.sign_in(KIT).await;
    let settings = json!({ "name": "The sheet of Brook" });
    assert_eq!(kit.post("/v1/intergroups/brook/feeds", &settings).await.status, 201);
    prefer(&kit, true).await;
    desk.app.letters().await;
    desk.until("2026-05-11T13:00:00Z");
    let text = desk.told().await[0].text.clone();
    assert!(text.contains("\u{201c}The sheet of Brook\u{201d} is in step."), "{text}");
    assert!(!text.contains("Their website"), "{text}");
    // One that asks for a second factor is closed to who has none.
    desk.app.as_owner(&format!("UPDATE directory.intergroups SET require_totp = true WHERE id = '{brook}'")).await;
    desk.host.answers("200 OK", &[], rows(11));
    desk.read().await;
    desk.until("2026-05-18T13:00:00Z");
    let text = desk.told().await[0].text.clone();
    assert!(text.contains("Our website") && !text.contains("Brook"), "{text}");
    // Who acts for no office any more is told nothing, and asked nobody else's.
    desk.app.as_owner("DELETE FROM office.grants").await;
    desk.host.answers("200 OK", &[], rows(12));
    desk.app.clock.advance(TimeDelta::days(1));
    desk.read().await;
    desk.until("2026-05-25T13:00:00Z");
    assert_eq!(desk.told().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_letter_is_not_followed_by_another_at_once() {
    let desk = Desk::new().await;
    desk.wants_it().await;
    // No node worked until Saturday.
    desk.until("2026-05-16T20:00:00Z");
    desk.host.answers("200 OK", &[], rows(11));
    desk.read().await;
    assert_eq!(desk.told().await.len(), 1);
    desk.until("2026-05-18T14:00:00Z");
    assert_eq!(desk.told().await, []);
    desk.host.answers("200 OK", &[], rows(12));
    desk.until("2026-05-24T14:00:00Z");
    desk.read().await;
    desk.until("2026-05-25T13:00:00Z");
    assert_eq!(desk.told().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_sent_whole_and_nothing_else_is() {
    let desk = Desk::new().await;
    let kit = desk.app.sign_in(KIT).await;
    for (body, pointer) in [
        (json!({}), "/weekly_digest"),
        (json!({ "weekly_digest": null }), "/weekly_digest"),
        (json!({ "weekly_digest": "yes" }), "/weekly_digest"),
        (json!({ "weekly_digest": true, "daily_digest": true }), "/daily_digest"),
    ] {
        let refused = kit.send(reqwest::Method::PUT, PREFERENCES, &[], Some(&body)).await;
        refused.is_content_problem("invalid_content", &[pointer]);
    }
    assert_eq!(kit.account(Audience::Office).await.json()["weekly_digest"], false);
}
