//! The permission matrix.

use std::{collections::BTreeSet, time::Instant};

use super::{
    callers::NAMES,
    document::{Operation, every_operation, operations, peer_operations},
    peers,
    rows::ROWS,
    world::World,
};

/// Operations of which a success changes accounts, grants or keys: all are put
/// back after it.
fn changes_accounts(operation: &Operation) -> bool {
    operation.is_of_account() || operation.described["tags"][0] == "office administration"
}

/// Why somebody is not let in at all.
fn code_of(caller: &str) -> &'static str {
    match caller {
        "nobody" => "token_missing",
        "expired" => "token_expired",
        "audience" => "wrong_audience",
        "signed_out" | "key_revoked" => "session_ended",
        _ => "token_invalid",
    }
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let ids = |all: Vec<Operation>| -> BTreeSet<String> { all.into_iter().map(|operation| operation.id).collect() };
    let (mut missing, mut idle) = (Vec::new(), Vec::new());
    // Each in the table that is its own, and in that one alone.
    for (known, table) in [(ids(operations()), ROWS), (ids(peer_operations()), peers::rows::ROWS)] {
        let rows: BTreeSet<String> = table.iter().map(|(id, _)| (*id).to_owned()).collect();
        assert_eq!(rows.len(), table.len(), "an operation has two rows");
        missing.extend(known.difference(&rows).cloned());
        idle.extend(rows.difference(&known).cloned());
    }
    assert_eq!(operations().len() + peer_operations().len(), every_operation().len());
    assert!(missing.is_empty() && idle.is_empty(), "without a row: {missing:?}; without an operation: {idle:?}");
    for (id, expected) in ROWS {
        assert_eq!(statuses(expected).len(), NAMES.len(), "{id} has not one status a caller");
    }
}

fn statuses(row: &str) -> Vec<u16> {
    row.split_whitespace().filter(|word| *word != "|").map(|word| word.parse().unwrap()).collect()
}

/// As the table has them, so that a difference is read as one.
fn row(statuses: &[u16]) -> String {
    let text: Vec<String> = statuses.iter().map(ToString::to_string).collect();
    let (strangers, people, keys) = (text[..6].join(" "), text[6..13].join(" "), text[13..].join(" "));
    format!("{strangers} | {people} | {keys}")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_caller_may_do_what_the_table_says_and_no_more() {
    let world = World::new().await;
    let (mut n, mut wrong) = (0, Vec::new());
    for operation in operations() {
        let began = Instant::now();
        let expected = ROWS.iter().find(|(id, _)| *id == operation.id).map_or("", |(_, expected)| *expected);
        let (mut found, mut bodies) = (Vec::new(), BTreeSet::new());
        for caller in &world.callers {
            n += 1;
            let things = world.things_for(&operation, caller, n).await;
            let before = world.app.revision().await;
            let answer = world.send(&operation, caller, &caller.bearer, &things, n).await;
            found.push(answer.status);
            if answer.status >= 400 {
                assert_eq!(world.app.revision().await, before, "{} was refused {}", caller.name, operation.id);
                assert_eq!(answer.header("content-type"), "application/problem+json", "{}", operation.id);
                if answer.status == 401 {
                    assert_eq!(answer.json()["code"], code_of(caller.name), "{} by {}", operation.id, caller.name);
                    assert!(answer.header("www-authenticate").starts_with("Bearer"), "{}", operation.id);
                }
            } else if changes_accounts(&operation) {
                world.restore_accounts().await;
            }
            if !operation.is_of_office() && operation.method == reqwest::Method::GET && operation.id != "get_feedback" {
                bodies.insert(answer.body);
            }
        }
        // What is public is the same for everyone, token or not.
        assert!(bodies.len() <= 1, "{} is not the same for everyone", operation.id);
        if row(&found) != expected {
            wrong.push(format!("        (\"{}\", \"{}\"),", operation.id, row(&found)));
        }
        if began.elapsed().as_secs() > 3 {
            println!("{}: {:?}", operation.id, began.elapsed());
        }
    }
    assert!(wrong.is_empty(), "these rows are otherwise:\n{}", wrong.join("\n"));
}

/// Real tokens of members, passes and moderators: on every operation of the
/// public and of offices each gets what any token of another audience gets.
#[tokio::test(flavor = "multi_thread")]
async fn members_passes_and_moderators_get_what_any_other_audience_gets() {
    let world = World::new().await;
    let column = NAMES.iter().position(|name| *name == "audience").unwrap();
    let mut n = 40_000;
    for operation in operations() {
        let expected = ROWS.iter().find(|(id, _)| *id == operation.id).map_or(0, |(_, row)| statuses(row)[column]);
        for caller in &world.others {
            n += 1;
            let things = world.things_for(&operation, caller, n).await;
            let answer = world.send(&operation, caller, &caller.bearer, &things, n).await;
            let said = format!("{} by a {}: {}", operation.id, caller.name, answer.text());
            assert_eq!(answer.status, expected, "{said}");
            if expected == 401 {
                assert_eq!(answer.json()["code"], "wrong_audience", "{said}");
            } else if changes_accounts(&operation) {
                world.restore_accounts().await;
            }
        }
    }
}
