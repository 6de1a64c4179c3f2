//! Suspensions: as long as the decisions that hold, and no longer.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Bearer, Peer, TestApp, decide, device_key, join_body, keep, remove, waiting};

struct Scene {
    app: TestApp,
    peers: Vec<Peer>,
}

impl Scene {
    async fn report(&self, words: &str) -> String {
        let (item, id) = (self.app.item(&self.peers[0], "goals", words).await, self.app.drawn().to_string());
        let body = json!({ "item": { "kind": "goal", "id": item }, "category": "unkind" });
        assert_eq!(self.peers[1].put(&format!("/v1/reports/{id}"), &[], &body).await.status, 200);
        id
    }

    async fn author(&self) -> Bearer {
        let key = json!({ "pass_key": self.peers[0].pass_key });
        Bearer::of_pair(self.app.anonymous(), &self.app.anonymous().post("/v1/auth/circle/token", &key).await.json())
    }

    async fn suspended_until(&self) -> Value {
        self.author().await.get("/v1/reports").await.json()["suspended_until"].clone()
    }

    async fn appeal(&self, id: &str) {
        let words = json!({ "words": "Why?" });
        assert_eq!(self.author().await.post(&format!("/v1/reports/{id}/appeal"), &words).await.status, 200);
    }

    /// Who may decide today: tokens of moderators live five minutes.
    async fn decide(&self, id: &str, body: &Value) {
        self.app.keys_are_loaded().await;
        let decided = decide(&self.app.moderator().await, id, body).await;
        assert_eq!(decided.status, 200, "{}", decided.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_taken_back_lifts_its_own_suspension_and_no_other() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let scene = Scene { app, peers };
    // Two of one day end on one day.
    let (first, second) = (scene.report("one").await, scene.report("two").await);
    for id in [&first, &second] {
        scene.decide(id, &remove("remove_and_suspend")).await;
    }
    scene.appeal(&first).await;
    assert_eq!(scene.suspended_until().await, "2026-06-03", "while it is looked at");
    scene.decide(&first, &keep()).await;
    assert_eq!(scene.suspended_until().await, "2026-06-03", "the other holds");
    // A later one ends later; taken back, what is left is the earlier end.
    let third = scene.report("three").await;
    scene.app.clock.advance(TimeDelta::days(3));
    scene.decide(&third, &remove("remove_and_suspend")).await;
    assert_eq!(scene.suspended_until().await, "2026-06-06");
    scene.appeal(&third).await;
    scene.decide(&third, &remove("remove")).await;
    assert_eq!(scene.suspended_until().await, "2026-06-03");
    // One that is upheld counts from its own day.
    scene.appeal(&second).await;
    scene.decide(&second, &remove("remove_and_suspend")).await;
    assert_eq!(scene.suspended_until().await, "2026-06-03");
    assert!(waiting(&scene.app.moderator().await).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_taken_back_lets_a_pass_write() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let scene = Scene { app, peers };
    let id = scene.report("one").await;
    scene.decide(&id, &remove("remove_and_suspend")).await;
    // What only removes changes nothing of it.
    let other = scene.report("two").await;
    scene.decide(&other, &remove("remove")).await;
    assert_eq!(scene.suspended_until().await, "2026-06-03");
    scene.appeal(&id).await;
    scene.decide(&id, &keep()).await;
    assert_eq!(scene.suspended_until().await, Value::Null);
    assert_eq!(scene.author().await.poke("/v1/circles/self/invitations").await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_does_not_come_back_by_an_invitation_made_before() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let code = peers[0].invite().await;
    let scene = Scene { app, peers };
    let id = scene.report("words").await;
    scene.decide(&id, &remove("remove")).await;
    let check = json!({ "code": code });
    assert_eq!(scene.app.anonymous().post("/v1/invitations/check", &check).await.status, 200, "nobody is suspended");
    let id = scene.report("others").await;
    scene.decide(&id, &remove("remove_and_suspend")).await;
    let body = join_body(&code, &device_key(4000));
    let refused = scene.app.anonymous().post("/v1/passes", &body).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text());
    // Whoever else is there makes new ones.
    scene.app.peer_of(&scene.peers[1].again(&scene.app).await).await;
}
