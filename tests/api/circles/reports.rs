//! Reports of peers, and what becomes of them.

use serde_json::{Value, json};

use crate::support::{Peer, Response, TestApp, decide, keep, remove, waiting};

const SUPPORT: &str = r#"{"href":"/v1/help-lines"}"#;

async fn report(by: &Peer, id: impl std::fmt::Display, body: &Value) -> Response {
    by.put(&format!("/v1/reports/{id}"), &[], body).await
}

fn about(kind: &str, id: impl std::fmt::Display) -> Value {
    json!({ "item": { "kind": kind, "id": id.to_string() }, "category": "money_legal_medical" })
}

async fn listed(by: &Peer) -> Value {
    let response = by.get("/v1/reports").await;
    assert_eq!((response.status, response.header("cache-control")), (200, "no-store"), "{}", response.text());
    response.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_carries_what_was_picked_and_no_identity() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let (author, reporter, third) = (&peers[0], &peers[1], &peers[2]);
    let item = app.item(author, "check_ins", "Lend me fifty").await;
    app.answer(author, item, 2, "Please").await;
    app.answer(third, item, 1, "Do not ask here").await;
    let day = "2026-05-04".parse().unwrap();
    app.nudge(author, reporter, day, "Where is my money").await;
    let mut body = about("check_in", item);
    body["words"] = "Asks all of us.".into();
    body["picked"] = json!([
        { "kind": "answer", "id": item, "pass_id": author.pass_id, "n": 2 },
        { "kind": "answer", "id": item, "pass_id": third.pass_id, "n": 1 },
        { "kind": "nudge", "pass_id": author.pass_id, "date": "2026-05-04" },
    ]);
    let id = app.drawn();
    for _ in 0..2 {
        let made = report(reporter, id, &body).await;
        assert_eq!((made.status, made.json()["support"].to_string().as_str()), (200, SUPPORT), "{}", made.text());
    }
    let queue = waiting(&app.moderator().await).await;
    assert_eq!(queue.len(), 1);
    let expected = json!({
        "id": id, "kind": "report", "week": "2026-W19", "category": "money_legal_medical",
        "item": { "kind": "check_in", "alias": author.alias, "words": ["the dog", "Lend me fifty"] },
        "picked": [
            { "kind": "answer", "alias": author.alias, "words": ["Please"] },
            { "kind": "answer", "alias": third.alias, "words": ["Do not ask here"] },
            { "kind": "nudge", "alias": author.alias, "words": ["Where is my money"] },
        ],
        "words": "Asks all of us.",
    });
    assert_eq!(queue[0], expected);
    let mine = listed(reporter).await;
    assert_eq!(mine["data"][0]["item"], json!({ "kind": "check_in", "id": item }));
    assert_eq!(
        (&mine["data"][0]["state"], &mine["data"][0]["category"]),
        (&json!("open"), &json!("money_legal_medical"))
    );
    assert!(mine["data"][0]["outcome"].is_null());
    // The one whom it is about is not told, nor anybody else.
    for peer in [author, third] {
        let other = listed(peer).await;
        assert_eq!((&other["data"], &other["about_me"]), (&json!([]), &json!([])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_item_can_be_reported_and_is_removed() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let (author, reporter, moderator) = (&peers[0], &peers[1], app.moderator().await);
    let (check_in, goal) = (app.item(author, "check_ins", "one").await, app.item(author, "goals", "two").await);
    let milestone = app.item(author, "milestones", "three").await;
    app.answer(author, check_in, 5, "four").await;
    app.nudge(author, reporter, "2026-05-04".parse().unwrap(), "five").await;
    let answer = json!({ "kind": "answer", "id": check_in, "pass_id": author.pass_id, "n": 5 });
    let nudge = json!({ "kind": "nudge", "pass_id": author.pass_id, "date": "2026-05-04" });
    for (item, word) in [
        (json!({ "kind": "check_in", "id": check_in }), "one"),
        (json!({ "kind": "goal", "id": goal }), "two"),
        (json!({ "kind": "milestone", "id": milestone }), "three"),
        (answer, "four"),
        (nudge, "five"),
    ] {
        let id = app.drawn();
        let made = report(reporter, id, &json!({ "item": item, "category": "unkind" })).await;
        assert_eq!(made.status, 200, "{}", made.text());
        assert_eq!(
            listed(reporter).await["data"].as_array().unwrap().iter().filter(|one| one["item"] == item).count(),
            1
        );
        let queue = waiting(&moderator).await;
        assert!(queue[0]["item"]["words"].as_array().unwrap().contains(&word.into()), "{queue:?}");
        let decided = decide(&moderator, &id.to_string(), &remove("remove")).await;
        assert_eq!(decided.status, 200, "{}", decided.text());
    }
    // What totals count stays, without its words; the rest is gone.
    assert_eq!(app.rows("circles.check_ins WHERE words IS NULL AND version = 8").await, 1);
    assert_eq!(app.rows("circles.answers WHERE words IS NULL AND version = 8").await, 1);
    for table in ["goals", "milestones", "nudges"] {
        assert_eq!(app.rows(&format!("circles.{table}")).await, 0, "{table}");
    }
    let about_me = listed(author).await["about_me"].clone();
    assert_eq!(about_me.as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_somebody_behaves_can_be_reported_without_an_item() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let (author, reporter, moderator) = (&peers[0], &peers[1], app.moderator().await);
    let id = app.drawn();
    let mut body = about("pass", &author.pass_id);
    body["category"] = "advances".into();
    assert_eq!(report(reporter, id, &body).await.status, 200);
    let id = id.to_string();
    decide(&moderator, &id, &remove("remove")).await.is_content_problem("invalid_content", &["/decision"]);
    assert_eq!(decide(&moderator, &id, &remove("remove_and_suspend")).await.status, 200);
    let about_me = listed(author).await;
    assert_eq!(about_me["suspended_until"], "2026-06-03");
    assert_eq!(about_me["about_me"][0]["decision"], "remove_and_suspend");
    // Suspended, one reads; one does not write.
    assert_eq!(author.get("/v1/circles/self").await.status, 200);
    author.bearer.poke("/v1/circles/self/invitations").await.is_problem(403, "suspended", &[]);
    report(author, app.drawn(), &about("pass", &reporter.pass_id)).await.is_problem(403, "suspended", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_another_circle_or_is_not_there_is_not_found() {
    let app = TestApp::new().await;
    let (peers, stranger) = (app.circle_of(2).await, app.steward().await);
    let foreign = app.item(&stranger, "check_ins", "words").await;
    let own = app.item(&peers[1], "check_ins", "words").await;
    let theirs = app.item(&peers[0], "check_ins", "words").await;
    for item in [about("check_in", foreign), about("goal", theirs), about("pass", &stranger.pass_id)] {
        report(&peers[1], app.drawn(), &item).await.is_problem(404, "not_found", &[]);
    }
    // A nudge is known to the two alone.
    app.nudge(&peers[0], &stranger, "2026-05-04".parse().unwrap(), "words").await;
    let nudge =
        json!({ "item": { "kind": "nudge", "pass_id": peers[0].pass_id, "date": "2026-05-04" }, "category": "spam" });
    report(&peers[1], app.drawn(), &nudge).await.is_problem(404, "not_found", &[]);
    report(&peers[1], app.drawn(), &about("check_in", own)).await.is_content_problem("invalid_content", &["/item"]);
    let mut picked = about("check_in", theirs);
    picked["picked"] = json!([{ "kind": "check_in", "id": foreign }]);
    report(&peers[1], app.drawn(), &picked).await.is_content_problem("invalid_content", &["/picked/0"]);
    assert_eq!(app.rows("circles.reports").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_none_is_refused_field_by_field() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let item = app.item(&peers[0], "check_ins", "words").await;
    let good = about("check_in", item);
    let refused = async |change: &dyn Fn(&mut Value), pointers: &[&str]| {
        let mut body = good.clone();
        change(&mut body);
        report(&peers[1], app.drawn(), &body).await.is_content_problem("invalid_content", pointers);
    };
    refused(&|body| body["category"] = "danger".into(), &["/category"]).await;
    refused(&|body| body["category"] = "other".into(), &["/words"]).await;
    refused(&|body| body["words"] = "x".repeat(501).into(), &["/words"]).await;
    refused(&|body| body["reporter"] = "me".into(), &["/reporter"]).await;
    refused(&|body| body["item"]["n"] = 1.into(), &["/item/n"]).await;
    refused(&|body| body["item"] = json!({ "kind": "answer", "id": item }), &["/item/pass_id", "/item/n"]).await;
    refused(&|body| body["item"] = json!({ "kind": "story", "id": item }), &["/item/kind"]).await;
    refused(&|body| body["picked"] = json!([body["item"]]), &["/picked/0"]).await;
    let six: Vec<Value> = (0..6).map(|_| json!({ "kind": "goal", "id": app.drawn() })).collect();
    refused(&|body| body["picked"] = json!(six), &["/picked"]).await;
    refused(&|body| body["picked"] = Value::Null, &["/picked"]).await;
    report(&peers[1], "none", &good).await.is_problem(404, "not_found", &[]);
    let old = "8f7e6d5c-4b3a-1291-8807-f6e5d4c3b2a1";
    report(&peers[1], old, &good).await.is_problem(400, "invalid_parameter", &["report_id"]);
    let query = peers[1].put(&format!("/v1/reports/{}?x=1", app.drawn()), &[], &good).await;
    query.is_problem(400, "invalid_parameter", &["x"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_reported_once_by_one_and_by_many_without_being_hidden() {
    let app = TestApp::new().await;
    let peers = app.circle_of(5).await;
    let item = app.item(&peers[0], "check_ins", "words").await;
    let id = app.drawn();
    assert_eq!(report(&peers[1], id, &about("check_in", item)).await.status, 200);
    report(&peers[1], app.drawn(), &about("check_in", item)).await.is_problem(409, "conflict", &[]);
    // Another's id is not one's own.
    report(&peers[2], id, &about("check_in", item)).await.is_problem(409, "conflict", &[]);
    for peer in &peers[2..] {
        assert_eq!(report(peer, app.drawn(), &about("check_in", item)).await.status, 200);
    }
    assert_eq!(app.rows("circles.check_ins WHERE words IS NOT NULL").await, 1);
    let moderator = app.moderator().await;
    assert_eq!(waiting(&moderator).await.len(), 4);
    // Who decides that one goes has decided the others, and its author is told once.
    assert_eq!(decide(&moderator, &id.to_string(), &remove("remove")).await.status, 200);
    assert!(waiting(&moderator).await.is_empty());
    assert_eq!(listed(&peers[0]).await["about_me"].as_array().unwrap().len(), 1);
    for peer in &peers[1..] {
        let mine = listed(peer).await;
        assert_eq!((&mine["data"][0]["state"], &mine["data"][0]["outcome"]), (&json!("closed"), &json!("removed")));
        assert_eq!(mine["about_me"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_item_reported_many_times_at_once_by_one_there_is_one_report() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let item = app.item(&peers[0], "check_ins", "words").await;
    let all = (0..6).map(|_| {
        let (peer, id) = (peers[1].clone(), app.drawn());
        async move { report(&peer, id, &about("check_in", item)).await.status }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_told_to_its_reporter_alone() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let item = app.item(&peers[0], "check_ins", "words").await;
    let id = app.drawn();
    report(&peers[1], id, &about("check_in", item)).await;
    assert_eq!(decide(&app.moderator().await, &id.to_string(), &keep()).await.status, 200);
    let mine = listed(&peers[1]).await;
    assert_eq!((&mine["data"][0]["state"], &mine["data"][0]["outcome"]), (&json!("closed"), &json!("kept")));
    assert_eq!(listed(&peers[0]).await["about_me"], json!([]));
    let appeal = format!("/v1/reports/{id}/appeal");
    peers[0].bearer.post(&appeal, &json!({ "words": "Why?" })).await.is_problem(404, "not_found", &[]);
    assert_eq!(app.rows("circles.check_ins WHERE words IS NOT NULL").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_outlives_its_author_and_its_reporter() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let item = app.item(&peers[0], "check_ins", "Lend me fifty").await;
    let id = app.drawn();
    report(&peers[1], id, &about("check_in", item)).await;
    // As leaving does: the key first, then the rows.
    let sealer = app.sealer();
    for peer in &peers[..2] {
        let pass: uuid::Uuid = peer.pass_id.parse().unwrap();
        sealer.destroy(&[pass]).await.unwrap();
        let erase = sqlx::query("DELETE FROM circles.passes WHERE id = $1").bind(pass);
        erase.execute(&mut app.database.owner().await).await.unwrap();
    }
    let moderator = app.moderator().await;
    let queue = waiting(&moderator).await;
    assert_eq!(queue[0]["item"]["words"], json!(["the dog", "Lend me fifty"]));
    assert_eq!(app.rows("circles.reports WHERE reporter_id IS NULL AND author_id IS NULL").await, 1);
    assert_eq!(decide(&moderator, &id.to_string(), &remove("remove_and_suspend")).await.status, 200);
    // With its key, the copy ends.
    let other = app.item(&peers[2], "check_ins", "words").await;
    assert_eq!(app.rows(&format!("pass_keys.keys WHERE id = '{id}'")).await, 1);
    assert_ne!(other, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_a_circles_alone() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let item = app.item(&peers[0], "check_ins", "words").await;
    let (author, member, moderator) = (app.author("Weddings").await, app.member().await, app.moderator().await);
    let (path, body) = (format!("/v1/reports/{}", app.drawn()), about("check_in", item));
    let put = async |bearer: &crate::support::Bearer| bearer.send(reqwest::Method::PUT, &path, &[], Some(&body)).await;
    put(&author.bearer).await.is_problem(403, "forbidden", &[]);
    for other in [&member.bearer, &moderator] {
        put(other).await.is_problem(401, "wrong_audience", &[]);
        other.get("/v1/reports").await.is_problem(401, "wrong_audience", &[]);
        let appeal = other.post(&format!("{path}/appeal"), &json!({ "words": "x" })).await;
        appeal.is_problem(401, "wrong_audience", &[]);
    }
    app.anonymous().get("/v1/reports").await.is_problem(401, "token_missing", &[]);
    assert_eq!(author.bearer.get("/v1/reports").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_rest_nothing_of_a_report_is_in_clear() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let item = app.item(&peers[0], "check_ins", "Canaryitem").await;
    let mut body = about("check_in", item);
    body["words"] = "Canaryreport".into();
    let id = app.drawn();
    report(&peers[1], id, &body).await;
    let mut decision = remove("remove");
    decision["words"] = "Canarydecision".into();
    decide(&app.moderator().await, &id.to_string(), &decision).await;
    let appeal = json!({ "words": "Canaryappeal" });
    assert_eq!(peers[0].bearer.post(&format!("/v1/reports/{id}/appeal"), &appeal).await.status, 200);
    for table in ["reports", "appeals", "decisions"] {
        let dump = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT string_agg(s::text, '') FROM circles.{table} s")));
        let dump: String = sqlx::Row::get(&dump.fetch_one(&mut app.database.owner().await).await.unwrap(), 0);
        assert!(!dump.is_empty());
        for word in ["Canary", "money_legal", &peers[0].alias, &peers[1].alias] {
            let hex = word.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
            assert!(!dump.contains(word) && !dump.contains(&hex), "{word} in {table}");
        }
    }
    // No row of a decision names a pass.
    let decisions = sqlx::query("SELECT string_agg(d::text, '') FROM circles.decisions d");
    let decisions: String = sqlx::Row::get(&decisions.fetch_one(&mut app.database.owner().await).await.unwrap(), 0);
    assert!(peers.iter().all(|peer| !decisions.contains(&peer.pass_id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_reports_a_day_are_taken_and_a_repeat_counts_nothing() {
    let app = TestApp::with_limits().await;
    let peers = app.circle_of(2).await;
    let mut statuses = Vec::new();
    let first = (app.drawn(), app.item(&peers[0], "goals", "words").await);
    for number in 0..11 {
        let (id, item) = if number == 0 { first } else { (app.drawn(), app.item(&peers[0], "goals", "words").await) };
        statuses.push(report(&peers[1], id, &about("goal", item)).await.status);
        assert_eq!(report(&peers[1], first.0, &about("goal", first.1)).await.status, 200);
    }
    assert_eq!(statuses, [vec![200; 10], vec![429]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_has_a_key_or_a_decision_is_no_new_reports() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let (one, two) = (app.item(&peers[0], "check_ins", "one").await, app.item(&peers[0], "goals", "two").await);
    let moderator = app.moderator().await;
    // A pass's: its own, a peer's, and one of which only the key is left.
    let left = app.drawn();
    app.sealer().key(left).await.unwrap();
    for taken in [peers[0].pass_id.clone(), peers[1].pass_id.clone(), left.to_string()] {
        report(&peers[1], &taken, &about("check_in", one)).await.is_problem(409, "conflict", &[]);
    }
    assert_eq!(app.rows("circles.reports").await, 0);
    // One that was decided, and whose report has ended since.
    let id = app.drawn();
    assert_eq!(report(&peers[1], id, &about("check_in", one)).await.status, 200);
    assert_eq!(decide(&moderator, &id.to_string(), &remove("remove")).await.status, 200);
    let ended = sqlx::query("DELETE FROM circles.reports");
    ended.execute(&mut app.database.owner().await).await.unwrap();
    app.sealer().destroy(&[id]).await.unwrap();
    report(&peers[2], id, &about("goal", two)).await.is_problem(409, "conflict", &[]);
    assert_eq!(app.rows(&format!("pass_keys.keys WHERE id = '{id}'")).await, 0);
    assert_eq!(listed(&peers[0]).await["about_me"], json!([]));
    // What is refused leaves no key, and its id can be used.
    let id = app.drawn();
    report(&peers[1], id, &about("check_in", app.drawn())).await.is_problem(404, "not_found", &[]);
    assert_eq!(report(&peers[1], id, &about("goal", two)).await.status, 200);
    let before = app.rows("pass_keys.keys").await;
    report(&peers[1], app.drawn(), &about("goal", two)).await.is_problem(409, "conflict", &[]);
    assert_eq!(app.rows("pass_keys.keys").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_open_is_left_out_of_lists() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let mut ids = Vec::new();
    for words in ["one", "two"] {
        let (id, item) = (app.drawn(), app.item(&peers[0], "goals", words).await);
        assert_eq!(report(&peers[1], id, &about("goal", item)).await.status, 200);
        ids.push(id);
    }
    // Its key is another now.
    app.sealer().destroy(&ids[..1]).await.unwrap();
    app.sealer().key(ids[0]).await.unwrap();
    let moderator = app.moderator().await;
    let queue = waiting(&moderator).await;
    assert_eq!((queue.len(), &queue[0]["id"]), (1, &json!(ids[1])));
    assert_eq!(listed(&peers[1]).await["data"].as_array().unwrap().len(), 1);
    for id in &ids {
        assert_eq!(decide(&moderator, &id.to_string(), &remove("remove")).await.status, 200);
    }
    let about_me = listed(&peers[0]).await["about_me"].clone();
    assert_eq!((about_me.as_array().unwrap().len(), &about_me[0]["id"]), (1, &json!(ids[1])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_of_another_report_with_that_id_is_not_shown() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let (item, id) = (app.item(&peers[0], "check_ins", "words").await, app.drawn());
    report(&peers[1], id, &about("check_in", item)).await;
    assert_eq!(decide(&app.moderator().await, &id.to_string(), &remove("remove")).await.status, 200);
    assert_eq!(listed(&peers[0]).await["about_me"].as_array().unwrap().len(), 1);
    for change in ["state = 'closed', decision_id = gen_random_uuid()", "state = 'open', closed_on = NULL"] {
        let change = sqlx::AssertSqlSafe(format!("UPDATE circles.reports SET {change}"));
        sqlx::query(change).execute(&mut app.database.owner().await).await.unwrap();
        assert_eq!(listed(&peers[0]).await["about_me"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_decision_the_same_place_can_be_reported_again() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let item = app.item(&peers[0], "check_ins", "words").await;
    let (first, second, moderator) = (app.drawn(), app.drawn(), app.moderator().await);
    assert_eq!(report(&peers[1], first, &about("check_in", item)).await.status, 200);
    report(&peers[1], second, &about("check_in", item)).await.is_problem(409, "conflict", &[]);
    assert_eq!(decide(&moderator, &first.to_string(), &remove("remove")).await.status, 200);
    assert_eq!(report(&peers[1], second, &about("check_in", item)).await.status, 200);
    assert_eq!(waiting(&moderator).await.len(), 1);
    // The first can be appealed all the same.
    let appeal = format!("/v1/reports/{first}/appeal");
    assert_eq!(peers[0].bearer.post(&appeal, &json!({ "words": "Why?" })).await.status, 200);
    assert_eq!(waiting(&app.moderator().await).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_report_sent_many_times_at_once_is_taken_each_time() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let (item, id) = (app.item(&peers[0], "check_ins", "words").await, app.drawn());
    let all = (0..20).map(|_| {
        let peer = peers[1].clone();
        async move { report(&peer, id, &about("check_in", item)).await.status }
    });
    assert_eq!(futures_util::future::join_all(all).await, [200; 20]);
    assert_eq!(waiting(&app.moderator().await).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_to_be_seen_any_more_cannot_be_reported() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let (steward, reporter, removed) = (&peers[0], &peers[1], &peers[2]);
    let item = app.item(removed, "check_ins", "words").await;
    let mine = app.item(steward, "goals", "words").await;
    app.nudge(removed, reporter, "2026-05-04".parse().unwrap(), "words").await;
    assert_eq!(report(reporter, app.drawn(), &about("check_in", item)).await.status, 200);
    assert_eq!(steward.delete(&format!("/v1/circles/self/passes/{}", removed.pass_id)).await.status, 200);
    let nudge = json!({ "item": { "kind": "nudge", "pass_id": removed.pass_id, "date": "2026-05-04" },
                        "category": "spam" });
    for body in [about("check_in", item), about("pass", &removed.pass_id), nudge] {
        report(steward, app.drawn(), &body).await.is_problem(404, "not_found", &[]);
    }
    let mut body = about("goal", mine);
    body["picked"] = json!([{ "kind": "check_in", "id": item }]);
    report(reporter, app.drawn(), &body).await.is_content_problem("invalid_content", &["/picked/0"]);
    // What was reported before is decided as ever.
    let moderator = app.moderator().await;
    let id = waiting(&moderator).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(decide(&moderator, &id, &remove("remove")).await.json()["changed_since"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_answer_that_was_removed_nothing_empty_is_left_to_see() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let (author, reporter, moderator) = (&peers[0], &peers[1], app.moderator().await);
    let day = json!({ "kinds": ["today"], "words": "words" });
    let made = reporter.put("/v1/check-ins/2026-05-04", &[("if-none-match", "*")], &day).await;
    let made = made.json()["id"].clone();
    let item = made.as_str().unwrap();
    let both = json!({ "words": "Unkind", "reaction": "with_you" });
    for (n, body) in [(1, json!({ "words": "Unkind" })), (2, both)] {
        let made = author.put(&format!("/v1/check-ins/{item}/answers/{n}"), &[], &body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let answer = json!({ "kind": "answer", "id": item, "pass_id": author.pass_id, "n": n });
        let id = app.drawn();
        let body = json!({ "item": answer, "category": "unkind" });
        assert_eq!(report(reporter, id, &body).await.status, 200);
        assert_eq!(decide(&moderator, &id.to_string(), &remove("remove")).await.status, 200);
        // What says nothing cannot be reported; a kind word that is left can.
        let again = report(reporter, app.drawn(), &body).await;
        assert_eq!(again.status, if n == 1 { 404 } else { 200 }, "{}", again.text());
    }
    for peer in &peers {
        let list = peer.get("/v1/check-ins").await.json()["data"][0]["answers"].clone();
        let week = peer.get("/v1/circles/self/week").await.json()["check_ins"][0]["answers"].clone();
        for answers in [list, week] {
            let answers = answers.as_array().unwrap().clone();
            assert_eq!((answers.len(), &answers[0]["n"], &answers[0]["reaction"]), (1, &json!(2), &json!("with_you")));
        }
    }
    // The row stays, and its author can write there again.
    assert_eq!(app.rows("circles.answers").await, 2);
    let path = format!("/v1/check-ins/{item}/answers/1");
    assert_eq!(author.put(&path, &[("if-match", "*")], &json!({ "words": "Sorry" })).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_in_use_names_that_report_and_no_other() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let (item, other) = (app.item(&peers[0], "goals", "one").await, app.item(&peers[0], "goals", "two").await);
    let id = app.drawn();
    let mut body = about("goal", item);
    body["words"] = "Asks for money.".into();
    for _ in 0..2 {
        assert_eq!(report(&peers[1], id, &body).await.status, 200);
    }
    for (by, item) in [(&peers[1], other), (&peers[2], item)] {
        report(by, id, &about("goal", item)).await.is_problem(409, "conflict", &[]);
    }
    let mine = listed(&peers[1]).await;
    assert_eq!(mine["data"].as_array().unwrap().len(), 1);
    assert_eq!(mine["data"][0]["words"], "Asks for money.");
}

/// A write, with its headers, and how its item is reported.
type Sent<'a> = (String, &'a [(&'a str, &'a str)], Value, Value);

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_sent_again_does_not_bring_back_what_was_removed() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let (author, reporter) = (&peers[0], &peers[1]);
    let item = app.item(reporter, "check_ins", "A hard day").await;
    let (goal, milestone) = (app.drawn(), app.drawn());
    let makes = [("if-none-match", "*")];
    let answer = format!("/v1/check-ins/{item}/answers/1");
    let nudge = format!("/v1/nudges/{}/2026-05-04", reporter.pass_id);
    let all: [Sent<'_>; 4] = [
        (
            answer,
            &[],
            json!({ "words": "foul" }),
            json!({ "kind": "answer", "id": item, "pass_id": author.pass_id, "n": 1 }),
        ),
        (
            nudge,
            &[],
            json!({ "words": "foul" }),
            json!({ "kind": "nudge", "pass_id": author.pass_id, "date": "2026-05-04" }),
        ),
        (
            format!("/v1/goals/{goal}"),
            &makes,
            json!({ "week": "2026-W19", "words": "foul" }),
            json!({ "kind": "goal", "id": goal }),
        ),
        (
            format!("/v1/milestones/{milestone}"),
            &makes,
            json!({ "kind": "win", "label": "foul" }),
            json!({ "kind": "milestone", "id": milestone }),
        ),
    ];
    let moderator = app.moderator().await;
    for (path, headers, written, item) in &all {
        let made = author.put(path, headers, written).await;
        assert!(made.status < 300, "{path}: {}", made.text());
        let id = app.drawn();
        assert_eq!(report(reporter, id, &json!({ "item": item, "category": "unkind" })).await.status, 200);
        assert_eq!(decide(&moderator, &id.to_string(), &remove("remove")).await.status, 200);
        let again = author.put(path, headers, written).await;
        let status = if path.ends_with("answers/1") { 428 } else { 409 };
        assert_eq!(again.status, status, "{path}: {}", again.text());
    }
    assert!(!reporter.get("/v1/circles/self/week?date=2026-05-04").await.text().contains("foul"));
    // On purpose, with what the device has seen since, it can be written anew.
    let (path, ..) = &all[0];
    let written = author.put(path, &[("if-match", "*")], &json!({ "words": "Sorry." })).await;
    assert_eq!(written.status, 200, "{}", written.text());
}
