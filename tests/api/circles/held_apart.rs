//! What must not come together: words and what they were not said to, a circle
//! and who was removed from it.

use serde_json::{Value, json};

use crate::support::{Peer, TestApp, device_id, device_key, join_body};

const MAKE: [(&str, &str); 1] = [("if-none-match", "*")];

async fn put(peer: &Peer, path: &str, body: &Value) -> u16 {
    peer.put(path, &MAKE, body).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_to_one_thing_never_stands_under_another() {
    let app = TestApp::new().await;
    let [ann, ben, cai] = <[Peer; 3]>::try_from(app.circle_of(3).await).unwrap();
    let made = ann.put("/v1/check-ins/2026-05-04", &MAKE, &json!({ "kinds": ["setback"] })).await.json();
    let id = made["id"].as_str().unwrap();
    let goal = json!({ "week": "2026-W19", "words": "Something else" });
    let milestone = json!({ "kind": "win", "label": "Something else" });
    let answer = json!({ "words": "I am with you" });
    assert_eq!(ben.put(&format!("/v1/check-ins/{id}/answers/1"), &[], &answer).await.status, 201);
    // Under the id of a check-in nothing else is made, before or after it is gone.
    for _ in 0..2 {
        assert_eq!(put(&cai, &format!("/v1/goals/{id}"), &goal).await, 409);
        assert_eq!(put(&cai, &format!("/v1/milestones/{id}"), &milestone).await, 409);
        ann.delete("/v1/check-ins/2026-05-04").await;
    }
    // Nor under that of a goal that somebody has answered, by whomever.
    let id = device_id(7);
    assert_eq!(put(&ann, &format!("/v1/goals/{id}"), &goal).await, 201);
    assert_eq!(ben.put(&format!("/v1/goals/{id}/answers/1"), &[], &answer).await.status, 201);
    assert_eq!(ann.delete(&format!("/v1/goals/{id}")).await.status, 200);
    for peer in [&ann, &cai] {
        assert_eq!(put(peer, &format!("/v1/goals/{id}"), &goal).await, 409);
        assert_eq!(put(peer, &format!("/v1/milestones/{id}"), &milestone).await, 409);
    }
    // One that nobody ever said anything to may be used again.
    let id = device_id(8);
    assert_eq!(put(&ann, &format!("/v1/goals/{id}"), &goal).await, 201);
    assert_eq!(ann.delete(&format!("/v1/goals/{id}")).await.status, 200);
    assert_eq!(put(&ann, &format!("/v1/goals/{id}"), &goal).await, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_has_no_invitation_left_to_come_back_by() {
    let app = TestApp::new().await;
    let [steward, peer] = <[Peer; 2]>::try_from(app.circle_of(2).await).unwrap();
    let code = peer.invite().await;
    assert_eq!(steward.delete(&format!("/v1/circles/self/passes/{}", peer.pass_id)).await.status, 200);
    let back = app.anonymous().post("/v1/passes", &join_body(&code, &device_key(900))).await;
    back.is_content_problem("invalid_content", &["/invitation"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn care_that_is_shared_is_not_lost_and_a_suspended_steward_leaves_nobody_without() {
    let app = TestApp::new().await;
    let [steward, ben, cai] = <[Peer; 3]>::try_from(app.circle_of(3).await).unwrap();
    let suspended =
        format!("UPDATE circles.passes SET suspended_until = '2026-05-20' WHERE id = '{}'", steward.pass_id);
    sqlx::query(sqlx::AssertSqlSafe(suspended)).execute(&mut app.database.owner().await).await.unwrap();
    let stewards = async || {
        let circle = ben.get("/v1/circles/self").await.json();
        let week = ben.get("/v1/circles/self/week?date=2026-05-04").await.json();
        let of = |passes: &Value| passes.as_array().unwrap().iter().filter(|pass| pass["steward"] == true).count();
        assert_eq!(of(&circle["passes"]), of(&week["passes"]));
        of(&circle["passes"])
    };
    assert_eq!(stewards().await, 3, "all look after it while its steward may not");
    let share =
        async |with: &Peer| ben.bearer.poke(&format!("/v1/circles/self/passes/{}/steward", with.pass_id)).await.status;
    assert_eq!(share(&ben).await, 409);
    assert_eq!(share(&cai).await, 200);
    assert_eq!(stewards().await, 3, "who shares it keeps it, and who is suspended is one still");
    assert_eq!(share(&steward).await, 200);
}
