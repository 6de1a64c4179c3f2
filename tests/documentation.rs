//! What the pages in `docs` list is what the program has.

use std::{collections::BTreeSet, fs, path::Path};

use openchair::{
    feeds::ProblemCode,
    http::ErrorCode,
    kernel::{Kept, Rule},
    sync::HeldReason,
};
use serde_json::Value;

fn read(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn every_error_code_is_in_the_table_and_nothing_else_is() {
    let page = read("docs/api.md");
    let table = page.split_once("| status | `code` |").unwrap().1.split_once("\n\n").unwrap().0;
    let rows: Vec<(&str, &str)> = table
        .lines()
        .skip(2)
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (cells[1], cells[2].trim_matches('`'))
        })
        .collect();
    let known: Vec<(String, &str)> =
        ErrorCode::ALL.iter().map(|code| (code.status().as_str().to_owned(), code.as_str())).collect();
    assert_eq!(rows, known.iter().map(|(status, code)| (status.as_str(), *code)).collect::<Vec<_>>());
}

#[test]
fn every_setting_is_in_the_table() {
    let page = read("docs/operations.md");
    for file in fs::read_dir(format!("{}/src/config", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for variable in text.split("env = \"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(page.contains(&format!("| `{variable}` |")), "docs/operations.md lacks {variable}");
        }
    }
}

#[test]
fn the_layers_are_those_that_are_held() {
    let held = read("tests/architecture.rs");
    let order = held.split_once("const ORDER").unwrap().1.split_once("];").unwrap().0;
    let order: Vec<&str> =
        order.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\",")).collect();
    assert!(read("docs/adding-a-feature.md").contains(&order.join(" < ")), "{}", order.join(" < "));
}

#[test]
fn a_page_links_to_pages_that_are_there() {
    for name in ["README.md", "CONTRIBUTING.md", "deploy/README.md"].map(str::to_owned).into_iter().chain(
        fs::read_dir(format!("{}/docs", env!("CARGO_MANIFEST_DIR")))
            .unwrap()
            .map(|file| format!("docs/{}", file.unwrap().file_name().to_str().unwrap())),
    ) {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in read(&name).split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            if file.contains("://") {
                continue;
            }
            let target = if file.is_empty() { name.clone() } else { format!("{folder}/{file}") };
            let text = read(&target);
            let anchors: Vec<String> = text.lines().filter(|line| line.starts_with('#')).map(anchor).collect();
            assert!(heading.is_empty() || anchors.iter().any(|one| one == heading), "{name}: {link} leads nowhere");
        }
    }
}

/// A heading's anchor, as code hosts make them.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-').collect::<String>().replace(' ', "-")
}

/// The names of all tests there are: functions that are marked so, and not ignored.
fn tests_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_in(&path, found);
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let (mut marked, mut ignored) = (false, false);
        for line in fs::read_to_string(&path).unwrap().lines().map(str::trim) {
            if line.starts_with("#[") {
                marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
                ignored |= line.starts_with("#[ignore");
                continue;
            }
            let name = line.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
            if let (Some((name, _)), true, false) = (name, marked, ignored) {
                found.insert(name.to_owned());
            }
            if !line.starts_with("//") {
                (marked, ignored) = (false, false);
            }
        }
    }
}

#[test]
fn every_claim_about_privacy_names_tests_that_there_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    tests_in(&root.join("tests"), &mut tests);
    tests_in(&root.join("src"), &mut tests);
    assert!(tests.contains("every_claim_about_privacy_names_tests_that_there_are"), "no test was found");
    let page = read("docs/privacy.md");
    let table = page.split_once("| we say | held by |").unwrap().1.split_once("\n\n").unwrap().0;
    let rows: Vec<&str> = table.lines().skip(2).collect();
    assert!(rows.len() > 15, "the claims were not found");
    let mut missing = Vec::new();
    for row in rows {
        let held = row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap();
        let named: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "nothing holds: {row}");
        missing.extend(named.into_iter().filter(|name| !tests.contains(*name)));
    }
    assert!(missing.is_empty(), "docs/privacy.md names tests that are not there: {missing:#?}");
}

fn document() -> Value {
    serde_json::from_str(&read("openapi/openapi.json")).unwrap()
}

