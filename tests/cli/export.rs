//! `openchair export`

use serde_json::Value;

use super::{
    Outcome, command,
    outcome::{feed, make_office, office},
    run,
};
use crate::support::{Folder, TestDatabase};

fn export(database: &TestDatabase, office: &str) -> String {
    run(database, &["export", "--intergroup", office, "--format", "meeting-guide"]).done()
}

/// A feed without what belongs to its office: entity fields and ids of groups.
fn without_office(feed: &str) -> Vec<Value> {
    let mut rows: Vec<Value> = serde_json::from_str(feed).unwrap();
    for row in &mut rows {
        row.as_object_mut().unwrap().retain(|field, _| !field.starts_with("entity") && field != "group_id");
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_gets_the_same_bytes_as_standard_output() {
    let database = office().await;
    run(&database, &["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    let printed = export(&database, "lantern");
    let folder = Folder::new();
    let path = folder.join("feed.json");
    std::fs::write(&path, "what was there before").unwrap();
    let arguments = ["export", "--intergroup", "lantern", "--format", "meeting-guide", "-o", path.to_str().unwrap()];
    assert_eq!(run(&database, &arguments).done(), "");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), printed);
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(without_office(&printed).len(), 12);
}

/// The whole way out and in again: nothing of a listing is lost on it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_imports_elsewhere_and_exports_the_same() {
    for name in ["clean.json", "dirty.json", "day-arrays.json", "appointment.json", "no-timezone.json"] {
        let database = office().await;
        make_office(&database, "mirror");
        run(&database, &["import", &feed(name), "--intergroup", "lantern"]).done();
        let first = export(&database, "lantern");
        let mut into_mirror = command(&database, &["import", "-", "--intergroup", "mirror", "--json"]);
        let of_mirror = Outcome::of(&mut into_mirror, first.as_bytes()).json();
        // What a meeting lacks is said again; nothing else is left to say.
        let problems = of_mirror["problems"].as_array().unwrap().iter();
        let problems: Vec<_> = problems.filter(|problem| problem["code"] != "nowhere_to_go").collect();
        assert_eq!(problems, [] as [&Value; 0], "{name}");
        let second = export(&database, "mirror");
        let (first, second) = (without_office(&first), without_office(&second));
        for (one, other) in first.iter().zip(&second) {
            assert_eq!(one, other, "{name}");
        }
        assert_eq!(first.len(), second.len(), "{name}");
    }
}

/// The same way as a table. What a table brings stays as it is when the office
/// that it was brought to gives it out and takes it in again.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_exported_changes_nothing_when_it_is_imported_again() {
    for name in ["clean.json", "dirty.json", "day-arrays.json", "appointment.json", "sheet.csv"] {
        let database = office().await;
        make_office(&database, "mirror");
        run(&database, &["import", &feed(name), "--intergroup", "lantern"]).done();
        let table = |office: &str| run(&database, &["export", "--intergroup", office, "--format", "csv"]).done();
        let into_mirror = |table: &str| {
            let mut command = command(&database, &["import", "-", "--intergroup", "mirror", "--json"]);
            Outcome::of(&mut command, table.as_bytes()).json()
        };
        let first = into_mirror(&table("lantern"));
        assert!(first["created"].as_u64() > Some(3), "{name}");
        assert_eq!(
            without_office(&export(&database, "lantern")),
            without_office(&export(&database, "mirror")),
            "{name}"
        );
        let again = into_mirror(&table("mirror"));
        assert_eq!([&again["created"], &again["updated"], &again["removed"]], [0, 0, 0], "{name}");
        assert_eq!(again["unchanged"], first["created"], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_intergroup_or_folder_fails_in_one_line() {
    let database = office().await;
    run(&database, &["export", "--intergroup", "nobody", "--format", "meeting-guide"])
        .failed_saying(&["there is no intergroup nobody", "openchair intergroup list"]);
    let folder = Folder::new();
    let path = folder.join("none/feed.json");
    run(&database, &["export", "--intergroup", "lantern", "--format", "meeting-guide", "-o", path.to_str().unwrap()])
        .failed_saying(&["cannot write", "none/feed.json"]);
    run(&database, &["export", "--intergroup", "lantern", "--format", "carrier-pigeon"]).misused_saying(&["--format"]);
    assert_eq!(export(&database, "lantern"), "[\n]\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_has_a_feature_for_every_meeting_of_the_office_alone() {
    let database = office().await;
    make_office(&database, "mirror");
    run(&database, &["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    run(&database, &["import", &feed("appointment.json"), "--intergroup", "mirror"]).done();
    let map = run(&database, &["export", "--intergroup", "lantern", "--format", "geojson"]).done();
    let map: Value = serde_json::from_str(&map).unwrap();
    let features = map["features"].as_array().unwrap();
    assert_eq!((map["type"].as_str(), features.len()), (Some("FeatureCollection"), 12));
    for feature in features {
        let (shown, point) = (&feature["properties"], &feature["geometry"]["coordinates"]);
        assert_eq!((&feature["id"], &shown["intergroup"]["slug"]), (&shown["id"], &Value::from("lantern")));
        if shown["attendance"] == "in_person" {
            assert_eq!((&point[0], &point[1]), (&shown["location"]["longitude"], &shown["location"]["latitude"]));
        }
        assert_eq!(point.is_null(), !["in_person", "hybrid"].contains(&shown["attendance"].as_str().unwrap()));
    }
}
