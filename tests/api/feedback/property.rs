//! Whatever is proposed, accepting it is what a PATCH of the same would be.

use proptest::{
    prelude::*,
    sample::{select, subsequence},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};

use super::{Desk, made};

const CASES: usize = 40;

/// Values that anybody may propose; some are refused together with others.
fn values() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("name", vec![json!("One"), json!("  Deux — été "), json!("三つ")]),
        ("day", vec![json!(0), json!(6)]),
        ("time", vec![json!("06:15"), json!("23:30")]),
        ("end_time", vec![json!("00:30"), Value::Null]),
        ("duration_minutes", vec![json!(30), json!(1440), Value::Null]),
        ("timezone", vec![json!("America/Denver"), json!("America/Chicago"), Value::Null]),
        ("district", vec![json!("7"), Value::Null]),
        ("types", vec![json!(["D", "O", "D"]), json!(["C"]), json!([]), json!(["O", "C"]), Value::Null]),
        ("notes", vec![json!("Ring\ntwice."), Value::Null]),
        ("website", vec![json!("https://example.org/"), Value::Null]),
        (
            "conference",
            vec![
                json!({ "url": "https://zoom.us/j/2", "url_notes": null }),
                json!({ "phone": "+1 (312) 626-6799" }),
                json!({ "url": null, "phone": "+13126266799,,1#" }),
                json!({ "url_notes": "One" }),
                json!({ "url": null }),
                json!({}),
            ],
        ),
    ]
}

fn proposals() -> impl Strategy<Value = Value> {
    let all = values();
    let count = all.len();
    subsequence(all, 1..=count).prop_flat_map(|fields| {
        let fields: Vec<_> = fields.into_iter().map(|(name, values)| (Just(name), select(values))).collect();
        fields.prop_map(|fields| {
            Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
        })
    })
}

/// What both must agree in.
fn said(mut meeting: Value) -> Value {
    for own in ["id", "slug"] {
        meeting.as_object_mut().unwrap().remove(own);
    }
    meeting
}

#[tokio::test]
async fn accepting_is_what_a_patch_of_the_same_would_be() {
    let desk = Desk::new().await;
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut accepted = 0;
    for case in 0..CASES {
        let changes = proposals().new_tree(&mut runner).unwrap().current();
        let name = format!("Case {case}");
        let (one, two) = (made(&desk.editor, &name).await, made(&desk.editor, &name).await);
        let body = json!({ "kind": "correction", "changes": changes });
        let given = desk.public().post(&format!("/v1/meetings/{one}/feedback"), &body).await;
        let patched = desk.editor.patch(&format!("/v1/meetings/{two}"), 1, &changes).await;
        if patched.status == 422 {
            let below = |error: &Value| format!("/changes{}", error["pointer"].as_str().unwrap());
            let wrong: Vec<String> = patched.json()["errors"].as_array().unwrap().iter().map(below).collect();
            let wrong: Vec<&str> = wrong.iter().map(String::as_str).collect();
            given.is_content_problem("invalid_content", &wrong);
            continue;
        }
        assert_eq!(patched.status, 200, "{}", patched.text());
        if patched.json()["version"] == 1 {
            given.is_content_problem("invalid_content", &["/changes"]);
            continue;
        }
        assert_eq!(given.status, 201, "{changes}: {}", given.text());
        let id = desk.inbox("limit=1").await["data"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.editor.poke(&format!("/v1/feedback/{id}/accept")).await.status, 200, "{changes}");
        let own = desk.editor.get(&format!("/v1/intergroups/lantern/meetings/{one}")).await.json();
        assert_eq!(said(own), said(patched.json()), "{changes}");
        let log = async |id: &str| {
            let history = desk.editor.get(&format!("/v1/meetings/{id}/history")).await.json();
            (history["data"][0]["changed"].clone(), history["data"].as_array().unwrap().len())
        };
        assert_eq!(log(&one).await, log(&two).await, "{changes}");
        accepted += 1;
    }
    assert!(accepted > CASES / 3, "only {accepted} were accepted");
}
