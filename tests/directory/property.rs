//! Whatever is patched onto whatever, the outcome is the merge of the two.

use std::cell::Cell;

use openchair::{
    directory::{StoredMeeting, WriteError},
    http::merge,
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};

use super::{
    Desk,
    desk::{hall, online},
};

const CASES: u32 = 200;

/// Values that a field may have; null takes it away.
fn values(place: &Value, group: &Value) -> Vec<(&'static str, Vec<Value>)> {
    let texts = vec![json!("One"), json!("Deux — été"), json!("三"), Value::Null];
    vec![
        ("name", vec![json!("One"), json!("Two"), json!("三つ")]),
        ("slug", vec![json!("x1"), json!("x2")]),
        ("group_id", vec![group.clone(), Value::Null]),
        ("location_id", vec![place.clone(), Value::Null]),
        ("duration_minutes", vec![json!(30), json!(1440), Value::Null]),
        ("timezone", vec![json!("America/Denver"), json!("Europe/London"), Value::Null]),
        ("district", texts.clone()),
        ("types", vec![json!(["O"]), json!(["C", "D"]), json!([]), Value::Null]),
        ("notes", texts.clone()),
        ("website", vec![json!("https://example.org/"), Value::Null]),
        ("feedback_url", vec![json!("mailto:a@example.org"), Value::Null]),
        (
            "contacts",
            vec![json!([{ "name": "Ida M." }]), json!([{ "phone": "312-555-0100" }, { "name": "Bo" }]), Value::Null],
        ),
        ("contacts_public", vec![json!(true), json!(false)]),
        ("admin_notes", texts),
        ("published", vec![json!(true), json!(false)]),
        (
            "conference",
            vec![
                json!({ "url": "https://zoom.us/j/2" }),
                json!({ "url_notes": null }),
                json!({ "phone": "+13126266799,,1#", "phone_notes": "One" }),
                json!({ "phone": null, "phone_notes": null, "url_notes": "Deux" }),
                json!({}),
            ],
        ),
        (
            "contribution",
            vec![json!({ "venmo": "@A" }), json!({ "paypal": "B", "venmo": null }), json!({}), Value::Null],
        ),
    ]
}

fn any_patch(values: Vec<(&'static str, Vec<Value>)>) -> impl Strategy<Value = Value> {
    let count = values.len();
    subsequence(values, 0..=count).prop_flat_map(|chosen| {
        let fields: Vec<_> =
            chosen.into_iter().map(|(name, values)| select(values).prop_map(move |value| (name, value))).collect();
        let times = select(vec![json!({}), json!({ "day": 3, "time": "06:15" }), json!({ "day": null, "time": null })]);
        (fields, times).prop_map(|(fields, times)| {
            let mut patch: Map<String, Value> =
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            patch.extend(times.as_object().unwrap().clone());
            Value::Object(patch)
        })
    })
}

/// A document as one compares it: nothing in it that is empty, and no zone that
/// follows from something else.
fn plain(document: &Value) -> Value {
    let mut plain = document.clone();
    let fields = plain.as_object_mut().unwrap();
    for name in ["conference", "contribution"] {
        if fields.get(name) == Some(&json!({})) {
            fields.remove(name);
        }
    }
    for name in ["types", "contacts"] {
        if fields.get(name) == Some(&json!([])) {
            fields.remove(name);
        }
    }
    fields.remove("timezone_source");
    plain
}

async fn step(desk: &Desk, before: &StoredMeeting, patch: &Value) -> StoredMeeting {
    let lines = desk.history(before.id).await.len();
    let (was, revision) = (json!(before.document), desk.shown(before.id).await.revision);
    let mut merged = was.clone();
    merge(&mut merged, patch);
    // Two other meetings have slugs that this one may want.
    let written = match desk.patch(before, patch.clone()).await {
        Ok(written) => written,
        Err(WriteError::SlugTaken) => return before.clone(),
        Err(error) => panic!("{patch}: {error:?}"),
    };
    let after = written.get();
    let mut is = json!(after.document);
    if patch.get("timezone").is_none_or(Value::is_null) {
        // Derived anew from what the patch changes, or as it was.
        merged["timezone"] = is["timezone"].clone();
    }
    assert_eq!(plain(&is), plain(&merged), "{was} with {patch}");
    assert_eq!(&desk.stored(before.id).await, after);
    let shown = desk.shown(before.id).await;
    let changed = is != was;
    assert_eq!(written.is_changed(), changed, "{was} with {patch}");
    assert_eq!(desk.history(before.id).await.len(), lines + usize::from(changed));
    assert_eq!((after.version, shown.revision > revision), (before.version + i64::from(changed), changed));
    // Nothing else than the patch names, but for what follows from the place.
    let (is, was) = (is.as_object_mut().unwrap(), was.as_object().unwrap());
    for (name, value) in was {
        let follows = name.starts_with("timezone");
        assert!(is.get(name) == Some(value) || patch.get(name).is_some() || follows, "{name} of {patch}");
    }
    after.clone()
}

#[test]
fn the_outcome_of_any_patch_is_its_merge_and_nothing_more() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let desk = runtime.block_on(Desk::new());
    let place = runtime.block_on(desk.location(hall())).unwrap();
    let group = runtime.block_on(desk.group(json!({ "name": "G" }))).unwrap();
    // Types or conference may go: what nobody could attend must not be what stops a patch.
    let values = values(&json!(place.id), &json!(group.id));
    let number = Cell::new(0);
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let patches = prop::collection::vec(any_patch(values), 1..4);
    let outcome = TestRunner::new_with_rng(config, rng).run(&patches, |patches| {
        number.set(number.get() + 1);
        let case = async {
            let mut meeting = desk.create(online(&format!("case-{}", number.get()))).await.unwrap();
            for patch in &patches {
                meeting = step(&desk, &meeting, patch).await;
            }
        };
        runtime.block_on(case);
        Ok(())
    });
    let _entered = runtime.enter();
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
