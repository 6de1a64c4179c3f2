//! `GET /v1/meetings.ndjson` and `.geojson`.

use reqwest::Method;
use serde_json::{Map, Value};

use crate::support::TestApp;

const MOVING: [&str; 4] = ["next_start", "next_end", "under_way", "distance_m"];

/// What pages show, by id and without what moves.
async fn by_pages(app: &TestApp, filters: &str) -> Vec<Map<String, Value>> {
    let page = app.anonymous().json(&format!("/v1/meetings?limit=100&{filters}")).await;
    let meetings = page["data"].as_array().unwrap().iter().map(|one| one.as_object().unwrap().clone());
    let mut meetings: Vec<Map<String, Value>> = meetings
        .map(|mut one| {
            MOVING.into_iter().for_each(|field| _ = one.remove(field));
            one
        })
        .collect();
    meetings.sort_by_key(|one| one["id"].as_str().unwrap().to_owned());
    meetings
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_and_features_are_what_the_pages_show() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for filters in
        ["", "day=1,2", "bbox=-180,-90,180,90", "attendance=online", "group_id=0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"]
    {
        let pages = by_pages(&app, filters).await;
        let lines = caller.get(&format!("/v1/meetings.ndjson?{filters}")).await;
        assert_eq!((lines.status, lines.header("content-type")), (200, "application/x-ndjson"));
        let read: Vec<Map<String, Value>> = lines.text().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(read, pages, "{filters}");
        let features = caller.get(&format!("/v1/meetings.geojson?{filters}")).await;
        assert_eq!((features.status, features.header("content-type")), (200, "application/geo+json"));
        let features = features.json();
        assert_eq!(features["type"], "FeatureCollection");
        let features = features["features"].as_array().unwrap();
        assert_eq!(features.len(), pages.len());
        for (feature, meeting) in features.iter().zip(&pages) {
            assert_eq!((&feature["type"], &feature["id"]), (&Value::from("Feature"), &meeting["id"]));
            assert_eq!(feature["properties"].as_object().unwrap(), meeting);
            let door = ["in_person", "hybrid"].contains(&meeting["attendance"].as_str().unwrap());
            let place =
                meeting.get("location").and_then(|place| Some([place.get("longitude")?, place.get("latitude")?]));
            match place.filter(|_| door) {
                Some([longitude, latitude]) => {
                    assert_eq!(feature["geometry"]["type"], "Point");
                    assert_eq!(
                        feature["geometry"]["coordinates"],
                        Value::from(vec![longitude.clone(), latitude.clone()])
                    );
                }
                None => assert!(feature["geometry"].is_null()),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_sent_in_any_coding_and_not_again_while_they_are_the_same() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in ["/v1/meetings.ndjson", "/v1/meetings.geojson"] {
        let plain = caller.get(path).await;
        let tag = plain.header("etag").to_owned();
        assert_eq!(plain.header("vary"), "Accept-Encoding");
        let gzip = caller.send(Method::GET, path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(gzip.header("content-encoding"), "gzip");
        let mut read = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(gzip.body.as_slice()), &mut read).unwrap();
        assert_eq!(read, plain.body);
        for known in [tag.as_str(), gzip.header("etag")] {
            assert_eq!(caller.send(Method::GET, path, &[("if-none-match", known)]).await.status, 304);
        }
        let head = caller.send(Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.header("etag"), head.body.len()), (200, tag.as_str(), 0));
        // Another meeting changed, and this answer with it.
        app.as_owner("UPDATE directory.meetings SET notes = 'Now upstairs.' WHERE slug = 'signing-hands'").await;
        let changed = caller.send(Method::GET, path, &[("if-none-match", &tag)]).await;
        assert_eq!(changed.status, 200);
        assert!(changed.text().contains("Now upstairs."));
        app.as_owner("UPDATE directory.meetings SET notes = NULL WHERE slug = 'signing-hands'").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_orders_are_not_taken() {
    let app = TestApp::with_feed("clean.json").await;
    for name in ["sort", "limit", "cursor"] {
        for path in ["/v1/meetings.ndjson", "/v1/meetings.geojson"] {
            let refused = app.anonymous().get(&format!("{path}?{name}=name")).await;
            refused.is_problem(400, "invalid_parameter", &[name]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_keeps_the_directory_before_and_none_older() {
    let app = TestApp::with_feed("clean.json").await;
    let snapshots = app.server.snapshots();
    let lend = || {
        let published = snapshots.current().unwrap();
        let read = published.clone();
        snapshots.lend(&published, (0..).map(move |_| read.snapshot.revision().to_be_bytes().to_vec()))
    };
    let loaded = async |slug: &str| {
        // One that comes has all loaded anew.
        app.office(slug, chrono_tz::America::Chicago).await;
        snapshots.wait_for(app.revision().await).await;
    };
    let mut slow = lend();
    assert!(slow.next().unwrap().is_ok());
    loaded("rivers").await;
    let mut later = lend();
    assert!(slow.next().unwrap().is_ok(), "that was the one before");
    loaded("harbour").await;
    assert!(slow.next().unwrap().is_err() && slow.next().is_none());
    assert!(later.next().unwrap().is_ok());
    app.as_owner("UPDATE directory.meetings SET notes = 'Again.' WHERE slug = 'signing-hands'").await;
    snapshots.wait_for(app.revision().await).await;
    assert!(later.next().unwrap().is_ok(), "what is updated is the same one");
}
