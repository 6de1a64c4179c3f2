//! What the pages in `docs` list is what the program has.

use std::fs;

use openchair::http::ErrorCode;

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
