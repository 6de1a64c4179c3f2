//! What was acknowledged is kept, whatever is killed, and seen on every node:
//! a few runs of the examples `kill_nine` and `two_nodes`, whose thousand are
//! run by command.

use std::{path::PathBuf, process::Command};

/// What it says; `None` where it cannot run: it looks into `/proc`.
fn kill_nine(arguments: &[&str]) -> Option<String> {
    if cfg!(not(target_os = "linux")) {
        println!("not run: needs Linux");
        return None;
    }
    Some(example("kill_nine", arguments))
}

/// What an example says, which must succeed.
fn example(name: &str, arguments: &[&str]) -> String {
    let built = PathBuf::from(env!("CARGO_BIN_EXE_openchair"));
    let program = built.with_file_name("examples").join(name);
    assert!(program.exists(), "`cargo test` builds it; with `--test all` first `cargo build --examples`");
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// How many check-ins a run of it had acknowledged.
fn acknowledged(said: &str) -> u64 {
    let line = said.lines().last().unwrap();
    line.split_once(" runs, ").unwrap().1.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn no_acknowledged_check_in_is_lost_by_killing_everything() {
    let Some(said) = kill_nine(&["4"]) else { return };
    assert!(said.ends_with(" 0 lost\n") && acknowledged(&said) > 0, "{said}");
}

#[test]
fn no_acknowledged_check_in_is_lost_by_killing_the_service() {
    let Some(said) = kill_nine(&["4", "--spare-postgres"]) else { return };
    assert!(said.ends_with(" 0 lost\n") && acknowledged(&said) > 0, "{said}");
}

#[test]
fn what_was_acknowledged_carelessly_is_found_to_be_lost() {
    let Some(said) = kill_nine(&["4", "--careless"]) else { return };
    assert!(!said.ends_with(" 0 lost\n") && acknowledged(&said) > 0, "{said}");
}

#[test]
fn a_write_on_one_node_is_seen_on_the_other_in_time_with_the_channel_cut_half_the_time() {
    // Alone it is within a second; beside all other tests a machine is slower.
    let said = example("two_nodes", &["80", "5000"]);
    assert!(said.ends_with("80 of 80 seen within 5s\n"), "{said}");
    for channel in ["Whole: 40 writes", "Ended: 20 writes", "Silent: 20 writes"] {
        assert!(said.contains(channel), "{said}");
    }
}

#[test]
fn what_a_stalled_node_shows_too_late_is_found_to_be_late() {
    let said = example("two_nodes", &["20", "--stalled"]);
    assert!(!said.ends_with("20 of 20 seen within 1s\n"), "{said}");
}
