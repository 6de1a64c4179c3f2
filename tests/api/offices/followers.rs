//! The same meeting by two sources: shown once, and settled by the office.

use openchair::{auth::Role, kernel::Entropy};
use serde_json::{Value, json};

use crate::support::{Bearer, Response, TestApp};

/// An office with two sources that are sent to it.
struct Two {
    app: TestApp,
    owner: Bearer,
    site: String,
    sheet: String,
}

/// As the website writes it.
fn on_site(n: u32) -> Value {
    json!({ "slug": format!("m{n}"), "name": format!("Morning {n}"), "day": 1, "time": format!("0{n}:00"),
            "types": ["O"], "location": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA",
            "latitude": 41.8781, "longitude": -87.6298, "notes": "As the website says" })
}

/// As the sheet writes the same: other slug, other address, next to the door.
fn on_sheet(n: u32) -> Value {
    json!({ "slug": format!("row-{n}"), "name": format!("MORNING {n}"), "day": 1, "time": format!("0{n}:00"),
            "types": ["O"], "location": "Tinder Hall (side door)", "address": "12 Tinder Row", "city": "Chicago",
            "state": "IL", "latitude": 41.8785, "longitude": -87.6293, "notes": "As the sheet says" })
}

impl Two {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        let owner = app.admin(office, Role::Owner).await;
        let mut feeds = Vec::new();
        for name in ["Website", "Sheet"] {
            let made = owner.post("/v1/intergroups/lantern/feeds", &json!({ "name": name })).await;
            assert_eq!(made.status, 201, "{}", made.text());
            feeds.push(made.json()["id"].as_str().unwrap().to_owned());
        }
        let [site, sheet] = feeds.try_into().unwrap();
        Self { app, owner, site, sheet }
    }

    /// Both, with three meetings of which the sheet has two and one of its own.
    async fn connected() -> Self {
        let office = Self::new().await;
        office.send(&office.site, &[on_site(1), on_site(2), on_site(3)]).await;
        let run = office.send(&office.sheet, &[on_sheet(1), on_sheet(2), on_sheet(4)]).await;
        assert_eq!((&run["created"], &run["followed"], &run["updated"]), (&json!(1), &json!(2), &json!(0)), "{run}");
        office
    }

    async fn send(&self, feed: &str, source: &[Value]) -> Value {
        let sent = self.owner.post(&format!("/v1/feeds/{feed}/imports?mode=apply"), &json!(source)).await;
        assert_eq!(sent.status, 201, "{}", sent.text());
        // Of so few a change is soon very many.
        let run = match sent.json() {
            run if run["status"] == "held" => {
                self.owner.poke(&format!("/v1/imports/{}/apply", run["id"].as_str().unwrap())).await.json()
            }
            run => run,
        };
        assert_eq!(run["status"], "applied", "{run}");
        run
    }

    /// What it said of meetings, as (op, slug, source that leads).
    async fn changes(&self, run: &Value) -> Vec<(String, String, Value)> {
        let path = format!("/v1/imports/{}/changes", run["id"].as_str().unwrap());
        let page = self.owner.get(&path).await.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let of = |change: &Value| (text(&change["op"]), text(&change["slug"]), change["feed_id"].clone());
        page["data"].as_array().unwrap().iter().map(of).collect()
    }

    /// The slugs that everybody sees.
    async fn slugs(&self) -> Vec<String> {
        let page = self.app.anonymous().json("/v1/meetings?limit=50").await;
        let mut slugs: Vec<String> =
            page["data"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect();
        slugs.sort_unstable();
        slugs
    }

    async fn meeting(&self, slug: &str) -> Value {
        let id = self.app.anonymous().json(&format!("/v1/intergroups/lantern/meetings/{slug}")).await["id"].clone();
        let path = format!("/v1/intergroups/lantern/meetings/{}", id.as_str().unwrap());
        self.owner.get(&path).await.json()
    }

    /// The names of the sources that list it; the one that leads first, and so marked.
    async fn sources(&self, slug: &str) -> Vec<(String, bool)> {
        let meeting = self.meeting(slug).await;
        let of = |feed: &Value| (feed["name"].as_str().unwrap().to_owned(), feed["leads"].as_bool().unwrap());
        meeting["feeds"].as_array().unwrap().iter().map(of).collect()
    }

    async fn undo(&self, run: &Value) {
        let undone = self.owner.poke(&format!("/v1/imports/{}/undo", run["id"].as_str().unwrap())).await;
        assert_eq!(undone.status, 200, "{}", undone.text());
    }

    async fn settle(&self, slug: &str, feed: &str, standing: &str) -> Response {
        let id = self.meeting(slug).await["id"].as_str().unwrap().to_owned();
        let settled = json!({ "feed_id": feed, "standing": standing });
        self.owner.post(&format!("/v1/meetings/{id}/settle"), &settled).await
    }
}

