//! `--help`, `--version`, and wrong usage.

use super::Outcome;
use crate::support::openchair;

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let mut command = openchair();
    Outcome::of(command.args(arguments).envs(environment.iter().copied()), b"")
}

/// Every environment variable that a setting names.
fn variables() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config");
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let named = files.flat_map(|text| {
        let after = text.split("env = \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        after.collect::<Vec<_>>()
    });
    let named: Vec<String> = named.collect();
    assert!(named.len() >= 10, "{named:?}");
    named
}

const COMMANDS: [&[&str]; 16] = [
    &["serve"],
    &["demo"],
    &["migrate"],
    &["intergroup", "create"],
    &["intergroup", "list"],
    &["import"],
    &["export"],
    &["office", "invite"],
    &["office", "reset"],
    &["moderator", "invite"],
    &["moderator", "reset"],
    &["keys", "rotate"],
    &["worker"],
    &["openapi"],
    &["doctor"],
    &["disclose"],
];

#[test]
fn help_names_every_variable_and_shows_no_secret() {
    let secrets = [
        ("DATABASE_URL", "postgres://user:hunter2@host/database"),
        ("OPENCHAIR_CIRCLES_DATABASE_URL", "postgres://user:hunter3@host/circles"),
        ("OPENCHAIR_PASS_KEYS_DATABASE_URL", "postgres://user:hunter5@host/keys"),
        ("OPENCHAIR_SMTP_URL", "smtps://user:hunter4@host:465"),
    ];
    for arguments in COMMANDS.iter().copied().chain([&[] as &[_]]) {
        let help = run(&[arguments, &["--help"]].concat(), &secrets).done();
        for variable in variables() {
            assert!(help.contains(&format!("[env: {variable}")), "{arguments:?} lacks {variable}");
        }
        assert!(!help.contains("hunter"), "{arguments:?}");
    }
}

#[test]
fn help_says_what_exit_codes_mean_and_lists_the_commands() {
    let help = run(&["--help"], &[]).done();
    assert!(help.contains("0 done, 1 failed, 2 wrong usage, 3 held for a person"), "{help}");
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {} ", command[0])), "{command:?}: {help}");
    }
    assert!(!help.contains("__postgres-guard"), "{help}");
    let version = run(&["--version"], &[]).done();
    assert_eq!(version, format!("openchair {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_is_not_known_is_wrong_usage() {
    run(&["--no-such-flag"], &[]).misused_saying(&["--no-such-flag"]);
    run(&["import", "--no-such-flag"], &[]).misused_saying(&["--no-such-flag"]);
    run(&["no-such-command"], &[]).misused_saying(&["no-such-command"]);
    run(&["serve", "--listen", "nowhere"], &[]).misused_saying(&["--listen"]);
    run(&["doctor"], &[("OPENCHAIR_LISTEN", "nowhere")]).misused_saying(&["--listen"]);
    run(&["doctor"], &[("OPENCHAIR_DATABASE_CONNECTIONS", "0")]).misused_saying(&["--database-connections"]);
}

#[test]
fn an_address_that_is_none_is_not_repeated() {
    for arguments in [&["doctor"] as &[_], &["migrate"], &["serve", "--listen", "127.0.0.1:0"]] {
        let failed = run(arguments, &[("DATABASE_URL", "postgrez://user:hunter2@host/db")]);
        assert_eq!(failed.code, Some(2), "{failed:?}");
        let said = failed.stdout + &failed.stderr;
        assert!(said.contains("DATABASE_URL must be postgres://"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
