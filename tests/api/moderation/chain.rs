//! The chain of decisions, as it lies in the database.

use openchair::moderation::{Chain, check_chain};
use sqlx::{AssertSqlSafe, Executor};

use super::deciding::reported;
use crate::support::{TestApp, decide, remove};

async fn chain(app: &TestApp) -> Chain {
    check_chain(&mut app.pools.circles.acquire().await.unwrap()).await.unwrap()
}

/// Three decisions.
async fn decided(app: &TestApp) {
    let moderator = app.moderator().await;
    for _ in 0..3 {
        let (_, id) = reported(app).await;
        assert_eq!(decide(&moderator, &id, &remove("remove")).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_only_added_to() {
    let app = TestApp::new().await;
    decided(&app).await;
    assert_eq!((chain(&app).await.length, chain(&app).await.broken_at), (3, None));
    let owner = &mut app.database.owner().await;
    // The role of the service has no right to, and not even the owner can by mistake.
    let mut role = app.pools.circles.acquire().await.unwrap();
    for change in [
        "UPDATE circles.decisions SET reason = 'other' WHERE seq = 2",
        "DELETE FROM circles.decisions WHERE seq = 2",
        "UPDATE circles.decisions SET seq = seq + 1",
    ] {
        assert!(owner.execute(AssertSqlSafe(change.to_owned())).await.is_err(), "{change}");
        assert!(role.execute(AssertSqlSafe(change.to_owned())).await.is_err(), "{change}");
    }
    // Written anew as they are, as each night.
    owner.execute("UPDATE circles.decisions SET id = id").await.unwrap();
    assert_eq!((chain(&app).await.length, chain(&app).await.broken_at), (3, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changes_a_decision_all_the_same_is_noticed() {
    for (change, place) in [
        ("UPDATE circles.decisions SET reason = 'other' WHERE seq = 2", 3),
        ("UPDATE circles.decisions SET moderator_id = gen_random_uuid() WHERE seq = 1", 2),
        ("UPDATE circles.decisions SET words = NULL WHERE seq = 1", 2),
        ("DELETE FROM circles.decisions WHERE seq = 1", 1),
        ("DELETE FROM circles.decisions WHERE seq = 2", 2),
    ] {
        let app = TestApp::new().await;
        decided(&app).await;
        let forged = format!("ALTER TABLE circles.decisions DISABLE TRIGGER USER; {change}");
        app.database.owner().await.execute(AssertSqlSafe(forged)).await.unwrap();
        assert_eq!(chain(&app).await.broken_at, Some(place), "{change}");
    }
}
