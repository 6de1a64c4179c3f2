//! A plan changes nothing, and is what is applied afterwards.

use openchair::sync::RunStatus;
use serde_json::Value;

use super::{
    Desk,
    desk::{counts, ops, source},
    rows,
};
use crate::support::fixture;

/// Plans, asserts that not a single row of any table changed, applies the
/// same, and asserts that it is what was planned.
async fn plan_then_apply(desk: &Desk, source: &[u8]) {
    let before = desk.dump().await;
    let planned = desk.plan(source, true).await;
    assert_eq!(desk.dump().await, before);
    assert_eq!(planned.run.status, RunStatus::Planned);
    let applied = desk
        .app
        .import_with(
            "lantern",
            source,
            openchair::sync::ImportOptions { mode: openchair::sync::Mode::Apply, allow_shrink: true },
        )
        .await;
    assert_eq!(ops(&applied), ops(&planned));
    assert_eq!(counts(&applied), counts(&planned));
    let fields = |outcome: &openchair::sync::ImportOutcome| -> Vec<_> {
        outcome.plan.changes().map(|change| (change.slug, change.fields)).collect()
    };
    assert_eq!(fields(&applied), fields(&planned));
    for (op, slug) in ops(&planned) {
        let there = desk.meetings().await.contains_key(&slug);
        assert_eq!(there, op != openchair::sync::MeetingOp::Remove, "{slug}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_writes_nothing_at_all_and_is_what_is_applied() {
    let desk = Desk::new().await;
    for name in ["clean.json", "clean-next.json", "shrunk.json", "reminted-slugs.json", "dirty.json", "clean.json"] {
        plan_then_apply(&desk, &fixture(name)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_over_the_guard_is_held_and_writes_nothing() {
    let desk = Desk::with(&rows(9)).await;
    let before = desk.dump().await;
    let outcome = desk.plan(&source(&rows(2)), false).await;
    assert_eq!(outcome.run.status, RunStatus::Held);
    assert_eq!(counts(&outcome), [0, 0, 7, 2]);
    assert_eq!(ops(&outcome).len(), 7);
    assert_eq!(desk.dump().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_nothing_new_is_empty() {
    let desk = Desk::with(&rows(9)).await;
    let outcome = desk.plan(&source(&rows(9)), false).await;
    assert_eq!(ops(&outcome), []);
    assert_eq!(counts(&outcome), [0, 0, 0, 9]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_shown_field_by_field() {
    let desk = Desk::with(&rows(5)).await;
    let mut said = rows(5);
    said[0]["time"] = "22:22".into();
    said[0]["location_notes"] = "Round the back.".into();
    let outcome = desk.plan(&source(&said), false).await;
    let changes: Vec<_> = outcome.plan.changes().collect();
    let shown: Value = serde_json::to_value(&changes).unwrap();
    let m1 = desk.meeting("m1").await.id;
    assert_eq!(shown[0]["meeting_id"], m1.to_string());
    assert_eq!(
        shown[0]["fields"],
        serde_json::json!([
            { "field": "location.notes", "after": "Round the back." },
            { "field": "time", "before": "00:00", "after": "22:22" },
        ])
    );
}
