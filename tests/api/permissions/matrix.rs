//! The permission matrix.

use std::{collections::BTreeSet, time::Instant};

use super::{
    callers::NAMES,
    document::{Operation, operations},
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
    let known: BTreeSet<String> = operations().into_iter().map(|operation| operation.id).collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(rows.len(), ROWS.len(), "an operation has two rows");
    let missing: Vec<_> = known.difference(&rows).collect();
    let idle: Vec<_> = rows.difference(&known).collect();
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
