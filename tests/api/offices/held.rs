//! What waits for a person is told to its owners, who decide by the link of the
//! letter, without signing in.

use chrono::TimeDelta;
use openchair::auth::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Response, TestApp, code_of, host::Host};

/// A source of which something waits.
pub(super) struct Held {
    pub app: TestApp,
    pub host: Host,
}

/// Rows of a source.
pub(super) fn rows(count: u32) -> Vec<u8> {
    let rows: Vec<Value> = (1..=count)
        .map(|n| {
            json!({ "slug": format!("m{n}"), "name": format!("Meeting <b>{n}</b>"), "day": n % 7, "time": "19:00",
                    "location": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA" })
        })
        .collect();
    serde_json::to_vec(&rows).unwrap()
}

impl Held {
    /// A source that had ten meetings and has four.
    pub async fn new() -> Self {
        Self::of(rows(10), rows(4)).await
    }

    /// A source that said something, and says something else.
    async fn of(before: Vec<u8>, after: Vec<u8>) -> Self {
        let app = TestApp::new().await;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        let owner = app.admin_as(office, Role::Owner, "kit@example.org").await;
        app.admin_as(office, Role::Editor, "jo@example.org").await;
        let host = Host::start().await;
        host.answers("200 OK", &[], before);
        let settings = json!({ "name": "Our website", "url": host.url() });
        assert_eq!(owner.post("/v1/intergroups/lantern/feeds", &settings).await.status, 201);
        app.letters().await;
        let held = Self { app, host };
        held.work().await;
        held.host.answers("200 OK", &[], after);
        held.later().await;
        held
    }

    pub async fn work(&self) {
        self.app.feed_worker().work().await.unwrap();
        self.app.server.snapshots().wait_for(self.app.revision().await).await;
    }

    pub async fn later(&self) {
        self.app.clock.advance(TimeDelta::hours(15));
        self.work().await;
    }

    pub async fn total(&self) -> Value {
        self.app.anonymous().json("/v1/meetings?limit=1").await["total"].clone()
    }

    /// The address below this node of the link in the one letter that there is.
    pub async fn link(&self) -> (String, String) {
        let letters = self.app.letters().await;
        assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["kit@example.org"]);
        let text = &letters[0].text;
        assert!(text.contains("6 of 10 meetings would be removed."), "{text}");
        let code = code_of(&letters[0]);
        (format!("/office/import?code={code}"), code)
    }

    pub async fn decide(&self, code: &str, decision: &str) -> Response {
        self.decide_with(code, decision, &[]).await
    }

    /// The same with more fields.
    pub async fn decide_with(&self, code: &str, decision: &str, more: &[(&str, &str)]) -> Response {
        let fields = [&[("code", code), ("decision", decision)], more].concat();
        self.app.anonymous().submit("/office/import", &[], &fields).await
    }

    /// The source, as its owner sees it.
    pub async fn feed(&self) -> Value {
        let owner = self.app.sign_in("kit@example.org").await;
        owner.get("/v1/intergroups/lantern/feeds").await.json()["data"][0].take()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_under_a_letter_is_shown_anew() {
    let held = Held::new().await;
    let (_, code) = held.link().await;
    let owner = held.app.sign_in("kit@example.org").await;
    let id = held.app.anonymous().json("/v1/intergroups/lantern/meetings/m7").await["id"].clone();
    let path = format!("/v1/meetings/{}", id.as_str().unwrap());
    let edited = owner.patch(&path, 1, &json!({ "notes": "Ring twice" })).await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    let answer = held.decide(&code, "apply").await;
    assert_eq!((answer.status, held.total().await), (409, json!(10)), "{}", answer.text());
    // The source says what it said, and is planned anew all the same.
    held.work().await;
    let (_, code) = held.link().await;
    let answer = held.decide(&code, "apply").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    held.work().await;
    assert_eq!(held.total().await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_looks_and_says_yes() {
    let held = Held::new().await;
    let (link, code) = held.link().await;
    let anyone = held.app.anonymous();
    // Whatever scans mails opens the link, as often as it likes.
    for _ in 0..3 {
        let page = anyone.get(&link).await;
        assert_eq!(page.status, 200);
        let text = page.text();
        assert!(text.contains("Should the meeting list change?") && text.contains("Our website"), "{text}");
        assert!(text.contains("6 meetings would be taken off the list"), "{text}");
        assert!(text.contains("Meeting 5") && !text.contains("<script"), "{text}");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(anyone.send(Method::HEAD, &link, &[]).await.status, 200);
    }
    assert_eq!(held.total().await, 10);
    // Neither yes nor no, and from elsewhere.
    assert_eq!(held.decide(&code, "perhaps").await.status, 400);
    let fields = [("code", code.as_str()), ("decision", "apply")];
    assert_eq!(anyone.submit("/office/import", &[("sec-fetch-site", "cross-site")], &fields).await.status, 403);
    assert_eq!(held.total().await, 10);

    let (one, other) = tokio::join!(held.decide(&code, "apply"), held.decide(&code, "apply"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert!(statuses == [200, 409] || statuses == [200, 410], "{statuses:?}");
    held.app.server.snapshots().wait_for(held.app.revision().await).await;
    assert_eq!(held.total().await, 4);
    assert_eq!(anyone.get(&link).await.status, 410);
    assert_eq!(held.decide(&code, "reject").await.status, 410);
    // The record says who.
    let owner = held.app.sign_in("kit@example.org").await;
    let audit = owner.get("/v1/intergroups/lantern/audit").await.json();
    let decided = audit["data"].as_array().unwrap().iter().find(|item| item["entity"] == "import").unwrap();
    assert_eq!((&decided["by"]["email"], &decided["after"]["status"]), (&json!("kit@example.org"), &json!("applied")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_says_no_and_is_not_asked_again_about_the_same() {
    let held = Held::new().await;
    let (_, code) = held.link().await;
    let page = held.decide(&code, "reject").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("The list stays as it is"), "{}", page.text());
    for _ in 0..3 {
        held.later().await;
    }
    assert_eq!(held.app.letters().await.len(), 0);
    assert_eq!(held.total().await, 10);
    held.host.answers("200 OK", &[], rows(3));
    held.later().await;
    assert_eq!(held.app.letters().await.len(), 1, "it says something else");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_says_no_to_what_has_moved_and_is_not_asked_again() {
    let held = Held::new().await;
    let (_, code) = held.link().await;
    let owner = held.app.sign_in("kit@example.org").await;
    let id = held.app.anonymous().json("/v1/intergroups/lantern/meetings/m7").await["id"].clone();
    let id = id.as_str().unwrap();
    assert_eq!(owner.patch(&format!("/v1/meetings/{id}"), 1, &json!({ "notes": "Ring twice" })).await.status, 200);
    assert_eq!(held.decide(&code, "apply").await.status, 409);
    assert_eq!(held.decide(&code, "reject").await.status, 200);
    for _ in 0..3 {
        held.later().await;
    }
    assert_eq!((held.app.letters().await.len(), held.total().await), (0, json!(10)));
    held.host.answers("200 OK", &[], rows(3));
    held.later().await;
    assert_eq!(held.app.letters().await.len(), 1, "it says something else");
}

#[tokio::test(flavor = "multi_thread")]
async fn to_say_no_to_a_plan_leaves_what_waits() {
    let held = Held::new().await;
    let owner = held.app.sign_in("kit@example.org").await;
    let path = format!("/v1/feeds/{}/imports", held.feed().await["id"].as_str().unwrap());
    let asked = owner.post(&path, &json!({ "mode": "plan" })).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    held.work().await;
    let rejected = owner.poke(&format!("/v1/imports/{}/reject", asked.json()["id"].as_str().unwrap())).await;
    assert_eq!((rejected.status, &rejected.json()["status"]), (200, &json!("rejected")), "{}", rejected.text());
    assert_eq!(held.feed().await["state"], "held");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_decides_only_for_owners_for_a_week_and_about_what_was_shown() {
    let held = Held::new().await;
    let (link, code) = held.link().await;
    assert_eq!(held.app.anonymous().get("/office/import?code=nonsense").await.status, 410);
    assert_eq!(held.app.anonymous().get("/office/import").await.status, 410);
    // The directory moves on under it.
    let owner = held.app.sign_in("kit@example.org").await;
    let meeting = held.app.anonymous().json("/v1/intergroups/lantern/meetings/m9").await;
    let path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    let version = meeting["version"].as_i64().unwrap();
    assert_eq!(owner.patch(&path, version, &json!({ "notes": "Ring twice" })).await.status, 200);
    let page = held.decide(&code, "apply").await;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("Nothing was changed"), "{}", page.text());
    assert_eq!(held.total().await, 10);
    held.app.clock.advance(TimeDelta::days(8));
    assert_eq!(held.app.anonymous().get(&link).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_for_a_day_is_told_once() {
    let held = Held::new().await;
    held.app.letters().await;
    let told = async |hours| {
        held.app.clock.advance(TimeDelta::hours(hours));
        held.work().await;
        held.app.feed_worker().tidy().await.unwrap();
        held.app.letters().await
    };
    for _ in 0..2 {
        held.host.answers("503 Service Unavailable", &[], "");
        assert_eq!(told(15).await.len(), 0, "it begins to fail");
        assert_eq!(told(20).await.len(), 0, "not for a day yet");
        let letters = told(5).await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].text.contains("answered 503 Service Unavailable"), "{}", letters[0].text);
        assert_eq!(told(30).await.len(), 0, "once is enough");
        held.host.answers("200 OK", &[], rows(10));
        assert_eq!(told(15).await.len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_is_shown_first_and_of_what_changes_only_that() {
    let own_place = |latitude: f64, longitude: f64, meeting: &str| {
        json!({ "slug": "m1", "name": "Meeting 1", "day": 1, "time": "19:00", "location": "Ember House",
                "formatted_address": "3 Ember Lane, Chicago, IL 60601, USA", "latitude": latitude,
                "longitude": longitude, "conference_url": format!("https://zoom.us/j/{meeting}"),
                "conference_phone": "+13125550100" })
    };
    let with = |count: u32, first: Value, more: Option<Value>| {
        let mut all: Vec<Value> = serde_json::from_slice(&rows(count)).unwrap();
        all[0] = first;
        all.extend(more);
        serde_json::to_vec(&all).unwrap()
    };
    let new = json!({ "slug": "m11", "name": "Meeting 11", "day": 2, "time": "07:00", "location": "Tinder Hall",
                      "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA" });
    let before = with(10, own_place(41.88, -87.63, "1234567890"), None);
    let after = with(4, own_place(41.91, -87.66, "9876543210"), Some(new));
    let held = Held::of(before, after).await;
    let (link, _) = held.link().await;
    let page = held.app.anonymous().get(&link).await.text();
    let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("no {words}: {page}"));
    let headings =
        [at("These would be taken off the list"), at("These would say something else"), at("These would be new")];
    assert!(headings.is_sorted(), "{headings:?}");
    let (goes, changes, comes) =
        (&page[headings[0]..headings[1]], &page[headings[1]..headings[2]], &page[headings[2]..]);
    assert_eq!(goes.matches("<li>Meeting").count(), 6, "{goes}");
    assert!(comes.contains("<li>Meeting 11"), "{comes}");
    // Two numbers changed: one line, without them.
    assert_eq!(changes.matches("its position on the map is another").count(), 1, "{changes}");
    assert!(!changes.contains("41.9") && !changes.contains("87.6"), "{changes}");
    let join = "how to join from elsewhere, url: https:&#x2F;&#x2F;zoom.us&#x2F;j&#x2F;1234567890 becomes";
    assert!(changes.contains(join), "{changes}");
    assert!(!changes.contains("5550100") && !changes.contains("phone"), "{changes}");
}
