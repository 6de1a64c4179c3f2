//! `GET /v1/meetings/clusters`.

use serde_json::Value;

use crate::support::TestApp;

const WORLD: &str = "bbox=-180,-90,180,90";

fn sum(clusters: &Value) -> u64 {
    clusters["data"].as_array().unwrap().iter().map(|one| one["count"].as_u64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_meeting_one_can_go_to_is_in_one_cluster() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for filters in ["", "&day=1,2,3", "&type=O", "&attendance=hybrid"] {
        let found = caller.json(&format!("/v1/meetings?limit=100&{WORLD}{filters}")).await;
        for zoom in [0, 5, 12, 22] {
            let clusters = caller.json(&format!("/v1/meetings/clusters?{WORLD}&zoom={zoom}{filters}")).await;
            assert_eq!((&clusters["total"], sum(&clusters)), (&found["total"], found["total"].as_u64().unwrap()));
        }
    }
    // Nobody can go to an online meeting, wherever its town is.
    let online = caller.json(&format!("/v1/meetings/clusters?{WORLD}&zoom=3&attendance=online")).await;
    assert_eq!(online["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_closer_the_map_looks_the_more_clusters_until_each_is_a_place() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let (mut before, mut closest) = (0, Value::Null);
    for zoom in [0, 4, 8, 12, 16, 22] {
        closest = caller.json(&format!("/v1/meetings/clusters?{WORLD}&zoom={zoom}")).await;
        let count = closest["data"].as_array().unwrap().len();
        assert!(count >= before, "zoom {zoom}");
        before = count;
    }
    let found = caller.json(&format!("/v1/meetings?limit=100&{WORLD}&sort=next")).await;
    let (found, closest) = (found["data"].as_array().unwrap(), closest["data"].as_array().unwrap());
    for cluster in closest {
        let here: Vec<&Value> =
            found.iter().filter(|meeting| meeting["location"]["id"] == cluster["location_id"]).collect();
        assert_eq!(here.len() as u64, cluster["count"].as_u64().unwrap());
        assert_eq!(here[0].get("next_start"), cluster.get("next_start"), "they are in the order of their next start");
        assert_eq!(here[0]["location"]["latitude"], cluster["latitude"]);
        assert_eq!(here[0]["location"]["longitude"], cluster["longitude"]);
    }
    let counts: Vec<u64> = closest.iter().map(|one| one["count"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_needs_what_it_shows_and_how_closely() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for (query, named) in [
        ("", vec!["zoom", "bbox"]),
        ("?zoom=3", vec!["bbox"]),
        ("?bbox=-1,-1,1,1", vec!["zoom"]),
        ("?bbox=-1,-1,1,1&zoom=23", vec!["zoom"]),
        ("?bbox=-1,-1,1,1&zoom=03", vec!["zoom"]),
        ("?bbox=-1,-1,1,1&zoom=3&limit=5", vec!["limit"]),
    ] {
        let refused = caller.get(&format!("/v1/meetings/clusters{query}")).await;
        refused.is_problem(400, "invalid_parameter", &named);
    }
    let kept = caller.get(&format!("/v1/meetings/clusters?{WORLD}&zoom=3")).await;
    assert!(kept.header("cache-control").starts_with("public, max-age="));
}
