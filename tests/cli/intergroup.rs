//! `openchair intergroup`

use serde_json::json;

use super::{outcome::make_office, run};
use crate::support::TestDatabase;

#[tokio::test(flavor = "multi_thread")]
async fn an_intergroup_is_made_listed_and_served_by_slug() {
    let database = TestDatabase::new().await;
    assert_eq!(run(&database, &["intergroup", "list"]).done(), "");
    assert_eq!(run(&database, &["intergroup", "list", "--json"]).json(), json!([]));
    let printed =
        run(&database, &["intergroup", "create", "north", "--name", "North Area", "--timezone", "Europe/London"])
            .done();
    let (id, slug) = printed.trim().split_once(' ').unwrap();
    assert_eq!((id.len(), slug), (36, "north"));
    let made = run(
        &database,
        &[
            "intergroup",
            "create",
            "north-town",
            "--name",
            "North Town",
            "--timezone",
            "Europe/Dublin",
            "--parent",
            "north",
            "--website",
            "https://town.example.org",
            "--email",
            "a@example.org",
            "--phone",
            "+44 1",
            "--location",
            "The town",
            "--json",
        ],
    )
    .json();
    let expected = json!({
        "id": made["id"], "slug": "north-town", "name": "North Town", "timezone": "Europe/Dublin", "parent": "north",
    });
    assert_eq!(made, expected);
    let first = json!({ "id": id, "slug": "north", "name": "North Area", "timezone": "Europe/London" });
    assert_eq!(run(&database, &["intergroup", "list", "--json"]).json(), json!([first, made]));
    let listed = run(&database, &["intergroup", "list"]).done();
    let words: Vec<Vec<&str>> = listed.lines().map(|line| line.split("  ").map(str::trim).collect()).collect();
    let lists = |of: &[&str]| of.iter().all(|word| words.iter().any(|line| line.contains(word)));
    assert_eq!(words.len(), 2);
    assert!(lists(&["north", "Europe/London", id, "North Area", "north-town", "Europe/Dublin"]), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_that_is_taken_or_a_parent_that_is_none_fails_in_one_line() {
    let database = TestDatabase::new().await;
    make_office(&database, "lantern");
    let create = |slug: &'static str, more: &[&'static str]| {
        let arguments = ["intergroup", "create", slug, "--name", "Again", "--timezone", "UTC"];
        run(&database, &[&arguments, more].concat())
    };
    create("lantern", &[]).failed_saying(&["there is an intergroup lantern already"]);
    create("other", &["--parent", "nobody"]).failed_saying(&["there is no intergroup nobody"]);
    assert_eq!(run(&database, &["intergroup", "list", "--json"]).json().as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_intergroup_is_wrong_usage() {
    let database = TestDatabase::new().await;
    for (slug, name, zone, more, named) in [
        ("a", "A", "Mars/Olympus", None, "--timezone"),
        ("a", "A", "", None, "--timezone"),
        ("a b", "A", "UTC", None, "SLUG"),
        ("", "A", "UTC", None, "SLUG"),
        ("a", "", "UTC", None, "--name"),
        ("a", "A\nB", "UTC", None, "--name"),
        ("a", "A", "UTC", Some(["--website", "javascript:alert(1)"]), "--website"),
        ("a", "A", "UTC", Some(["--email", " "]), "--email"),
    ] {
        let arguments = ["intergroup", "create", slug, "--name", name, "--timezone", zone];
        run(&database, &[&arguments[..], more.as_ref().map_or(&[], |more| &more[..])].concat())
            .misused_saying(&[named, "invalid value"]);
    }
    run(&database, &["intergroup", "create", "a", "--name", "A"]).misused_saying(&["--timezone"]);
    assert_eq!(run(&database, &["intergroup", "list"]).done(), "");
}
