//! Sources that are fetched: when, by whom, and what a bad host can do.

use std::io::Write;

use chrono::TimeDelta;
use flate2::{Compression, write::GzEncoder};
use openchair::{auth::Role, feeds::PublicOnly, sync::FeedWorker};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::support::{
    Bearer, Response, TestApp,
    host::{Host, answer},
};

const OWNER: &str = "owner@example.org";

/// A source that is fetched.
pub(super) struct Connected {
    pub app: TestApp,
    /// A machine of the office: its key outlives the days that pass here.
    key: Bearer,
    pub host: Host,
    feed: String,
}

/// Rows of a source.
pub(super) fn rows(count: u32) -> Vec<u8> {
    let rows: Vec<Value> = (1..=count)
        .map(|n| {
            json!({ "slug": format!("m{n}"), "name": format!("Meeting {n}"), "day": n % 7, "time": "19:00",
                    "location": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA" })
        })
        .collect();
    serde_json::to_vec(&rows).unwrap()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What a bad host can answer, and what that is called.
pub(super) fn bad_hosts() -> Vec<(Vec<u8>, &'static str)> {
    let half = rows(10);
    let challenge = "<!DOCTYPE html><html><title>Just a moment...</title></html>";
    vec![
        (answer("500 Internal Server Error", &[], "oops"), "bad_status"),
        (answer("403 Forbidden", &[], challenge), "bad_status"),
        (answer("200 OK", &[], challenge), "not_a_feed"),
        (answer("200 OK", &[], ""), "empty_body"),
        (answer("200 OK", &[], &half[..half.len() / 2]), "unreadable"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n[{".to_vec(), "unreachable"),
        (b"".to_vec(), "unreachable"),
        (answer("302 Found", &[("location", "/feed.json")], ""), "too_many_redirects"),
        (answer("302 Found", &[("location", "http://10.0.0.1/")], ""), "refused_address"),
        (answer("200 OK", &[("content-encoding", "gzip")], packed(&vec![0; 64 << 20])), "too_large"),
        (answer("200 OK", &[("content-encoding", "br")], "whatever"), "unreadable"),
    ]
}

/// Addresses of this very machine.
pub(super) fn spellings_of_home(port: u16) -> Vec<String> {
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]", "localhost"]
        .into_iter()
        .flat_map(|address| [format!("https://{address}/"), format!("http://{address}:{port}/feed.json")])
        .collect()
}

impl Connected {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        let owner = app.admin_as(office, Role::Owner, OWNER).await;
        let scopes = json!({ "name": "Machine", "scopes": ["directory:read", "imports:write"] });
        let key = owner.post("/v1/intergroups/lantern/keys", &scopes).await.json();
        let key = Bearer::new(app.anonymous(), key["key"].as_str().unwrap());
        let host = Host::start().await;
        host.answers("200 OK", &[("etag", "\"v1\"")], rows(10));
        let settings = json!({ "name": "Our website", "url": host.url() });
        let made = owner.post("/v1/intergroups/lantern/feeds", &settings).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let feed = made.json()["id"].as_str().unwrap().to_owned();
        Self { app, key, host, feed }
    }

    /// Lets a worker do what is due; how many sources it read.
    pub async fn work(&self) -> u32 {
        let done = self.app.feed_worker().work().await.unwrap();
        self.app.server.snapshots().wait_for(self.app.revision().await).await;
        done
    }

    /// The same a good while later, when every source is due.
    pub async fn later(&self) -> u32 {
        self.app.clock.advance(TimeDelta::hours(15));
        self.work().await
    }

    pub async fn feed(&self) -> Value {
        self.key.get("/v1/intergroups/lantern/feeds").await.json()["data"][0].clone()
    }

    async fn ask(&self, mode: &str) -> Response {
        self.key.post(&format!("/v1/feeds/{}/imports", self.feed), &json!({ "mode": mode })).await
    }

    async fn run(&self, id: &Value) -> Value {
        self.key.get(&format!("/v1/imports/{}", id.as_str().unwrap())).await.json()
    }

    /// Its owner gives it another address.
    async fn move_to(&self, url: &str, version: i64) {
        let owner = self.app.sign_in(OWNER).await;
        let moved = owner.patch(&format!("/v1/feeds/{}", self.feed), version, &json!({ "url": url })).await;
        assert_eq!(moved.status, 200, "{}", moved.text());
    }

    async fn total(&self) -> Value {
        self.app.anonymous().json("/v1/meetings?limit=1").await["total"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_read_when_it_is_due_and_costs_nothing_while_it_stays() {
    let office = Connected::new().await;
    assert_eq!(office.work().await, 1);
    assert_eq!(office.total().await, 10);
    assert_eq!(office.work().await, 0, "it is not due again");
    let feed = office.feed().await;
    assert_eq!((&feed["state"], &feed["last_imports"][0]["created"]), (&json!("ok"), &json!(10)), "{feed}");
    assert!(office.host.asked()[0].contains("accept-encoding: gzip"));

    // The host says that nothing changed, and is believed.
    let revision = office.app.revision().await;
    office.host.answers("304 Not Modified", &[], "");
    assert_eq!(office.later().await, 1);
    assert!(office.host.asked()[0].contains("if-none-match: \"v1\""));
    // It does not say so, but nothing did.
    office.host.answers("200 OK", &[("content-encoding", "gzip")], packed(&rows(10)));
    assert_eq!(office.later().await, 1);
    assert_eq!(office.app.revision().await, revision, "the directory was not touched");
    let feed = office.feed().await;
    assert_eq!(feed["last_imports"].as_array().unwrap().len(), 1, "no run is recorded for nothing");

    office.host.answers("200 OK", &[], rows(11));
    assert_eq!(office.later().await, 1);
    assert_eq!(office.total().await, 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bad_host_answers_changes_nothing_and_is_named() {
    let office = Connected::new().await;
    office.work().await;
    let revision = office.app.revision().await;
    for (bytes, code) in bad_hosts() {
        office.host.answers_raw(bytes);
        assert_eq!(office.later().await, 1);
        let feed = office.feed().await;
        assert_eq!((&feed["state"], &feed["state_code"]), (&json!("failing"), &json!(code)), "{feed}");
        assert!(feed["state_reason"].as_str().unwrap().ends_with('.'), "{feed}");
        let run = office.run(&feed["last_import"]).await;
        assert_eq!((&run["status"], &run["failure"]["code"]), (&json!("failed"), &json!(code)));
    }
    assert_eq!((office.app.revision().await, office.total().await), (revision, json!(10)));
    // An empty list is a source that can be read; it is held.
    office.host.answers("200 OK", &[], "[]");
    office.later().await;
    let feed = office.feed().await;
    assert_eq!((&feed["state"], &feed["state_code"]), (&json!("held"), &json!("source_empty")), "{feed}");
    // And goes on being held while it says so, without another run.
    let held = feed["last_import"].clone();
    office.later().await;
    assert_eq!((&office.feed().await["state"], &office.feed().await["last_import"]), (&json!("held"), &held));
    office.host.answers("200 OK", &[], rows(10));
    office.later().await;
    assert_eq!((&office.feed().await["state"], office.total().await), (&json!("ok"), json!(10)));
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_at_home_are_refused_in_whatever_spelling() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin(office, Role::Owner).await;
    let host = Host::start().await;
    for url in spellings_of_home(host.address.port()) {
        let made = owner.post("/v1/intergroups/lantern/feeds", &json!({ "name": url, "url": url })).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    // As the program is without the operator's leave.
    let worker = app.feed_worker_with(&PublicOnly::system());
    assert_eq!(worker.work().await.unwrap(), 14);
    let feeds = owner.get("/v1/intergroups/lantern/feeds").await.json();
    for feed in feeds["data"].as_array().unwrap() {
        assert_eq!(feed["state_code"], "refused_address", "{feed}");
    }
    assert_eq!(host.asked(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_asks_and_sees_what_became_of_it() {
    let office = Connected::new().await;
    let asked = office.ask("plan").await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    let id = asked.json()["id"].clone();
    assert_eq!(asked.header("location"), format!("/v1/imports/{}", id.as_str().unwrap()));
    assert_eq!(office.run(&id).await["status"], "queued");
    // What is asked for comes first; the schedule has its own turn after it.
    assert_eq!(office.work().await, 1);
    let run = office.run(&id).await;
    assert_eq!(
        (&run["status"], &run["created"], &run["mode"]),
        (&json!("planned"), &json!(10), &json!("plan")),
        "{run}"
    );
    assert_eq!(office.total().await, 0);
    let asked = office.ask("apply").await.json();
    office.host.answers("404 Not Found", &[], "");
    office.work().await;
    let run = office.run(&asked["id"]).await;
    assert_eq!((&run["status"], &run["failure"]["code"]), (&json!("failed"), &json!("bad_status")));
    assert_eq!(run["failure"]["message"], "The source's host answered 404 Not Found.");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_only_shown_is_still_news_to_the_schedule() {
    let office = Connected::new().await;
    office.work().await;
    office.host.answers("200 OK", &[("etag", "\"v2\"")], rows(11));
    let asked = office.ask("plan").await.json();
    office.work().await;
    assert_eq!((&office.run(&asked["id"]).await["created"], office.total().await), (&json!(1), json!(10)));
    office.host.asked();
    office.later().await;
    assert!(office.host.asked()[0].contains("if-none-match: \"v1\""), "it knows what it acted on");
    assert_eq!(office.total().await, 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_source_without_an_address_is_ended() {
    let office = Connected::new().await;
    let (asked, again) = (office.ask("plan").await.json(), office.ask("plan").await.json());
    assert_eq!(asked["id"], again["id"], "what waits is not asked for twice");
    let owner = office.app.sign_in(OWNER).await;
    assert_eq!(owner.patch(&format!("/v1/feeds/{}", office.feed), 1, &json!({ "url": null })).await.status, 200);
    let run = office.run(&asked["id"]).await;
    assert_eq!((&run["status"], &run["failure"]["code"]), (&json!("failed"), &json!("refused_address")), "{run}");
    assert_eq!(office.ask("plan").await.status, 409);
    assert_eq!(office.work().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_office_keeps_for_itself_while_a_source_is_read_is_kept() {
    let office = Connected::new().await;
    office.work().await;
    let mut later: Value = serde_json::from_slice(&rows(10)).unwrap();
    later[0]["notes"] = json!("As the source says");
    let slow = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    office.move_to(&format!("http://{}/", slow.local_addr().unwrap()), 1).await;
    let worker = office.app.feed_worker();
    let reading = tokio::spawn(async move { worker.work().await });
    let (mut socket, _) = slow.accept().await.unwrap();
    let owner = office.app.sign_in(OWNER).await;
    let kept = owner.patch(&format!("/v1/feeds/{}", office.feed), 2, &json!({ "office_keeps": ["notes"] })).await;
    assert_eq!(kept.status, 200, "{}", kept.text());
    let id = office.app.anonymous().json("/v1/intergroups/lantern/meetings/m1").await["id"].clone();
    let path = format!("/v1/meetings/{}", id.as_str().unwrap());
    assert_eq!(owner.patch(&path, 1, &json!({ "notes": "As the office says" })).await.status, 200);
    socket.write_all(&answer("200 OK", &[], serde_json::to_vec(&later).unwrap())).await.unwrap();
    socket.shutdown().await.unwrap();
    // It is read anew at once, as it is to be read now.
    let (mut socket, _) = slow.accept().await.unwrap();
    socket.write_all(&answer("200 OK", &[], serde_json::to_vec(&later).unwrap())).await.unwrap();
    socket.shutdown().await.unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), 2);
    office.app.server.snapshots().wait_for(office.app.revision().await).await;
    let meeting = office.app.anonymous().json("/v1/intergroups/lantern/meetings/m1").await;
    assert_eq!(meeting["notes"], "As the office says");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_never_read_one_source_at_once() {
    let office = Connected::new().await;
    let workers: Vec<_> = (0..4).map(|_| office.app.feed_worker()).collect();
    let done = futures_util::future::join_all(workers.iter().map(FeedWorker::work)).await;
    assert_eq!(done.into_iter().map(Result::unwrap).sum::<u32>(), 1);
    assert_eq!(office.host.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_worker_left_is_taken_over_and_given_up_at_last() {
    let office = Connected::new().await;
    let asked = office.ask("apply").await.json();
    // A host that never answers: the worker is killed over it.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    office.move_to(&format!("http://{}/", silent.local_addr().unwrap()), 1).await;
    for _ in 0..3 {
        let worker = office.app.feed_worker();
        let task = tokio::spawn(async move { worker.work().await });
        let (_socket, _) = silent.accept().await.unwrap();
        task.abort();
        _ = task.await;
        assert_eq!(office.work().await, 0, "the lease holds");
        office.app.clock.advance(TimeDelta::minutes(3));
    }
    assert_eq!(office.work().await, 1);
    let run = office.run(&asked["id"]).await;
    assert_eq!((&run["status"], &run["failure"]["code"]), (&json!("failed"), &json!("interrupted")), "{run}");
    assert_eq!(office.feed().await["state"], "failing");
    // It is not given up for good.
    office.move_to(&office.host.url(), 2).await;
    assert_eq!(office.work().await, 1);
    assert_eq!((office.total().await, &office.feed().await["state"]), (json!(10), &json!("ok")));
}
