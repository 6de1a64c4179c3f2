//! Holds the layout: imports point one way, files and handlers stay small,
//! SQL stays in stores, pure code stays pure. Prints the medians.

use std::{collections::BTreeMap, fs, path::Path};

/// From below to above; a folder may import itself and what stands before it.
const ORDER: [&str; 26] = [
    "kernel",
    "config",
    "db",
    "http",
    "mail",
    "auth",
    "directory",
    "feeds",
    "sync",
    "search",
    "calendars",
    "print",
    "offices",
    "feedback",
    "webhooks",
    "digest",
    "helplines",
    "milestones",
    "members",
    "circles",
    "stories",
    "moderation",
    "upkeep",
    "ops",
    "app",
    "cli",
];
/// Features see one another through their `mod.rs`; nobody below sees them.
const FEATURES: [&str; 19] = [
    "auth",
    "directory",
    "feeds",
    "sync",
    "offices",
    "feedback",
    "webhooks",
    "digest",
    "helplines",
    "milestones",
    "members",
    "circles",
    "stories",
    "moderation",
    "upkeep",
    "ops",
    "search",
    "calendars",
    "print",
];
/// Files that must know neither the web framework nor the database.
const PURE: [&str; 8] = [
    "kernel/",
    "directory/content.rs",
    "directory/model.rs",
    "directory/attendance.rs",
    "feeds/",
    "sync/plan/",
    "search/query/",
    "search/builder/",
];

const FILE_MAX: usize = 500;
const FILE_MEDIAN_MAX: usize = 120;
const HANDLER_MAX: usize = 50;
const HANDLER_MEDIAN_MAX: usize = 20;

struct Source {
    /// Path below `src`, with slashes.
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.push(Source { path: name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    assert!(found.len() > 50, "the sources were not found");
    found
}

fn folder(path: &str) -> &str {
    path.split('/').next().unwrap()
}

/// Every `crate::a::b` that a file names outside comments, as `["a", "b", …]`.
fn crate_paths(text: &str) -> Vec<Vec<String>> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let standing_alone =
            code[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '$');
        if standing_alone {
            expand(&code[at + "crate::".len()..], Vec::new(), &mut paths);
        }
    }
    paths
}

/// Expands `a::{b, c::d}` into its paths.
fn expand(text: &str, before: Vec<String>, paths: &mut Vec<Vec<String>>) {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        let (mut depth, mut start) = (0, 0);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    expand(&group[start..at], before.clone(), paths);
                    return;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(&group[start..at], before.clone(), paths);
                    start = at + 1;
                }
                _ => {}
            }
        }
        return;
    }
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if name.is_empty() {
        if !before.is_empty() {
            paths.push(before);
        }
        return;
    }
    let rest = &text[name.len()..];
    let path = [before, vec![name]].concat();
    match rest.strip_prefix("::") {
        Some(rest) => expand(rest, path, paths),
        None => paths.push(path),
    }
}

#[test]
fn imports_point_one_way() {
    let rank = |name: &str| ORDER.iter().position(|known| *known == name);
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.path.contains('/')) {
        let own = folder(&source.path);
        let mine = rank(own).unwrap_or_else(|| panic!("{own} is not in ORDER"));
        for path in crate_paths(&source.text) {
            let Some(theirs) = rank(&path[0]) else { continue };
            if theirs > mine {
                wrong.push(format!("{} imports crate::{}", source.path, path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_feature_sees_another_only_through_its_mod() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.path.contains('/')) {
        for path in crate_paths(&source.text) {
            let other = &path[0];
            if other == folder(&source.path) || !FEATURES.contains(&other.as_str()) || path.len() < 3 {
                continue;
            }
            let inner = path[1].as_str();
            if root.join(other).join(inner).is_dir() || root.join(other).join(format!("{inner}.rs")).is_file() {
                wrong.push(format!("{} imports crate::{}", source.path, path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sql_stays_in_stores_and_pure_code_stays_pure() {
    let mut wrong = Vec::new();
    for source in sources() {
        // What comments say of either does not count.
        let code: String = source.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let has_sql = ["sqlx::query", "query!(", "query_scalar!(", "query_as!("].iter().any(|sql| code.contains(sql));
        let may_have_sql = source.path.starts_with("db/") || source.path.contains("store");
        // The doctor asks the server about itself, not about the directory.
        if has_sql && !may_have_sql && source.path != "cli/doctor.rs" {
            wrong.push(format!("{} has SQL", source.path));
        }
        let pure = PURE.iter().any(|pure| source.path.starts_with(pure));
        if pure && (code.contains("actix_web") || code.contains("sqlx")) {
            wrong.push(format!("{} is not pure", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_stay_small() {
    let mut lines: Vec<(usize, String)> =
        sources().into_iter().map(|source| (source.text.lines().count(), source.path)).collect();
    lines.sort();
    let (median, (longest, name)) = (lines[lines.len() / 2].0, lines.last().unwrap().clone());
    println!("files: {}, median {median} lines, longest {longest} ({name})", lines.len());
    assert!(longest <= FILE_MAX, "{name} has {longest} lines");
    assert!(median <= FILE_MEDIAN_MAX, "the median file has {median} lines");
}

#[test]
fn handlers_stay_small() {
    let mut lengths: BTreeMap<usize, String> = BTreeMap::new();
    let mut all = Vec::new();
    for source in sources() {
        for (at, _) in source.text.match_indices("#[route(") {
            let handler = &source.text[at..];
            let start = handler.find("async fn").unwrap();
            let name: String = handler[start + 9..].chars().take_while(|c| *c != '(').collect();
            let body = &handler[start..start + handler[start..].find("\n}\n").unwrap()];
            let lines = body.lines().count();
            lengths.insert(lines, name);
            all.push(lines);
        }
    }
    all.sort_unstable();
    let (median, (longest, name)) = (all[all.len() / 2], lengths.last_key_value().unwrap());
    println!("handlers: {}, median {median} lines, longest {longest} ({name})", all.len());
    assert!(*longest <= HANDLER_MAX, "{name} has {longest} lines");
    assert!(median <= HANDLER_MEDIAN_MAX, "the median handler has {median} lines");
}

/// utoipa keeps components by name and lets the later of two win, without a
/// word: one of the operations is then described by the other's answer.
#[test]
fn no_two_shapes_of_the_document_have_one_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        // Shapes of tests are in no document.
        let test = source.path.ends_with("tests.rs");
        let mut lines = source.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().lines();
        while let Some(line) = lines.next().filter(|_| !test) {
            if !(line.trim_start().starts_with("#[derive(") && line.contains("ToSchema")) {
                continue;
            }
            let mut alias = None;
            let item = lines.by_ref().map(str::trim_start).find(|line| {
                alias = alias.take().or_else(|| line.split_once("schema(as = ").map(|(_, rest)| rest.to_owned()));
                line.contains("struct ") || line.contains("enum ")
            });
            let named = alias.as_deref().or_else(|| {
                item.and_then(|item| item.split_once("struct ").or(item.split_once("enum ")).map(|(_, rest)| rest))
            });
            let name: String = named.unwrap().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            places.entry(name).or_default().push(source.path.clone());
        }
    }
    assert!(places.len() > 50, "{}", places.len());
    places.retain(|_, of| of.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}
