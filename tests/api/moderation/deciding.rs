//! Deciding about reports.

use serde_json::{Value, json};

use crate::support::{Peer, TestApp, decide, keep, remove, waiting};

/// A circle of two, and the id of a report by the second of a check-in of the first.
pub async fn reported(app: &TestApp) -> (Vec<Peer>, String) {
    let peers = app.circle_of(2).await;
    let item = app.item(&peers[0], "check_ins", "Lend me fifty").await;
    let id = app.drawn();
    let body = json!({ "item": { "kind": "check_in", "id": item }, "category": "money_legal_medical" });
    let made = peers[1].put(&format!("/v1/reports/{id}"), &[], &body).await;
    assert_eq!(made.status, 200, "{}", made.text());
    (peers, id.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_told_with_its_reason_to_the_one_it_is_about() {
    let app = TestApp::new().await;
    let (peers, id) = reported(&app).await;
    let moderator = app.moderator().await;
    let decided = decide(&moderator, &id, &remove("remove_and_suspend")).await;
    assert_eq!((decided.status, decided.header("cache-control")), (200, "no-store"));
    let expected = json!({
        "id": id, "on_appeal": false, "decision": "remove_and_suspend", "reason": "spam", "decided_on": "2026-05-04",
        "changed_since": false,
    });
    assert_eq!(decided.json(), expected);
    let about = peers[0].get("/v1/reports").await.json();
    let expected = json!([{
        "id": id, "kind": "report", "decision": "remove_and_suspend", "reason": "spam",
        "yours": { "kind": "check_in", "alias": peers[0].alias, "words": ["the dog", "Lend me fifty"] },
        "words": "A circle is no place to sell things.", "decided_on": "2026-05-04",
        "changed_since": false, "appeal": "open", "appeal_until": "2026-06-03",
    }]);
    assert_eq!((&about["about_me"], &about["suspended_until"]), (&expected, &json!("2026-06-03")));
    assert!(waiting(&moderator).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_moderators_who_decide_at_once_one_is_late() {
    let app = TestApp::new().await;
    for _ in 0..4 {
        let (_, id) = reported(&app).await;
        let (one, two) = (app.moderator().await, app.moderator().await);
        let (keep, remove) = (keep(), remove("remove"));
        let (first, second) = tokio::join!(decide(&one, &id, &keep), decide(&two, &id, &remove));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
    assert_eq!(app.rows("circles.decisions").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_decisions_at_once_make_one_chain() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        let (item, id) = (app.item(&peers[0], "goals", "words").await, app.drawn());
        let body = json!({ "item": { "kind": "goal", "id": item }, "category": "spam" });
        assert_eq!(peers[1].put(&format!("/v1/reports/{id}"), &[], &body).await.status, 200);
        ids.push(id.to_string());
    }
    let moderator = app.moderator().await;
    let all = ids.iter().map(|id| {
        let moderator = moderator.clone();
        async move { decide(&moderator, id, &remove("remove")).await.status }
    });
    assert_eq!(futures_util::future::join_all(all).await, [200; 8]);
    let chain = openchair::moderation::check_chain(&mut app.pools.circles.acquire().await.unwrap()).await.unwrap();
    assert_eq!((chain.length, chain.broken_at), (8, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_whose_answer_was_lost_can_be_sent_again_and_not_another() {
    let app = TestApp::new().await;
    let (_, id) = reported(&app).await;
    let (one, two) = (app.moderator().await, app.moderator().await);
    let first = decide(&one, &id, &remove("remove")).await;
    let again = decide(&one, &id, &remove("remove")).await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    decide(&one, &id, &remove("remove_and_suspend")).await.is_problem(409, "conflict", &[]);
    decide(&two, &id, &remove("remove")).await.is_problem(409, "conflict", &[]);
    assert_eq!(app.rows("circles.decisions").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_is_none_is_refused_field_by_field() {
    let app = TestApp::new().await;
    let (_, id) = reported(&app).await;
    let moderator = app.moderator().await;
    for (body, pointers) in [
        (json!({}), &["/decision", "/reason"][..]),
        (json!({ "decision": "ban", "reason": "spam", "words": "x" }), &["/decision"]),
        (json!({ "decision": "remove", "reason": "spam" }), &["/words"]),
        (json!({ "decision": "remove", "reason": "within_agreement", "words": "x" }), &["/reason"]),
        (json!({ "decision": "keep", "reason": "spam" }), &["/reason"]),
        (json!({ "decision": "keep", "reason": "within_agreement", "words": "x".repeat(501) }), &["/words"]),
        (json!({ "decision": "keep", "reason": "within_agreement", "pass": "x" }), &["/pass"]),
    ] {
        decide(&moderator, &id, &body).await.is_content_problem("invalid_content", pointers);
    }
    decide(&moderator, "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1", &keep()).await.is_problem(404, "not_found", &[]);
    decide(&moderator, "none", &keep()).await.is_problem(404, "not_found", &[]);
    moderator.get("/v1/moderation/queue?state=open").await.is_problem(400, "invalid_parameter", &["state"]);
    moderator.get("/v1/moderation/queue?limit=0").await.is_problem(400, "invalid_parameter", &["limit"]);
    for week in ["", "-5000-01-01", "1969-12-29", "+10000-01-01", "+262142-12-31"] {
        let path = format!("/v1/moderation/queue?cursor={}_{id}", week.replace('+', "%2B"));
        moderator.get(&path).await.is_problem(400, "invalid_parameter", &["cursor"]);
    }
    assert_eq!(waiting(&moderator).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_moderators_see_the_queue() {
    let app = TestApp::new().await;
    let (peers, id) = reported(&app).await;
    let (author, member) = (app.author("Weddings").await, app.member().await);
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin(office, openchair::auth::Role::Owner).await;
    for other in [&peers[0].bearer, &peers[1].bearer, &author.bearer, &member.bearer, &owner] {
        other.get("/v1/moderation/queue").await.is_problem(401, "wrong_audience", &[]);
        decide(other, &id, &keep()).await.is_problem(401, "wrong_audience", &[]);
    }
    app.anonymous().get("/v1/moderation/queue").await.is_problem(401, "token_missing", &[]);
    let moderator = app.moderator().await;
    for path in ["/v1/circles/self", "/v1/reports", "/v1/stories", "/v1/stories/self"] {
        moderator.get(path).await.is_problem(401, "wrong_audience", &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_names_no_pass_circle_or_account_and_has_pages() {
    let app = TestApp::new().await;
    let (peers, _) = reported(&app).await;
    let author = app.author("Weddings").await;
    for number in 0..3 {
        app.author(&format!("Story {number}")).await;
    }
    let moderator = app.moderator().await;
    let whole = moderator.get("/v1/moderation/queue").await;
    for hidden in [&peers[0].pass_id, &peers[1].pass_id, &peers[0].circle_id, &peers[1].alias, &author.pass_id] {
        assert!(!whole.text().contains(hidden.as_str()));
    }
    let ids = |page: &Value| {
        let data = page["data"].as_array().unwrap().iter();
        data.map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (mut paged, mut path) = (Vec::new(), "/v1/moderation/queue?limit=2".to_owned());
    loop {
        let page = moderator.get(&path).await.json();
        paged.extend(ids(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/moderation/queue?limit=2&cursor={cursor}");
    }
    assert_eq!((paged.len(), paged), (5, ids(&whole.json())));
    // Another list's cursor begins nowhere here.
    for number in 0..2 {
        app.shown_author(&format!("Shown {number}")).await;
    }
    let stories = app.member().await.bearer.get("/v1/stories?limit=1").await.json();
    let cursor = stories["next_cursor"].as_str().unwrap();
    let refused = moderator.get(&format!("/v1/moderation/queue?cursor={cursor}")).await;
    refused.is_problem(400, "invalid_parameter", &["cursor"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_database_away_nothing_is_decided() {
    let app = TestApp::new().await;
    let (_, id) = reported(&app).await;
    let moderator = app.moderator().await;
    app.database.cut().await;
    moderator.get("/v1/moderation/queue").await.is_problem(503, "unavailable", &[]);
    decide(&moderator, &id, &remove("remove")).await.is_problem(503, "unavailable", &[]);
    app.database.mend().await;
    assert_eq!(app.rows("circles.decisions").await, 0);
    assert_eq!(waiting(&moderator).await.len(), 1);
}