/// Whether an address is one of the document, `{…}` in it standing for anything.
fn is_documented(document: &Value, method: Option<&str>, address: &str) -> bool {
    let asked: Vec<&str> = address.split('/').collect();
    document["paths"].as_object().unwrap().iter().any(|(path, operations)| {
        let known: Vec<&str> = path.split('/').collect();
        let there = method.is_none_or(|method| operations.get(method.to_lowercase()).is_some());
        there && known.len() == asked.len() && known.iter().zip(&asked).all(|(k, a)| k == a || k.starts_with('{'))
    })
}

#[test]
fn every_address_on_the_page_about_circles_is_an_operation() {
    let (page, document) = (read("docs/circles.md"), document());
    let mut unknown = Vec::new();
    let mut seen = 0;
    for (at, _) in page.match_indices("/v1/") {
        let before = &page[..at];
        let end = |c: char| c.is_whitespace() || "`'\"?),".contains(c);
        let address = page[at..].split(end).next().unwrap().trim_end_matches('…');
        let method = before.rsplit(['`', '\n', ' ']).find(|word| !word.is_empty() && !word.starts_with("http"));
        let method = method.filter(|word| ["GET", "PUT", "POST", "PATCH", "DELETE"].contains(word));
        seen += 1;
        if !address.ends_with('/') && !is_documented(&document, method, address) {
            unknown.push(format!("{} {address}", method.unwrap_or_default()));
        }
    }
    assert!(seen > 40, "the addresses were not found");
    assert!(unknown.is_empty(), "docs/circles.md: {unknown:#?}");
}

#[test]
fn every_word_of_the_vocabularies_is_on_the_page_about_circles() {
    let (page, document) = (read("docs/circles.md"), document());
    for name in ["CheckInKind", "GoalOutcome", "Reaction", "MilestoneKind", "ItemKind", "Category"] {
        let words = document["components"]["schemas"][name]["enum"].as_array();
        for word in words.unwrap_or_else(|| panic!("there is no {name}")) {
            let word = word.as_str().unwrap();
            let there = ["`", "\""].iter().any(|quote| page.contains(&format!("{quote}{word}{quote}")));
            assert!(there, "docs/circles.md lacks {word} of {name}");
        }
    }
}

#[test]
fn every_line_of_the_table_is_on_the_page() {
    let line = |kept: &Kept| {
        let Rule { what, days, from, then } = kept.rule();
        format!("| `{what}` | {days} | {from} | {then} |")
    };
    let table: Vec<String> = Kept::ALL.iter().map(line).collect();
    let page = read("docs/privacy.md");
    let there = page.split_once("| what | days | counted from the end of | then |\n|---|---|---|---|\n").unwrap().1;
    assert_eq!(there.split_once("\n\n").unwrap().0, table.join("\n"), "docs/privacy.md, \"How long what is kept\"");
}

/// Why a run came to nothing, as it and its feed say it.
const FAILURES: [&str; 11] = [
    "unreachable",
    "refused_address",
    "bad_status",
    "too_many_redirects",
    "not_a_feed",
    "empty_body",
    "unreadable",
    "too_large",
    "interrupted",
    "disconnected",
    "superseded",
];

/// What the rows of a page's tables begin with.
fn explained(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    rows.map(|(code, _)| code.to_owned()).collect()
}

#[test]
fn everything_that_is_said_of_a_source_is_explained_and_nothing_else_is() {
    let code = |code: &ProblemCode| serde_json::to_value(code).unwrap().as_str().unwrap().to_owned();
    let problems: BTreeSet<String> = ProblemCode::ALL.iter().map(code).collect();
    let held =
        [HeldReason::SourceEmpty, HeldReason::RemovesTooMany, HeldReason::ChangesTooMany].map(HeldReason::as_str);
    let said = held.into_iter().chain(FAILURES).map(str::to_owned).chain(problems.iter().cloned()).collect();
    assert_eq!(explained(&read("docs/mending.md")), said);
    let page = read("docs/import.md");
    let table = page.split_once("| code | done | what it says |").unwrap().1.split_once("\n\n").unwrap().0;
    assert_eq!(explained(table), problems);
    for code in ProblemCode::ALL {
        assert!(table.contains(code.sentence()), "docs/import.md: {code:?}");
    }
}

#[test]
fn every_state_of_a_source_is_explained() {
    let page = read("docs/offices.md");
    let table = page.split_once("| `state` | what it means |").unwrap().1.split_once("\n\n").unwrap().0;
    let states = ["ok", "stale", "failing", "held"].map(str::to_owned);
    assert_eq!(explained(table), BTreeSet::from(states));
}
