//! A row that cannot be used protects the meeting that it stands for.

use openchair::sync::RunStatus;
use serde_json::{Value, json};

use super::{
    Desk,
    desk::{counts, row},
    rows,
};

/// The rows of ten meetings without `m1` and `m2`, and one that is refused.
fn with_refused(refused: Value) -> Vec<Value> {
    let mut said = rows(10).split_off(2);
    said.push(refused);
    said
}

/// The meetings that are left after such a source.
async fn left_of_ten(refused: Value) -> Vec<String> {
    let desk = Desk::with(&rows(10)).await;
    let outcome = desk.import(&with_refused(refused)).await;
    assert_eq!(outcome.run.status, RunStatus::Applied);
    assert_eq!(outcome.run.rows, 9);
    assert_eq!(outcome.run.removed + outcome.run.unchanged, 10);
    let left = desk.meetings().await.into_keys().filter(|slug| slug == "m1" || slug == "m2");
    left.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_protects_by_its_slug() {
    assert_eq!(left_of_ten(row("m1", json!({ "day": 9 }))).await, ["m1"]);
    assert_eq!(left_of_ten(row("m1", json!({ "time": "banana", "name": "Another name" }))).await, ["m1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_without_a_slug_protects_by_its_name() {
    assert_eq!(left_of_ten(row("", json!({ "day": 9, "name": "meeting  M2!" }))).await, ["m2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_that_stands_for_none_of_them_protects_none() {
    assert!(left_of_ten(row("m77", json!({ "day": 9 }))).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_says_nothing_of_itself_protects_all() {
    for nothing in [json!("a text"), json!([]), json!({}), json!({ "day": 9 })] {
        assert_eq!(left_of_ten(nothing).await, ["m1", "m2"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_protects_every_day_of_its_array() {
    let daily = row("daily", json!({ "day": [1, 3, 5], "time": "06:00" }));
    let near = row("daily-bread", json!({ "time": "06:30" }));
    let mut first = rows(10);
    first.extend([daily, near]);
    let desk = Desk::with(&first).await;
    let mut said = rows(10);
    said.push(row("daily", json!({ "day": [1, 3, 5], "time": "banana" })));
    let outcome = desk.import(&said).await;
    assert_eq!((outcome.run.status, outcome.run.removed), (RunStatus::Applied, 1));
    let left = desk.meetings().await;
    assert!(["daily-1", "daily-3", "daily-5"].iter().all(|slug| left.contains_key(*slug)));
    assert!(!left.contains_key("daily-bread"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_meeting_is_matched_again_when_its_row_is_mended() {
    let desk = Desk::with(&rows(10)).await;
    let before = desk.meetings().await;
    let mut broken = rows(10);
    broken[0]["day"] = json!(9);
    assert_eq!(counts(&desk.import(&broken).await), [0, 0, 0, 10]);
    assert_eq!(desk.meetings().await, before);
    assert_eq!(counts(&desk.import(&rows(10)).await), [0, 0, 0, 10]);
    assert_eq!(desk.meetings().await, before);
}

/// The protected meeting's own key is given to another one in the same run.
#[tokio::test(flavor = "multi_thread")]
async fn a_protected_meeting_whose_slug_another_one_took_stays() {
    let desk = Desk::with(&rows(10)).await;
    let before = desk.meetings().await;
    let mut said = rows(10);
    // m2's row is broken and lost its slug; m1 is called m2 now.
    said[1] = json!("broken");
    said[0]["slug"] = json!("m2");
    assert_eq!(counts(&desk.import(&said).await), [0, 0, 0, 10]);
    assert_eq!(desk.meetings().await, before);
    // It is still its feed's: without any row it goes.
    said.remove(1);
    assert_eq!(counts(&desk.import(&said).await), [0, 0, 1, 9]);
    assert!(!desk.meetings().await.contains_key("m2"));
    // And comes back as itself.
    let outcome = desk.import(&rows(10)).await;
    assert_eq!(counts(&outcome), [1, 0, 0, 9]);
    assert_eq!(desk.meeting("m2").await.id, before["m2"].id);
}

/// A broken row protects by its name too, as its slug may have been minted
/// anew; and whether another row has that slug does not count, for then the
/// next run would know it and protect fewer.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_refused_row_protects_is_the_same_the_next_day() {
    for more in [vec![], vec![row("new", json!({ "time": "05:05" }))]] {
        let desk = Desk::with(&rows(10)).await;
        let mut said = rows(10).split_off(1);
        said.push(row("new", json!({ "name": "Meeting m1", "time": "banana" })));
        said.extend(more);
        desk.import(&said).await;
        let before = desk.contents().await;
        assert!(desk.meetings().await.contains_key("m1"));
        assert_eq!(desk.import(&said).await.run.status, RunStatus::Applied);
        assert_eq!(desk.contents().await, before);
    }
}
