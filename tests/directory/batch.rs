//! Many meetings at once.

use openchair::directory::{self, ItemOutcome, WriteError};
use serde_json::{Value, json};

use super::{
    Desk,
    desk::{Result, online},
};

async fn upsert(desk: &Desk, items: Vec<Value>, partial: bool) -> Result<Vec<ItemOutcome>> {
    desk.write(async |connection, stamp| {
        directory::upsert_meetings(connection, desk.office, items, partial, stamp, &desk.entropy).await
    })
    .await
}

fn words(outcomes: &[ItemOutcome]) -> Vec<String> {
    let word = |outcome: &ItemOutcome| match outcome {
        ItemOutcome::Created(meeting) => format!("created {}", meeting.version),
        ItemOutcome::Updated(meeting) => format!("updated {}", meeting.version),
        ItemOutcome::Restored(meeting) => format!("restored {}", meeting.version),
        ItemOutcome::Unchanged(meeting) => format!("unchanged {}", meeting.version),
        ItemOutcome::Refused(WriteError::Invalid(invalid)) => format!("refused {}", invalid[0].name),
        ItemOutcome::Refused(WriteError::Precondition(error)) => format!("refused {}", error.code().as_str()),
        ItemOutcome::Refused(error) => format!("refused {error}"),
        ItemOutcome::HeldBack => "held back".to_owned(),
    };
    outcomes.iter().map(word).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_absent_is_made_and_what_is_there_is_merged() {
    let desk = Desk::new().await;
    let (a, b) = (desk.online("a").await, desk.online("b").await);
    let c = desk.online("c").await;
    desk.delete(&b).await.unwrap();
    desk.patch(&c, json!({ "slug": "c-new" })).await.unwrap();
    let items = vec![
        json!({ "slug": "a", "notes": "Ring.", "version": 1 }),
        json!({ "slug": "b" }),
        json!({ "slug": "c", "name": "Renamed" }),
        online("d"),
    ];
    let outcomes = upsert(&desk, items.clone(), false).await.unwrap();
    assert_eq!(words(&outcomes), ["updated 2", "restored 3", "updated 3", "created 1"]);
    let again = items.into_iter().map(|mut item| {
        item.as_object_mut().unwrap().remove("version");
        item
    });
    let outcomes = upsert(&desk, again.collect(), false).await.unwrap();
    assert!(words(&outcomes).iter().all(|word| word.starts_with("unchanged")), "{outcomes:?}");
    assert_eq!(desk.stored(a.id).await.document.notes.as_deref(), Some("Ring."));
    assert_eq!(desk.stored(c.id).await.document.slug.as_str(), "c-new");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_refusal_refuses_all_unless_each_stands_alone() {
    let desk = Desk::new().await;
    desk.online("a").await;
    let before = desk.contents().await;
    let items = vec![
        json!({ "slug": "a", "notes": "Ring." }),
        json!({ "slug": "a", "notes": "Twice." }),
        json!({ "slug": "b", "day": 9 }),
        json!({ "slug": "c c" }),
        json!({ "name": "Nameless" }),
        json!("d"),
        json!({ "slug": "e", "version": 4 }),
        online("f"),
    ];
    let refusals = ["refused /slug", "refused /day", "refused /slug", "refused /slug", "refused ", "refused /version"];
    let all = upsert(&desk, items.clone(), false).await.unwrap();
    assert_eq!(words(&all), [&["held back"], &refusals[..], &["held back"]].concat());
    assert_eq!(desk.contents().await, before);
    let each = upsert(&desk, items, true).await.unwrap();
    assert_eq!(words(&each), [&["updated 2"], &refusals[..], &["created 1"]].concat());
    let slugs: Vec<String> = desk.directory().await.meetings.iter().map(|one| one.slug.to_string()).collect();
    assert_eq!(slugs, ["a", "f"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_version_refuses_its_item() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    desk.patch(&meeting, json!({ "notes": "Ring." })).await.unwrap();
    let stale = upsert(&desk, vec![json!({ "slug": "a", "notes": "Knock.", "version": 1 })], true).await.unwrap();
    assert_eq!(words(&stale), ["refused precondition_failed"]);
    let equal = upsert(&desk, vec![json!({ "slug": "a", "notes": "Ring.", "version": 1 })], true).await.unwrap();
    assert_eq!(words(&equal), ["unchanged 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_refuses_spoils_no_other_item() {
    let desk = Desk::new().await;
    // A slug that only a constraint knows of: nobody sees whose it is.
    desk.execute("ALTER TABLE directory.meetings ADD CONSTRAINT meetings_slug_key2 CHECK (name <> 'No')").await;
    let mut refused = online("b");
    refused["name"] = json!("No");
    let outcome = upsert(&desk, vec![online("a"), refused, online("c")], true).await;
    assert!(matches!(outcome, Err(WriteError::Database(_))));
    assert!(desk.directory().await.meetings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_has_one_to_five_hundred_items() {
    let desk = Desk::new().await;
    for count in [0, 501] {
        let items = (0..count).map(|n| online(&format!("m{n}"))).collect();
        assert!(matches!(upsert(&desk, items, true).await, Err(WriteError::Invalid(_))));
    }
    let items: Vec<Value> = (0..500).map(|n| online(&format!("m{n}"))).collect();
    let outcomes = upsert(&desk, items, false).await.unwrap();
    assert_eq!(outcomes.len(), 500);
    assert_eq!(desk.directory().await.meetings.len(), 500);
}
