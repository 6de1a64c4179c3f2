//! Groups, locations, regions, intergroups, vocabulary.

use serde_json::Value;

use crate::support::{Anonymous, TestApp};

fn column(page: &Value, field: &str) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|one| one[field].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_listed_by_name_and_shown_with_their_meetings() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let page = caller.json("/v1/groups").await;
    let names = column(&page, "name");
    assert!(names.is_sorted() && names.contains(&"Pewter Street".to_owned()), "{names:?}");
    assert_eq!(page["total"], names.len());
    assert!(page["data"][0].get("meetings").is_none());
    let found = caller.json("/v1/groups?q=péwt%20str").await;
    assert_eq!(column(&found, "name"), ["Pewter Street"]);
    let group = caller.json(&format!("/v1/groups/{}", found["data"][0]["id"].as_str().unwrap())).await;
    let slugs: Vec<&str> = group["meetings"].as_array().unwrap().iter().map(|m| m["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["pewter-street-women", "signing-hands", "pewter-street-late"]);
    assert_eq!(group["contacts_public"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn locations_are_found_by_address_and_region() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let found = caller.json("/v1/locations?q=455").await;
    assert_eq!(found["total"], 1);
    let location = caller.json(&format!("/v1/locations/{}", found["data"][0]["id"].as_str().unwrap())).await;
    assert_eq!(location["meetings"].as_array().unwrap().len(), 3);
    assert_eq!(caller.json("/v1/locations?region=northwest").await["total"], 1);
    assert_eq!(caller.json("/v1/locations?region=nowhere").await["total"], 0);
    assert_eq!(caller.json("/v1/locations?intergroup_id=nobody").await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_are_a_tree_with_counts() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let southeast = caller.json("/v1/regions?region=southeast").await;
    assert_eq!(column(&southeast, "name"), ["Mill End", "Southeast"]);
    assert_eq!(southeast["data"][0]["parent_id"], southeast["data"][1]["id"]);
    assert_eq!(southeast["data"][0]["path"], serde_json::json!(["Southeast", "Mill End"]));
    assert_eq!(
        (&southeast["data"][0]["meeting_count"], &southeast["data"][1]["meeting_count"]),
        (&2.into(), &3.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn intergroups_count_what_they_and_their_children_list() {
    let app = TestApp::with_feed("clean.json").await;
    app.office("upper", chrono_tz::America::Chicago).await;
    app.as_owner(
        "UPDATE directory.intergroups SET parent_id = (SELECT id FROM directory.intergroups WHERE slug = 'upper')
         WHERE slug = 'lantern'",
    )
    .await;
    let caller = app.anonymous();
    let upper = caller.json("/v1/intergroups/upper").await;
    assert_eq!(upper["counts"]["meetings"], 12);
    assert!(upper.get("parent").is_none());
    let lantern = caller
        .json(&format!("/v1/intergroups/{}", caller.json("/v1/intergroups/lantern").await["id"].as_str().unwrap()))
        .await;
    assert_eq!(lantern["parent"]["slug"], "upper");
    assert_eq!(
        caller.json("/v1/meetings?intergroup_id=upper&attendance=in_person,online,hybrid,inactive").await["total"],
        12
    );
    assert_eq!(column(&caller.json("/v1/intergroups?q=lan").await, "slug"), ["lantern"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_page_through_everything_once() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in ["/v1/groups", "/v1/locations", "/v1/regions"] {
        let whole = column(&caller.json(path).await, "id");
        let mut paged = Vec::new();
        let mut next = format!("{path}?limit=2");
        loop {
            let page = caller.json(&next).await;
            paged.extend(column(&page, "id"));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            next = format!("{path}?limit=2&cursor={cursor}");
        }
        assert_eq!(paged, whole, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_refuse_what_they_do_not_know() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let refused = async |path: &str, name: &str| caller.get(path).await.is_problem(400, "invalid_parameter", &[name]);
    for list in ["groups", "locations", "regions", "intergroups"] {
        for (query, name) in [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=+5", "limit"),
            ("q=%20", "q"),
            ("q=%21%21", "q"),
            ("colour=red", "colour"),
            ("cursor=AAAA", "cursor"),
            ("intergroup_id=a%20b", "intergroup_id"),
            ("intergroup_id=,", "intergroup_id"),
        ] {
            refused(&format!("/v1/{list}?{query}"), name).await;
        }
    }
    refused("/v1/intergroups?region=x", "region").await;
    let cursor = caller.json("/v1/groups?limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    refused(&format!("/v1/groups?limit=1&q=p&cursor={cursor}"), "cursor").await;
    refused(&format!("/v1/locations?limit=1&cursor={cursor}"), "cursor").await;
    for path in ["/v1/groups/x?y=1", "/v1/vocabulary?x=1", "/v1/intergroups/lantern?x=1"] {
        assert_eq!(caller.get(path).await.status, 400, "{path}");
    }
    unknown_is_404(&caller).await;
}

async fn unknown_is_404(caller: &Anonymous) {
    for path in ["groups", "locations", "intergroups"] {
        for id in ["0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "no-such", "a%20b", "%C3%28", "..%2f..%2fetc"] {
            caller.get(&format!("/v1/{path}/{id}")).await.is_problem(404, "not_found", &[]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vocabulary_names_every_code_that_answers_use() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let vocabulary = caller.json("/v1/vocabulary").await;
    assert_eq!(vocabulary["types"].as_object().unwrap().len(), 87);
    assert_eq!(vocabulary["types"]["W"]["names"]["es"].as_str().map(str::is_empty), Some(false));
    let meetings = caller.json("/v1/meetings?limit=100&attendance=in_person,online,hybrid,inactive").await;
    for meeting in meetings["data"].as_array().unwrap() {
        assert!(vocabulary["attendance"].get(meeting["attendance"].as_str().unwrap()).is_some());
        for code in meeting["types"].as_array().unwrap() {
            assert!(vocabulary["types"].get(code.as_str().unwrap()).is_some(), "{code}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn near_a_place_the_intergroups_whose_meetings_are_nearest_come_first() {
    let app = TestApp::with_feed("clean.json").await;
    let area = app.office("area", chrono_tz::America::Chicago).await;
    app.office_below(Some(area), "district", chrono_tz::America::Chicago).await;
    app.office("nowhere", chrono_tz::America::Chicago).await;
    let row = r#"[{"slug":"one","name":"One","day":1,"time":"19:00","latitude":10.5,"longitude":20.5,
                   "formatted_address":"1 Main St, Town, IL 60601, USA","types":["O"]}]"#;
    app.import("district", row.as_bytes()).await;
    let caller = app.anonymous();
    let near = caller.json("/v1/intergroups?lat=10.5&lng=20.5").await;
    assert_eq!(column(&near, "slug"), ["district", "area"]);
    assert_eq!((&near["data"][0]["distance_m"], &near["data"][1]["distance_m"]), (&0.0.into(), &0.0.into()));
    let farther = caller.json("/v1/intergroups?lat=14.5&lng=20.5").await;
    let farther = farther["data"][0]["distance_m"].as_f64().unwrap();
    assert!((440_000.0..450_000.0).contains(&farther), "{farther}");
    // Nobody is called who is as far away as another country.
    assert_eq!(caller.json("/v1/intergroups?lat=-41.3&lng=174.8").await["total"], 0);
    let portland = caller.json("/v1/intergroups?lat=45.52&lng=-122.68&limit=1").await;
    assert_eq!((column(&portland, "slug"), &portland["total"]), (vec!["lantern".to_owned()], &1.into()));
    for (query, named) in
        [("lat=1", "lat"), ("lng=1", "lng"), ("lat=91&lng=0", "lat"), ("lat=1&lng=1&cursor=x", "cursor")]
    {
        let refused = caller.get(&format!("/v1/intergroups?{query}")).await;
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.text().contains(&format!("\"parameter\":\"{named}\"")), "{}", refused.text());
    }
}

/// Some letters become many when they are folded; a cursor has room for few.
#[tokio::test(flavor = "multi_thread")]
async fn lists_of_long_names_are_walked_to_their_end() {
    let app = TestApp::with_feed("clean.json").await;
    app.as_owner("UPDATE directory.groups SET name = repeat('\u{fdfa}', 240)").await;
    let caller = app.anonymous();
    let all = caller.json("/v1/groups").await["total"].as_u64().unwrap();
    let (mut path, mut seen) = ("/v1/groups?limit=1".to_owned(), std::collections::BTreeSet::new());
    loop {
        let page = caller.json(&path).await;
        seen.insert(page["data"][0]["id"].as_str().unwrap().to_owned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/groups?limit=1&cursor={cursor}");
    }
    assert_eq!(seen.len() as u64, all);
}
