//! `openchair import`

use std::process::Command;

use serde_json::{Value, json};

use super::{
    Outcome, command,
    outcome::{contents, feed, office},
    run,
};
use crate::support::{Folder, TestDatabase, fixture};

fn import(database: &TestDatabase, source: &str, more: &[&str]) -> Outcome {
    run(database, &[&["import", source, "--intergroup", "lantern"], more].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_and_counted() {
    let database = office().await;
    let printed = import(&database, &feed("clean.json"), &[]).done();
    assert_eq!(printed, "applied: 12 rows, 12 created, 0 updated, 0 removed, 0 unchanged, 0 problems\n");
    let printed = import(&database, &feed("clean-next.json"), &[]).done();
    assert_eq!(printed, "applied: 13 rows, 2 created, 3 updated, 1 removed, 8 unchanged, 0 problems\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_is_imported() {
    let database = office().await;
    let piped = |more: &[&str]| -> Command {
        command(&database, &[&["import", "-", "--intergroup", "lantern"], more].concat())
    };
    let printed = Outcome::of(&mut piped(&["--format", "meeting-guide"]), &fixture("clean.json")).done();
    assert!(printed.starts_with("applied: 12 rows, 12 created"), "{printed}");
    // Nothing at all is a source that could not be read, not an empty one.
    let before = contents(&database).await;
    Outcome::of(&mut piped(&[]), b"").failed_saying(&["The source is empty."]);
    assert_eq!(contents(&database).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_is_printed_by_row() {
    let database = office().await;
    let printed = import(&database, &feed("dirty.json"), &[]).done();
    let run = import(&database, &feed("dirty.json"), &["--json"]).json();
    let problems = run["problems"].as_array().unwrap();
    assert_eq!(run["problem_count"], problems.len());
    assert_eq!(printed.lines().count(), problems.len() + 1);
    for (line, problem) in printed.lines().zip(problems) {
        assert!(line.starts_with(&format!("row {} ", problem["row"])), "{line}");
        assert!(line.contains(problem["message"].as_str().unwrap()), "{line}");
    }
    assert!(printed.lines().any(|line| line.contains("banana") && line.ends_with("[row refused]")), "{printed}");
    assert!(!printed.contains("Smith") && !printed.contains("fern@example.com"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn json_has_the_fields_of_an_import_run() {
    let database = office().await;
    let run = import(&database, &feed("dirty.json"), &["--json"]).json();
    let mut fields: Vec<&str> = run.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    let expected = [
        "changes",
        "created",
        "finished_at",
        "followed",
        "held_because",
        "id",
        "kept",
        "problem_count",
        "problems",
        "protected",
        "removed",
        "rows",
        "started_at",
        "status",
        "unchanged",
        "updated",
    ];
    assert_eq!(fields, expected);
    assert_eq!((&run["status"], &run["rows"], &run["held_because"]), (&json!("applied"), &json!(133), &json!([])));
    assert!(run["started_at"].as_str().unwrap() <= run["finished_at"].as_str().unwrap());
    for problem in run["problems"].as_array().unwrap() {
        for field in ["row", "field", "value", "code", "message", "action"] {
            assert!(problem.get(field).is_some(), "{problem} lacks {field}");
        }
        assert!(["mended", "dropped_field", "refused_row"].contains(&problem["action"].as_str().unwrap()), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_printed_and_changes_nothing() {
    let database = office().await;
    import(&database, &feed("clean.json"), &[]).done();
    let everything = async || {
        let mut owner = database.owner().await;
        let rest =
            "SELECT (SELECT count(*) FROM directory.imports)::text || (SELECT revision FROM directory.directory_clock)";
        contents(&database).await + &sqlx::query_scalar::<_, String>(rest).fetch_one(&mut owner).await.unwrap()
    };
    let before = everything().await;
    let printed = import(&database, &feed("clean-next.json"), &["--plan"]).done();
    assert_eq!(everything().await, before);
    for line in [
        "+ Herb Garden after Dark (herb-garden-after-dark)",
        "- Early Bus (early-bus)",
        "~ Pewter Street Women (pewter-street-women)",
        "    time: \"19:00\" -> \"18:30\"",
        "planned: 13 rows, 2 created, 3 updated, 1 removed, 8 unchanged, 0 problems",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line} is not in:\n{printed}");
    }
    let run = import(&database, &feed("clean-next.json"), &["--plan", "--json"]).json();
    assert_eq!(everything().await, before);
    assert_eq!(run["status"], "planned");
    let ops: Vec<&Value> = run["changes"].as_array().unwrap().iter().map(|change| &change["op"]).collect();
    assert_eq!(ops.len(), 6);
    assert_eq!(ops.iter().filter(|op| **op == "create").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_run_exits_3_and_changes_nothing_until_it_is_allowed() {
    let database = office().await;
    import(&database, &feed("clean.json"), &[]).done();
    let before = contents(&database).await;
    for (name, says) in [
        ("empty.json", "the source has no meetings at all"),
        ("shrunk.json", "it would remove 4 of this feed's 12 meetings"),
    ] {
        for more in [&[] as &[&str], &["--json"], &["--plan"]] {
            let held = import(&database, &feed(name), more);
            assert_eq!(held.code, Some(3), "{held:?}");
            assert!(held.stdout.contains("held"), "{held:?}");
            if !more.contains(&"--json") {
                assert!(held.stderr.contains(says) && held.stderr.contains("--allow-shrink"), "{held:?}");
            }
            assert_eq!(contents(&database).await, before, "{name} {more:?}");
        }
    }
    let run: Value = serde_json::from_str(&import(&database, &feed("empty.json"), &["--json"]).stdout).unwrap();
    assert_eq!(run["held_because"], json!(["source_empty", "removes_too_many"]));
    let printed = import(&database, &feed("shrunk.json"), &["--allow-shrink"]).done();
    assert_eq!(printed, "applied: 8 rows, 0 created, 0 updated, 4 removed, 8 unchanged, 0 problems\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_no_whole_feed_fails_in_one_line_and_changes_nothing() {
    let database = office().await;
    import(&database, &feed("clean.json"), &[]).done();
    let before = contents(&database).await;
    for (name, words) in [
        ("truncated.json", "cut off"),
        ("object.json", "error instead of meetings"),
        ("page.html", "web page"),
        ("trailing-text.json", "text after the end"),
    ] {
        import(&database, &feed(name), &["--allow-shrink"]).failed_saying(&[words]);
        assert_eq!(contents(&database).await, before, "{name}");
    }
    let folder = Folder::new();
    import(&database, folder.join("none.json").to_str().unwrap(), &[]).failed_saying(&["cannot open", "none.json"]);
    import(&database, folder.path().to_str().unwrap(), &[]).failed_saying(&[]);
    std::fs::write(folder.join("binary"), [0xff, 0x00, 0x9f]).unwrap();
    let binary = folder.join("binary");
    import(&database, binary.to_str().unwrap(), &[]).failed_saying(&["neither Meeting Guide JSON nor a table"]);
    let told = ["--format", "meeting-guide"];
    import(&database, binary.to_str().unwrap(), &told).failed_saying(&["not valid JSON"]);
    assert_eq!(contents(&database).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_intergroup_fails_and_says_how_to_see_which_there_are() {
    let database = office().await;
    run(&database, &["import", &feed("clean.json"), "--intergroup", "nobody"])
        .failed_saying(&["there is no intergroup nobody", "openchair intergroup list"]);
    run(&database, &["import", &feed("clean.json")]).misused_saying(&["--intergroup"]);
    run(&database, &["import", "--intergroup", "lantern"]).misused_saying(&["SOURCE"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_https_or_not_public_is_refused_without_a_connection() {
    let database = office().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for address in [
        format!("http://127.0.0.1:{port}/feed.json"),
        format!("https://127.0.0.1:{port}/feed.json"),
        format!("https://localhost:{port}/feed.json"),
        format!("https://[::1]:{port}/feed.json"),
        format!("https://[::ffff:127.0.0.1]:{port}/feed.json"),
        format!("https://2130706433:{port}/feed.json"),
        format!("https://user:secret@127.0.0.1:{port}/feed.json"),
        "http://example.org/feed.json".to_owned(),
        "ftp://example.org/feed.json".to_owned(),
        "file:///etc/passwd".to_owned(),
        "https://10.0.0.1/feed.json".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
    ] {
        let refused = import(&database, &address, &[]);
        refused.failed_saying(&[]);
        assert!(!refused.stderr.contains("secret"), "{refused:?}");
        assert!(!refused.stderr.contains("root:"), "{refused:?}");
    }
    let connected = listener.accept();
    assert_eq!(connected.err().map(|error| error.kind()), Some(std::io::ErrorKind::WouldBlock));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_imported_and_its_rows_are_those_that_the_office_sees() {
    let database = office().await;
    let run = import(&database, &feed("sheet.csv"), &["--json"]).json();
    let of = |field: &str| run[field].as_u64().unwrap();
    assert_eq!((of("rows"), of("created"), of("problem_count")), (6, 4, 9), "{run:#}");
    let problems = run["problems"].as_array().unwrap().iter();
    let said: Vec<_> = problems
        .filter(|problem| problem["code"] != "no_slug")
        .map(|problem| {
            (problem["row"].as_u64().unwrap(), problem["field"].as_str().unwrap(), problem["code"].as_str().unwrap())
        })
        .collect();
    // The row of names is 1, the cell of two lines is one row, blank rows count.
    assert_eq!(said, [(7, "Start Time", "bad_time"), (8, "Day", "bad_day"), (9, "Types", "unknown_type")]);
    let again = import(&database, &feed("sheet.csv"), &["--format", "csv"]).done();
    assert!(again.contains("0 created, 0 updated, 0 removed, 4 unchanged"), "{again}");
    // The same out of Excel: semicolons, Windows-1252.
    let table = String::from_utf8(fixture("sheet.csv")).unwrap();
    let mut excel = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    for record in csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes()).records() {
        excel.write_record(&record.unwrap()).unwrap();
    }
    let excel = String::from_utf8(excel.into_inner().unwrap()).unwrap();
    let mut piped = command(&database, &["import", "-", "--intergroup", "lantern"]);
    let printed = Outcome::of(&mut piped, &encoding_rs::WINDOWS_1252.encode(&excel).0).done();
    assert!(printed.contains("0 created, 0 updated, 0 removed, 4 unchanged"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_not_whole_changes_nothing() {
    let database = office().await;
    import(&database, &feed("sheet.csv"), &[]).done();
    let before = contents(&database).await;
    let table = String::from_utf8(fixture("sheet.csv")).unwrap();
    let open = table.replace("Ring \"\"twice\"\".\"", "Ring twice.");
    for (table, said) in [
        (open.as_str(), "A quotation mark in row 2 is never closed."),
        ("Meetings of May", "neither Meeting Guide JSON nor a table"),
        ("name,day,time\nOne,1,19:00\nTwo,", "ends in the middle of row 3"),
    ] {
        let mut piped = command(&database, &["import", "-", "--intergroup", "lantern"]);
        Outcome::of(&mut piped, table.as_bytes()).failed_saying(&[said]);
    }
    // A table without rows is held, like a feed without any.
    let mut piped = command(&database, &["import", "-", "--intergroup", "lantern"]);
    assert_eq!(Outcome::of(&mut piped, b"name,day,time\n").code, Some(3));
    assert_eq!(contents(&database).await, before);
}
