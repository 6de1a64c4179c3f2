//! A source that goes on changing while it waits: one run waits at a time, and
//! owners are not written to over and over.

use chrono::TimeDelta;
use openchair::kernel::Kept;
use serde_json::{Value, json};

use super::held::{Held, rows};
use crate::support::code_of;

impl Held {
    /// It says something else, a while later.
    async fn says(&self, count: u32, hours: i64) {
        self.host.answers("200 OK", &[], rows(count));
        self.app.clock.advance(TimeDelta::hours(hours));
        self.work().await;
    }

    async fn runs(&self) -> Vec<Value> {
        self.feed().await["last_imports"].as_array().unwrap().clone()
    }

    async fn run(&self, id: &Value) -> Value {
        let owner = self.app.sign_in("kit@example.org").await;
        owner.get(&format!("/v1/imports/{}", id.as_str().unwrap())).await.json()
    }

    /// The run that the page of a link is about, as its form sends it.
    async fn shown_run(&self, link: &str) -> String {
        let page = self.app.anonymous().get(link).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let text = page.text();
        let run = text.split("name=\"run\" value=\"").nth(1).unwrap_or_else(|| panic!("{text}"));
        run.split('"').next().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_run_takes_the_place_of_one_that_waits() {
    let held = Held::new().await;
    let (link, code) = held.link().await;
    let first = held.shown_run(&link).await;
    held.says(3, 15).await;
    assert_eq!(held.app.letters().await.len(), 0, "it still waits: they were told today");

    let runs = held.runs().await;
    let statuses: Vec<&Value> = runs.iter().map(|run| &run["status"]).collect();
    assert_eq!(statuses, ["held", "rejected", "applied"]);
    let older = held.run(&runs[1]["id"]).await;
    assert_eq!((&older["id"], &older["failure"]["code"]), (&json!(first), &json!("superseded")), "{older}");
    assert!(older["failure"]["message"].as_str().unwrap().contains("took the place"), "{older}");
    assert_eq!(older.get("decided_at"), None, "nobody decided");
    let owner = held.app.sign_in("kit@example.org").await;
    owner.poke(&format!("/v1/imports/{first}/apply")).await.is_problem(409, "conflict", &[]);

    // The letter that they have leads to what waits now; what they saw before is not done.
    let page = held.app.anonymous().get(&link).await.text();
    assert!(page.contains("7 meetings would be taken off the list"), "{page}");
    let now = held.shown_run(&link).await;
    assert_ne!(now, first);
    for seen in [first.as_str(), "", "nonsense"] {
        let page = held.decide_with(&code, "apply", &[("run", seen)]).await;
        assert_eq!(page.status, 409, "{seen}: {}", page.text());
        assert!(page.text().contains("Nothing was changed"), "{}", page.text());
    }
    assert_eq!(held.decide(&code, "apply").await.status, 409);
    assert_eq!(held.total().await, 10);
    assert_eq!(held.decide_with(&code, "apply", &[("run", &now)]).await.status, 200);
    held.app.server.snapshots().wait_for(held.app.revision().await).await;
    assert_eq!(held.total().await, 3);

    // It is used up, also where something waits again.
    held.host.answers("200 OK", &[], "[]");
    held.later().await;
    assert_eq!(held.feed().await["state"], "held");
    assert_eq!(held.app.anonymous().get(&link).await.status, 410);
    assert_eq!(held.app.letters().await.len(), 1, "that is something new");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_changes_all_the_time_is_a_letter_a_day() {
    let held = Held::new().await;
    held.link().await;
    let mut letters = Vec::new();
    // So many hours after the first letter: 15, 30, 45, 60, 75.
    for (count, hours) in [(3, 15), (4, 15), (3, 15), (4, 15), (3, 15)] {
        held.says(count, hours).await;
        letters.push(held.app.letters().await.len());
    }
    assert_eq!(letters, [0, 1, 0, 1, 0]);
    assert_eq!(held.runs().await.iter().filter(|run| run["status"] == "held").count(), 1);
    // Another reason is told at once.
    held.host.answers("200 OK", &[], "[]");
    held.later().await;
    let told = held.app.letters().await;
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("no meetings at all"), "{}", told[0].text);
    let link = format!("/office/import?code={}", code_of(&told[0]));
    assert!(held.app.anonymous().get(&link).await.text().contains("no meetings at all any more"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rights_itself_waits_no_more() {
    let held = Held::new().await;
    let (link, code) = held.link().await;
    held.says(11, 15).await;
    let feed = held.feed().await;
    assert_eq!((&feed["state"], held.total().await), (&json!("ok"), json!(11)), "{feed}");
    let statuses: Vec<Value> = held.runs().await.iter().map(|run| run["status"].clone()).collect();
    assert_eq!(statuses, ["applied", "rejected", "applied"]);
    assert_eq!(held.app.anonymous().get(&link).await.status, 410);
    assert_eq!(held.decide(&code, "apply").await.status, 410);
    // The next accident is a new one.
    held.says(4, 1).await;
    assert_eq!(held.app.letters().await.len(), 0, "it is not due yet");
    held.says(4, 14).await;
    assert_eq!(held.app.letters().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_only_to_be_shown_takes_no_place() {
    let held = Held::new().await;
    let (link, _) = held.link().await;
    let first = held.shown_run(&link).await;
    let owner = held.app.sign_in("kit@example.org").await;
    let feed = held.feed().await["id"].as_str().unwrap().to_owned();
    held.host.answers("200 OK", &[], rows(2));
    let asked = owner.post(&format!("/v1/feeds/{feed}/imports"), &json!({ "mode": "plan" })).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    held.work().await;
    assert_eq!(held.run(&asked.json()["id"]).await["status"], "held");
    assert_eq!(held.shown_run(&link).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_kept_for_their_days_and_the_last_that_was_applied_for_good() {
    let held = Held::new().await;
    held.link().await;
    let days = i64::from(Kept::ImportRuns.days());
    let kept = async || {
        held.app.feed_worker().tidy().await.unwrap();
        let runs = held.runs().await;
        runs.iter().map(|run| run["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // The later of the two began fifteen hours after the first, and now.
    held.app.clock.advance(TimeDelta::days(days) - TimeDelta::minutes(1));
    assert_eq!(kept().await, ["held", "applied"]);
    held.app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(kept().await, ["applied"]);
    held.app.clock.advance(TimeDelta::days(days));
    assert_eq!(kept().await, ["applied"]);
}
