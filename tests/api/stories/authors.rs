//! Writing a story, changing it, leaving.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row;

use crate::support::{Author, Bearer, TestApp, decide, device_key, keep, new_story_body, remove, story_body, waiting};

const SUPPORT: &str = r#"{"href":"/v1/help-lines"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_story_is_begun_with_a_voucher_and_waits_to_be_read() {
    let app = TestApp::new().await;
    let (member, key) = (app.member().await, device_key(900));
    let body = new_story_body(&member.vouchers[0], &key, "Weddings");
    let made = app.anonymous().post("/v1/stories", &body).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"));
    let story = made.json();
    assert_eq!((&story["story"]["state"], &story["story"]["thanks"]), (&json!("in_review"), &json!(0)));
    assert_eq!(story["story"]["latest"], story_body("Weddings"));
    assert_eq!((&story["pass"]["kind"], story["support"].to_string().as_str()), (&json!("author"), SUPPORT));
    // Another story is not this one, and none is lost without a word.
    let other = app.anonymous().post("/v1/stories", &new_story_body(&member.vouchers[0], &key, "Other")).await;
    other.is_problem(409, "conflict", &[]);
    // The answer was lost: the same pass and story.
    let again = app.anonymous().post("/v1/stories", &body).await;
    assert_eq!((again.status, &again.json()["story"]), (201, &story["story"]));
    assert_eq!(again.json()["pass"], story["pass"]);
    // The voucher is spent for any other, and the key is this pass's.
    let other = new_story_body(&member.vouchers[0], &device_key(901), "Weddings");
    app.anonymous().post("/v1/stories", &other).await.is_content_problem("invalid_content", &["/voucher"]);
    let other = new_story_body(&member.vouchers[1], &key, "Weddings");
    app.anonymous().post("/v1/stories", &other).await.is_content_problem("invalid_content", &["/pass_key"]);
    // No member reads it yet.
    assert_eq!(member.bearer.get("/v1/stories").await.json()["data"], json!([]));
    let path = format!("/v1/stories/{}", story["story"]["id"].as_str().unwrap());
    member.bearer.get(&path).await.is_problem(404, "not_found", &[]);
    // Its author signs in on another device.
    let second = app.anonymous().post("/v1/auth/circle/token", &json!({ "pass_key": key })).await.json();
    let second = Bearer::of_pair(app.anonymous(), &second).get("/v1/stories/self").await;
    assert_eq!(second.json()["story"], story["story"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_story_is_refused_field_by_field() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let good = new_story_body(&member.vouchers[0], &device_key(900), "Weddings");
    let refused = async |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        let pointer = format!("/{field}");
        app.anonymous().post("/v1/stories", &body).await.is_content_problem("invalid_content", &[pointer.as_str()]);
    };
    refused("topic", json!("politics")).await;
    for language in ["EN", "xx", "eng", "qaa", ""] {
        refused("language", json!(language)).await;
    }
    refused("title", json!("a".repeat(81))).await;
    refused("title", json!("two\nlines")).await;
    refused("words", json!("x".repeat(2_001))).await;
    refused("words", json!("see https://example.org/")).await;
    refused("words", Value::Null).await;
    refused("alias", json!("Me")).await;
    refused("voucher", json!("none")).await;
    refused("pass_key", json!("short")).await;
    app.anonymous().post("/v1/stories?x=1", &good).await.is_problem(400, "invalid_parameter", &["x"]);
    // Nothing may tie a story to an account, or to another pass.
    member.bearer.post("/v1/stories", &good).await.is_problem(400, "malformed_request", &[]);
    let steward = app.steward().await;
    steward.bearer.post("/v1/stories", &good).await.is_problem(400, "malformed_request", &[]);
    // The voucher is as good as ever.
    assert_eq!(app.anonymous().post("/v1/stories", &good).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_goes_back_to_be_read_and_what_was_let_through_shows_meanwhile() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    let (reader, moderator) = (app.member().await, app.moderator().await);
    let read = async || reader.bearer.get(&format!("/v1/stories/{}", author.story_id)).await.json();
    assert_eq!(author.story().await["state"], "shown");
    // What is as it was stays where it is.
    assert_eq!(author.edit(&story_body("Weddings")).await.json()["story"]["state"], "shown");
    assert!(waiting(&moderator).await.is_empty());
    let edited = author.edit(&story_body("Weddings and birthdays")).await.json();
    assert_eq!(edited["story"]["state"], "in_review");
    assert_eq!(edited["story"]["latest"]["title"], "Weddings and birthdays");
    assert_eq!(edited["story"]["shown"]["title"], "Weddings");
    assert_eq!(read().await["title"], "Weddings");
    // An edit of the edit takes its place: nobody decides about words they did not see.
    let old = waiting(&moderator).await;
    author.edit(&story_body("Feasts")).await;
    let new = waiting(&moderator).await;
    assert_eq!((old.len(), new.len()), (1, 1));
    assert_eq!(new[0]["item"]["words"][0], "Feasts");
    decide(&moderator, old[0]["id"].as_str().unwrap(), &keep()).await.is_problem(404, "not_found", &[]);
    let week = read().await["week"].clone();
    app.clock.advance(TimeDelta::days(7));
    let moderator = app.moderator().await;
    assert_eq!(decide(&moderator, new[0]["id"].as_str().unwrap(), &keep()).await.status, 200);
    let reader = Bearer::of_pair(
        app.anonymous(),
        &app.anonymous().post("/v1/auth/member/token", &json!({ "auth_key": reader.auth_key })).await.json(),
    );
    let shown = reader.get(&format!("/v1/stories/{}", author.story_id)).await.json();
    // The week is that in which it first showed.
    assert_eq!((&shown["title"], &shown["week"]), (&json!("Feasts"), &week));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_that_is_given_back_says_why_and_can_be_changed() {
    let app = TestApp::new().await;
    let author = app.author("Buy my book").await;
    let moderator = app.moderator().await;
    let id = waiting(&moderator).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(decide(&moderator, &id, &remove("remove")).await.status, 200);
    let story = author.story().await;
    assert_eq!((&story["state"], &story["latest"]["title"]), (&json!("returned"), &json!("Buy my book")));
    let about = author.bearer.get("/v1/reports").await.json()["about_me"].clone();
    assert_eq!((&about[0]["id"], &about[0]["kind"]), (&json!(id), &json!("review")));
    assert_eq!((&about[0]["reason"], &about[0]["decision"]), (&json!("spam"), &json!("remove")));
    assert_eq!(about[0]["words"], "A circle is no place to sell things.");
    assert_eq!(author.edit(&story_body("What helped")).await.json()["story"]["state"], "in_review");
    assert_eq!(waiting(&moderator).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_erases_the_story_its_thanks_its_pass_and_the_key() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    author.edit(&story_body("Feasts")).await;
    let reader = app.member().await;
    let path = format!("/v1/stories/{}", author.story_id);
    let thanked = reader.bearer.post(&format!("{path}/thanks"), &json!({ "thanks_key": device_key(5) })).await;
    assert_eq!(thanked.status, 200, "{}", thanked.text());
    let left = author.bearer.send(Method::DELETE, "/v1/stories/self", &[], None).await;
    assert_eq!((left.status, left.json()["support"].to_string().as_str()), (200, SUPPORT));
    reader.bearer.get(&path).await.is_problem(404, "not_found", &[]);
    author.bearer.get("/v1/stories/self").await.is_problem(401, "session_ended", &[]);
    assert!(waiting(&app.moderator().await).await.is_empty());
    for table in ["stories", "thanks", "reports", "sessions"] {
        assert_eq!(app.rows(&format!("circles.{table}")).await, 0, "{table}");
    }
    let pass = author.pass_id.parse::<uuid::Uuid>().unwrap();
    let kept = sqlx::query("SELECT count(*) FROM pass_keys.keys WHERE id = $1").bind(pass);
    assert_eq!(kept.fetch_one(&mut app.database.owner().await).await.unwrap().get::<i64, _>(0), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_author_may_read_and_leave_and_not_write() {
    let app = TestApp::new().await;
    let author = app.author("Buy my book").await;
    let moderator = app.moderator().await;
    let id = waiting(&moderator).await[0]["id"].as_str().unwrap().to_owned();
    decide(&moderator, &id, &remove("remove_and_suspend")).await;
    author.edit(&story_body("Feasts")).await.is_problem(403, "suspended", &[]);
    let own = author.bearer.get("/v1/stories/self").await.json();
    assert_eq!((&own["story"]["state"], &own["pass"]["suspended_until"]), (&json!("returned"), &json!("2026-06-03")));
    assert_eq!(author.bearer.send(Method::DELETE, "/v1/stories/self", &[], None).await.status, 200);
    // Thirty days later another would write again.
    let other = app.author("Buy my car").await;
    let id = waiting(&moderator).await[0]["id"].as_str().unwrap().to_owned();
    decide(&moderator, &id, &remove("remove_and_suspend")).await;
    app.clock.advance(TimeDelta::days(31));
    let again = app.anonymous().post("/v1/auth/circle/token", &json!({ "pass_key": other.pass_key })).await.json();
    let again = Author { bearer: Bearer::of_pair(app.anonymous(), &again), ..other };
    assert_eq!(again.edit(&story_body("Feasts")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authors_pass_opens_no_circle_and_a_circles_no_story() {
    let app = TestApp::new().await;
    let (author, steward, member) = (app.author("Weddings").await, app.steward().await, app.member().await);
    for path in ["/v1/circles/self", "/v1/circles/self/invitations"] {
        author.bearer.get(path).await.is_problem(403, "forbidden", &[]);
    }
    steward.get("/v1/stories/self").await.is_problem(403, "forbidden", &[]);
    steward.put("/v1/stories/self", &[], &story_body("x")).await.is_problem(403, "forbidden", &[]);
    steward.delete("/v1/stories/self").await.is_problem(403, "forbidden", &[]);
    for other in [&member.bearer, &app.moderator().await] {
        other.get("/v1/stories/self").await.is_problem(401, "wrong_audience", &[]);
        let put = other.send(Method::PUT, "/v1/stories/self", &[], Some(&story_body("x"))).await;
        put.is_problem(401, "wrong_audience", &[]);
        other.send(Method::DELETE, "/v1/stories/self", &[], None).await.is_problem(401, "wrong_audience", &[]);
    }
    app.anonymous().get("/v1/stories/self").await.is_problem(401, "token_missing", &[]);
    assert_eq!(author.story().await["state"], "in_review");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_devices_that_edit_at_once_one_stays_and_one_review_waits() {
    let app = TestApp::new().await;
    let author = app.author("Weddings").await;
    let edits = (0..6).map(|number| {
        let author = author.clone();
        async move { author.edit(&story_body(&format!("Title {number}"))).await.status }
    });
    assert_eq!(futures_util::future::join_all(edits).await, [200; 6]);
    let waiting = waiting(&app.moderator().await).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["item"]["words"][0], author.story().await["latest"]["title"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_rest_a_story_is_nowhere_in_clear() {
    let app = TestApp::new().await;
    let author = app.shown_author("Canarytitle").await;
    author.edit(&story_body("Canaryedit")).await;
    let dump = sqlx::query("SELECT string_agg(s::text, '') FROM circles.stories s");
    let dump: String = dump.fetch_one(&mut app.database.owner().await).await.unwrap().get(0);
    for word in ["Canary", "glass of water"] {
        let hex = word.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        assert!(!dump.contains(word) && !dump.contains(&hex), "{word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_edits_while_leaving_makes_no_key_anew_and_no_list_ends() {
    let app = TestApp::new().await;
    let reader = app.member().await.bearer;
    app.shown_author("Stays").await;
    for number in 0..4 {
        let author = app.shown_author(&format!("Story {number}")).await;
        let edits = (0..6).map(|number| {
            let author = author.clone();
            async move { author.edit(&story_body(&format!("Title {number}"))).await.status }
        });
        let left = author.bearer.send(Method::DELETE, "/v1/stories/self", &[], None);
        let listed = reader.get("/v1/stories");
        let (edits, left, listed) = tokio::join!(futures_util::future::join_all(edits), left, listed);
        assert!(edits.iter().all(|status| [200, 401, 403].contains(status)), "{edits:?}");
        assert_eq!((left.status, listed.status), (200, 200), "{} {}", left.text(), listed.text());
        assert_eq!(app.rows(&format!("pass_keys.keys WHERE id = '{}'", author.pass_id)).await, 0);
        assert_eq!(app.rows("circles.stories").await, 1);
    }
    assert_eq!(app.rows("circles.passes").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_whose_key_is_gone_gets_no_other_and_leaves() {
    let app = TestApp::new().await;
    let reader = app.member().await.bearer;
    let (stays, author) = (app.shown_author("Stays").await, app.shown_author("Weddings").await);
    let pass = author.pass_id.parse::<uuid::Uuid>().unwrap();
    app.sealer().destroy(&[pass]).await.unwrap();
    author.edit(&story_body("Feasts")).await.is_problem(401, "session_ended", &[]);
    assert_eq!(app.rows(&format!("pass_keys.keys WHERE id = '{pass}'")).await, 0);
    // With another key its words do not open; the list goes on without it.
    app.sealer().key(pass).await.unwrap();
    let listed = reader.get("/v1/stories").await;
    assert_eq!((listed.status, &listed.json()["data"][0]["id"]), (200, &json!(stays.story_id)));
    assert_eq!(listed.json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(author.bearer.send(Method::DELETE, "/v1/stories/self", &[], None).await.status, 200);
}