fn leads_and_follows(leads: &str, follows: &str) -> Vec<(String, bool)> {
    vec![(leads.to_owned(), true), (follows.to_owned(), false)]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_sources_list_is_shown_once_and_says_which_leads() {
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1), on_site(2)]).await;
    let rows = [on_sheet(1), on_sheet(4)];
    let run = office.send(&office.sheet, &rows).await;
    assert_eq!((&run["created"], &run["followed"]), (&json!(1), &json!(1)), "{run}");
    let follow = ("follow".to_owned(), "m1".to_owned(), json!(office.site));
    assert_eq!(office.changes(&run).await, [("create".to_owned(), "row-4".to_owned(), Value::Null), follow]);
    assert_eq!(office.slugs().await, ["m1", "m2", "row-4"]);
    assert_eq!(office.sources("m1").await, leads_and_follows("Website", "Sheet"));
    assert_eq!(office.meeting("m1").await["notes"], "As the website says");
    // Nothing is left of what the sheet calls the same door.
    let places = office.app.anonymous().json("/v1/locations?intergroup_id=lantern").await;
    let names: Vec<&Value> = places["data"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["Tinder Hall", "Tinder Hall (side door)"]);
    // The same again changes nothing; what one of them corrects is corrected where it leads.
    let run = office.send(&office.sheet, &rows).await;
    assert_eq!((&run["unchanged"], &run["followed"], office.changes(&run).await), (&json!(1), &json!(1), vec![]));
    let mut later = on_site(1);
    later["time"] = json!("01:30");
    office.send(&office.site, &[later, on_site(2)]).await;
    assert_eq!(office.meeting("m1").await["time"], "01:30");
    let mut noted = on_sheet(1);
    noted["notes"] = json!("The sheet has more to say");
    let run = office.send(&office.sheet, &[noted, on_sheet(4)]).await;
    assert_eq!(
        (&run["followed"], office.slugs().await.len()),
        (&json!(1), 3),
        "two of name, time and place are enough"
    );
    assert_eq!(office.meeting("m1").await["notes"], "As the website says");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_source_drops_stays_while_another_lists_it() {
    let office = Two::connected().await;
    let before = office.meeting("m1").await;
    let exports = office.app.anonymous().get("/v1/intergroups/lantern/feed.json").await.text();
    let run = office.send(&office.site, &[on_site(2), on_site(3)]).await;
    assert_eq!((&run["removed"], &run["unchanged"]), (&json!(0), &json!(3)), "{run}");
    assert_eq!(office.changes(&run).await, [("hand_on".to_owned(), "m1".to_owned(), json!(office.sheet))]);
    assert_eq!(office.sources("m1").await, [("Sheet".to_owned(), true)]);
    assert_eq!(office.meeting("m1").await["id"], before["id"]);
    // The sheet is sent to us: there is nothing to read, and nothing fails.
    assert_eq!(office.app.feed_worker().work().await.unwrap(), 0);
    // Taken back, the website leads again.
    office.undo(&run).await;
    assert_eq!(office.sources("m1").await, leads_and_follows("Website", "Sheet"));
    assert_eq!(office.app.anonymous().get("/v1/intergroups/lantern/feed.json").await.text(), exports);
    // Dropped again, it is as the sheet says as soon as that is sent, under its id and first slug.
    office.send(&office.site, &[on_site(2), on_site(3)]).await;
    let run = office.send(&office.sheet, &[on_sheet(1), on_sheet(2), on_sheet(4)]).await;
    assert_eq!((&run["updated"], &run["followed"]), (&json!(1), &json!(1)), "{run}");
    let after = office.meeting("m1").await;
    assert_eq!((&after["id"], &after["notes"]), (&before["id"], &json!("As the sheet says")));
    // Back on the website it follows; dropped by both it goes.
    let run = office.send(&office.site, &[on_site(1), on_site(2), on_site(3)]).await;
    assert_eq!(run["followed"], 1, "{run}");
    assert_eq!(office.sources("m1").await, leads_and_follows("Sheet", "Website"));
    office.send(&office.site, &[on_site(2), on_site(3)]).await;
    let run = office.send(&office.sheet, &[on_sheet(2), on_sheet(4)]).await;
    assert_eq!(run["removed"], 1, "{run}");
    assert_eq!(office.slugs().await, ["m2", "m3", "row-4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_says_which_source_leads_and_which_lists_another() {
    let office = Two::connected().await;
    let settled = office.settle("m1", &office.sheet, "leads").await;
    assert_eq!(settled.status, 200, "{}", settled.text());
    assert_eq!(office.sources("m1").await, leads_and_follows("Sheet", "Website"));
    assert_eq!(office.settle("m1", &office.sheet, "leads").await.status, 200, "once more is no mistake");
    let run = office.send(&office.sheet, &[on_sheet(1), on_sheet(2), on_sheet(4)]).await;
    assert_eq!(run["updated"], 1, "{run}");
    let mut other = on_site(1);
    other["notes"] = json!("The website says this now");
    office.send(&office.site, &[other, on_site(2), on_site(3)]).await;
    assert_eq!(office.meeting("m1").await["notes"], "As the sheet says");

    office.settle("m1", &office.sheet, "apart").await.is_problem(409, "conflict", &[]);
    let nobodys = office.app.entropy.uuid_v4().to_string();
    office.settle("m1", &nobodys, "leads").await.is_content_problem("invalid_content", &["/feed_id"]);
    office.settle("row-4", &office.site, "apart").await.is_content_problem("invalid_content", &["/feed_id"]);
    let settled = office.settle("m2", &office.sheet, "apart").await;
    assert_eq!(settled.status, 200, "{}", settled.text());
    assert_eq!(office.sources("m2").await, [("Website".to_owned(), true)]);
    for _ in 0..2 {
        office.send(&office.sheet, &[on_sheet(1), on_sheet(2), on_sheet(4)]).await;
        assert_eq!(office.slugs().await, ["m1", "m2", "m3", "row-2", "row-4"], "two meetings, as the office says");
    }
    let log = office.owner.get("/v1/intergroups/lantern/audit?limit=50").await.json();
    let settled = log["data"].as_array().unwrap().iter().filter(|one| one["after"]["standing"].is_string()).count();
    assert_eq!(settled, 2, "what changed nothing is not in the log: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_disconnected_hands_on_what_another_lists() {
    let office = Two::connected().await;
    assert_eq!(office.owner.delete(&format!("/v1/feeds/{}", office.site), 1).await.status, 204);
    assert_eq!(office.sources("m1").await, [("Sheet".to_owned(), true)]);
    assert_eq!(office.sources("m3").await, [], "the office's own");
    let run = office.send(&office.sheet, &[on_sheet(1), on_sheet(4)]).await;
    assert_eq!((&run["updated"], &run["removed"]), (&json!(1), &json!(1)), "{run}");
    assert_eq!(office.slugs().await, ["m1", "m3", "row-4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lists_what_is_taken_back_too() {
    let office = Two::connected().await;
    // The sheet ceases to list two meetings, and that is taken back.
    let run = office.send(&office.sheet, &[on_sheet(4)]).await;
    assert_eq!(office.sources("m1").await, [("Website".to_owned(), true)]);
    office.undo(&run).await;
    assert_eq!(office.sources("m1").await, leads_and_follows("Website", "Sheet"));
    office.send(&office.site, &[on_site(3)]).await;
    assert_eq!(office.slugs().await, ["m1", "m2", "m3", "row-4"], "the sheet lists them still");
    // A source that lists what is the office's own is not one that brought it.
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1), on_site(2), on_site(3)]).await;
    assert_eq!(office.owner.delete(&format!("/v1/feeds/{}", office.site), 1).await.status, 204);
    let run = office.send(&office.sheet, &[on_site(1), on_site(2), on_site(3)]).await;
    assert_eq!((&run["unchanged"], office.sources("m1").await), (&json!(3), vec![("Sheet".to_owned(), true)]), "{run}");
    office.undo(&run).await;
    assert_eq!(office.sources("m1").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_of_a_disconnected_source_is_the_offices_own() {
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1), on_site(2), on_site(3)]).await;
    let run = office.send(&office.site, &[on_site(1), on_site(2)]).await;
    assert_eq!(office.owner.delete(&format!("/v1/feeds/{}", office.site), 1).await.status, 204);
    office.undo(&run).await;
    assert_eq!(office.slugs().await, ["m1", "m2", "m3"]);
    assert_eq!((office.sources("m3").await, office.sources("m1").await), (vec![], vec![]));
    let rows = [1, 2, 3].map(|n| {
        let mut row = on_site(n);
        row["notes"] = json!("As the sheet says");
        row
    });
    let run = office.send(&office.sheet, &rows).await;
    assert_eq!((&run["updated"], office.slugs().await.len()), (&json!(3), 3), "{run}");
    assert_eq!(office.sources("m3").await, [("Sheet".to_owned(), true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_source_lists_is_not_taken_back() {
    // It follows, and leads from then on.
    let office = Two::new().await;
    let made = office.send(&office.site, &[on_site(1), on_site(2)]).await;
    office.send(&office.sheet, &[on_sheet(1)]).await;
    office.undo(&made).await;
    assert_eq!(office.slugs().await, ["m1"]);
    assert_eq!(office.sources("m1").await, [("Sheet".to_owned(), true)]);
    // It leads since the other one was disconnected.
    let office = Two::new().await;
    let made = office.send(&office.site, &[on_site(1), on_site(2)]).await;
    office.send(&office.sheet, &[on_sheet(1), on_sheet(2)]).await;
    assert_eq!(office.owner.delete(&format!("/v1/feeds/{}", office.site), 1).await.status, 204);
    office.send(&office.sheet, &[on_sheet(1), on_sheet(2)]).await;
    office.undo(&made).await;
    assert_eq!(office.slugs().await, ["m1", "m2"]);
    assert_eq!(office.meeting("m1").await["notes"], "As the sheet says");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_has_one_leader_whatever_is_taken_back() {
    let office = Two::connected().await;
    let mut noted = on_site(1);
    noted["notes"] = json!("The website has more to say");
    let noted = office.send(&office.site, &[noted, on_site(2), on_site(3)]).await;
    assert_eq!(office.settle("m1", &office.sheet, "leads").await.status, 200);
    office.undo(&noted).await;
    assert_eq!(office.sources("m1").await, leads_and_follows("Sheet", "Website"));
    office.send(&office.sheet, &[on_sheet(2), on_sheet(4)]).await;
    assert_eq!(office.sources("m1").await, [("Website".to_owned(), true)]);
    // What a source began to list it does not list, in whatever order that is taken back.
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1)]).await;
    assert_eq!(office.owner.delete(&format!("/v1/feeds/{}", office.site), 1).await.status, 204);
    let adopted = office.send(&office.sheet, &[on_site(1)]).await;
    let mut noted = on_site(1);
    noted["notes"] = json!("As the sheet says");
    let noted = office.send(&office.sheet, &[noted]).await;
    office.undo(&adopted).await;
    office.undo(&noted).await;
    assert_eq!((office.sources("m1").await, office.slugs().await), (vec![], vec!["m1".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn to_take_back_that_a_source_followed_does_not_end_that_it_leads() {
    // By hand-on.
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1), on_site(2)]).await;
    let followed = office.send(&office.sheet, &[on_sheet(1), on_sheet(2)]).await;
    office.send(&office.site, &[on_site(2)]).await;
    office.undo(&followed).await;
    assert_eq!(office.sources("m1").await, [("Sheet".to_owned(), true)]);
    office.send(&office.sheet, &[on_sheet(2)]).await;
    assert_eq!(office.slugs().await, ["m2"], "nobody lists the other any more");
    // By the office's word.
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1), on_site(2)]).await;
    let followed = office.send(&office.sheet, &[on_sheet(1), on_sheet(2)]).await;
    assert_eq!(office.settle("m1", &office.sheet, "leads").await.status, 200);
    office.send(&office.sheet, &[on_sheet(1), on_sheet(2)]).await;
    office.undo(&followed).await;
    assert_eq!(office.sources("m1").await, leads_and_follows("Sheet", "Website"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_brought_back_is_not_taken_from_another_source() {
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1), on_site(2)]).await;
    let id = office.meeting("m1").await["id"].clone();
    office.send(&office.site, &[on_site(2)]).await;
    let back = office.send(&office.site, &[on_site(1), on_site(2)]).await;
    office.send(&office.sheet, &[on_sheet(1), on_sheet(2)]).await;
    office.undo(&back).await;
    assert_eq!(office.slugs().await, ["m1", "m2"]);
    assert_eq!(
        (office.sources("m1").await, &office.meeting("m1").await["id"]),
        (vec![("Sheet".to_owned(), true)], &id)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_taken_back_from_the_oldest_leave_nothing_that_cannot_come_back() {
    let office = Two::new().await;
    let called = |slug: &str| {
        let mut row = on_site(1);
        row["slug"] = json!(slug);
        row
    };
    let first = office.send(&office.site, &[called("s0"), on_site(2)]).await;
    let second = office.send(&office.site, &[called("t0"), on_site(2)]).await;
    office.undo(&first).await;
    office.undo(&second).await;
    assert_eq!(office.slugs().await, [""; 0]);
    let run = office.send(&office.site, &[called("t0"), on_site(2)]).await;
    assert_eq!((&run["created"], office.slugs().await.len()), (&json!(2), 2), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_turn_out_to_be_one_are_made_one() {
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1)]).await;
    let mut elsewhere = on_sheet(1);
    elsewhere["name"] = json!("Morning in the hall");
    office.send(&office.sheet, &[elsewhere.clone()]).await;
    assert_eq!(office.slugs().await, ["m1", "row-1"]);
    let (kept, doubled) = (office.meeting("m1").await, office.meeting("row-1").await);
    let path = format!("/v1/meetings/{}?replaced_by={}", doubled["id"].as_str().unwrap(), kept["id"].as_str().unwrap());
    assert_eq!(office.owner.delete(&path, doubled["version"].as_i64().unwrap()).await.status, 204);
    assert_eq!(office.sources("m1").await, leads_and_follows("Website", "Sheet"));
    let run = office.send(&office.sheet, &[elsewhere.clone()]).await;
    assert_eq!((&run["created"], &run["followed"]), (&json!(0), &json!(1)), "{run}");
    assert_eq!(office.slugs().await, ["m1"]);
    office.send(&office.site, &[]).await;
    assert_eq!(office.sources("m1").await, [("Sheet".to_owned(), true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_in_one_thing_is_another_meeting() {
    let office = Two::new().await;
    office.send(&office.site, &[on_site(1), on_site(2)]).await;
    let differs = |field: &str, value: Value| {
        let mut row = on_sheet(1);
        row["slug"] = json!(format!("other-{field}"));
        row[field] = value;
        row
    };
    let rows = [
        differs("name", json!("Evening 1")),
        differs("time", json!("01:05")),
        differs("latitude", json!(41.8795)),
        differs("day", json!(2)),
    ];
    let run = office.send(&office.sheet, &rows).await;
    assert_eq!((&run["created"], &run["followed"]), (&json!(4), &json!(0)), "{run}");
    // Of two rows that are both the same as one meeting, one is it.
    let mut twice = on_sheet(2);
    twice["slug"] = json!("again");
    let run = office.send(&office.sheet, &[on_sheet(2), twice]).await;
    assert_eq!((&run["created"], &run["followed"]), (&json!(1), &json!(1)), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_alike_in_both_sources_is_told_apart_by_its_slug() {
    let office = Two::new().await;
    let alike = |slug: &str, notes: &str| {
        let mut row = on_site(1);
        (row["slug"], row["notes"]) = (json!(slug), json!(notes));
        row
    };
    let rows = ["upstairs", "downstairs", "outside"].map(|slug| alike(slug, slug));
    office.send(&office.site, &rows).await;
    let [up, down, _] = rows;
    let run = office.send(&office.sheet, &[alike("elsewhere", "?"), down, up]).await;
    assert_eq!((&run["created"], &run["followed"]), (&json!(0), &json!(3)), "{run}");
    let follow = |slug: &str| ("follow".to_owned(), slug.to_owned(), json!(office.site));
    let mut changes = office.changes(&run).await;
    changes.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(changes, [follow("downstairs"), follow("outside"), follow("upstairs")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_that_are_alike_stay_as_many_under_other_slugs() {
    let alike = |slug: &str| {
        let mut row = on_site(1);
        row["slug"] = json!(slug);
        row
    };
    let ids = async |office: &Two| {
        let page = office.app.anonymous().json("/v1/meetings?limit=50").await;
        let mut ids: Vec<String> = page["data"].as_array().unwrap().iter().map(|one| one["id"].to_string()).collect();
        ids.sort_unstable();
        ids
    };
    let office = Two::new().await;
    office.send(&office.site, &[alike("a")]).await;
    let run = office.send(&office.sheet, &[alike("b"), alike("c"), alike("d")]).await;
    assert_eq!((&run["created"], &run["followed"]), (&json!(2), &json!(1)), "{run}");
    let before = ids(&office).await;
    assert_eq!(before.len(), 3);
    let run = office.send(&office.sheet, &[alike("x"), alike("y"), alike("z")]).await;
    assert_eq!((&run["created"], &run["removed"], &run["followed"]), (&json!(0), &json!(0), &json!(1)), "{run}");
    assert_eq!(ids(&office).await, before);
    // Of fewer, its own come first.
    let run = office.send(&office.sheet, &[alike("u"), alike("v")]).await;
    assert_eq!((&run["created"], &run["removed"]), (&json!(0), &json!(0)), "{run}");
    assert_eq!(ids(&office).await, before, "the website lists one");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_led_for_a_while_goes_on_following() {
    let office = Two::connected().await;
    let noted = office.settle("m1", &office.sheet, "leads").await;
    assert_eq!(noted.status, 200, "{}", noted.text());
    assert_eq!(office.settle("m1", &office.site, "leads").await.status, 200);
    assert_eq!(office.sources("m1").await, leads_and_follows("Website", "Sheet"));
    // The website alone is corrected: of name, time and place one is left, and the row says what it said.
    let mut moved = on_site(1);
    (moved["name"], moved["time"]) = (json!("Sunrise"), json!("06:45"));
    office.send(&office.site, &[moved, on_site(2), on_site(3)]).await;
    let run = office.send(&office.sheet, &[on_sheet(1), on_sheet(2), on_sheet(4)]).await;
    assert_eq!((&run["created"], &run["followed"]), (&json!(0), &json!(2)), "{run}");
    // Whoever leads is read anew, though its row says what it said.
    assert_eq!(office.settle("m2", &office.sheet, "leads").await.status, 200);
    let run = office.send(&office.sheet, &[on_sheet(1), on_sheet(2), on_sheet(4)]).await;
    assert_eq!(
        (&run["updated"], &office.meeting("m2").await["notes"]),
        (&json!(1), &json!("As the sheet says")),
        "{run}"
    );
    office.undo(&run).await;
    assert_eq!(office.meeting("m2").await["notes"], "As the website says");
    let run = office.send(&office.sheet, &[on_sheet(1), on_sheet(2), on_sheet(4)]).await;
    assert_eq!((&run["updated"], &run["created"]), (&json!(1), &json!(0)), "it was not applied yet: {run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn online_meetings_are_the_same_by_their_link() {
    let office = Two::new().await;
    let online = |slug: &str, url: &str| {
        json!({ "slug": slug, "name": "Night Owls", "day": 5, "time": "23:00", "formatted_address": "Chicago, IL, USA",
                "conference_url": url })
    };
    office.send(&office.site, &[online("owls", "https://zoom.us/j/123456789")]).await;
    let run = office
        .send(&office.sheet, &[online("a", "https://zoom.us/j/123456789"), online("b", "https://zoom.us/j/987654321")])
        .await;
    assert_eq!((&run["created"], &run["followed"]), (&json!(1), &json!(1)), "{run}");
}
