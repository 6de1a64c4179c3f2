//! The permission matrix of peers.

use std::time::Instant;

use super::{
    super::document::{Operation, peer_operations},
    callers::{Caller, GROUPS, NAMES},
    rows::ROWS,
    world::World,
};
use crate::support::Response;

/// As the table has them, so that a difference is read as one.
fn row(statuses: &[u16]) -> String {
    let mut left = statuses.iter().map(ToString::to_string);
    let groups = GROUPS.map(|count| left.by_ref().take(count).collect::<Vec<_>>().join(" "));
    groups.join(" | ")
}

#[test]
fn every_row_has_one_status_a_caller() {
    for (id, expected) in ROWS {
        assert_eq!(expected.split_whitespace().filter(|word| *word != "|").count(), NAMES.len(), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_do_with_what_belongs_to_peers_what_the_table_says_and_no_more() {
    let world = World::new().await;
    let before = world.fingerprint().await;
    let (mut n, mut wrong) = (0, Vec::new());
    for operation in peer_operations() {
        let began = Instant::now();
        let expected = ROWS.iter().find(|(id, _)| *id == operation.id).map_or("", |(_, expected)| *expected);
        let mut found = Vec::new();
        for caller in &world.callers {
            n += 1;
            let things = world.things_for(&operation, caller, n).await;
            let answer = world.send(&operation, caller, &things).await;
            found.push(answer.status);
            if answer.status < 400 {
                world.restore().await;
                continue;
            }
            let mut faults = faults_of(caller, &operation, &answer);
            if things.contains_key("totp_code") || things.contains_key("recovery_code") {
                // What it was prepared with is no change of its own.
                world.restore().await;
            } else if world.fingerprint().await != before {
                faults.push("a refusal changed something".to_owned());
                world.restore().await;
            }
            let said = |fault| format!("{} by {}: {fault}: {}", operation.id, caller.name, answer.text());
            wrong.extend(faults.into_iter().map(said));
        }
        if row(&found) != expected {
            wrong.push(format!("    (\"{}\", \"{}\"),", operation.id, row(&found)));
        }
        if began.elapsed().as_secs() > 5 {
            println!("{}: {:?}", operation.id, began.elapsed());
        }
    }
    assert!(wrong.is_empty(), "these are otherwise:\n{}", wrong.join("\n"));
}

/// What is wrong with how something was refused.
fn faults_of(caller: &Caller, operation: &Operation, answer: &Response) -> Vec<String> {
    let mut faults = Vec::new();
    if answer.status >= 500 {
        faults.push(format!("answered {}", answer.status));
    }
    if answer.header("content-type") != "application/problem+json" {
        faults.push("is no problem".to_owned());
    }
    if answer.status == 401 {
        let code = operation.audience().map(|audience| caller.code(audience));
        if code.is_none_or(|code| answer.json()["code"] != code) {
            faults.push(format!("not as {code:?}"));
        }
        if !answer.header("www-authenticate").starts_with("Bearer") {
            faults.push("does not say how to sign in".to_owned());
        }
    }
    faults
}
