//! The permission matrix of peers.

use std::time::Instant;

use super::{
    super::document::peer_operations,
    callers::{Caller, GROUPS, NAMES},
    rows::ROWS,
    world::World,
};

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
            let said = format!("{} by {}: {}", operation.id, caller.name, answer.text());
            assert!(answer.status < 500, "{said}");
            if answer.status < 400 {
                world.restore().await;
                continue;
            }
            assert_eq!(answer.header("content-type"), "application/problem+json", "{said}");
            if things.contains_key("totp_code") || things.contains_key("recovery_code") {
                world.restore().await;
            }
            assert_eq!(world.fingerprint().await, before, "a refusal changed something: {said}");
            if answer.status == 401 {
                is_refused_as(caller, &operation, &answer);
            }
        }
        if row(&found) != expected {
            wrong.push(format!("    (\"{}\", \"{}\"),", operation.id, row(&found)));
        }
        if began.elapsed().as_secs() > 5 {
            println!("{}: {:?}", operation.id, began.elapsed());
        }
    }
    assert!(wrong.is_empty(), "these rows are otherwise:\n{}", wrong.join("\n"));
}

#[track_caller]
fn is_refused_as(caller: &Caller, operation: &super::super::document::Operation, answer: &crate::support::Response) {
    let said = format!("{} by {}", operation.id, caller.name);
    let audience = operation.audience().unwrap_or_else(|| panic!("{said}: {}", answer.text()));
    assert_eq!(answer.json()["code"], caller.code(audience), "{said}");
    assert!(answer.header("www-authenticate").starts_with("Bearer"), "{said}");
}
