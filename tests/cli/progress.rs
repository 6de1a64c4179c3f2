//! How far an import is, for those who watch, and nothing for who does not.

use std::process::Command;

use super::{
    Outcome, command,
    outcome::{contents, feed, office},
    run,
};

/// Everything that a progress bar would write.
const SIGNS: [&str; 4] = ["\u{1b}", "\r", "reading", "planning"];

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_watches_only_the_result_is_written() {
    let database = office().await;
    let source = feed("clean.json");
    for more in [&["--plan"][..], &["--plan", "--json"], &[]] {
        let outcome = run(&database, &[&["import", &source, "--intergroup", "lantern"], more].concat());
        for sign in SIGNS {
            assert!(!outcome.stderr.contains(sign), "{more:?}: {:?}", outcome.stderr);
        }
        assert!(!outcome.stdout.contains(['\u{1b}', '\r']), "{more:?}: {:?}", outcome.stdout);
        assert_eq!(outcome.code, Some(0));
    }
}

/// The same at a terminal, which `script` of util-linux is.
#[cfg(target_os = "linux")]
fn at_a_terminal(mut asked: Command, more: &[(&str, &str)]) -> Outcome {
    let words = [asked.get_program()].into_iter().chain(asked.get_args());
    let line = words.map(|word| format!("'{}'", word.to_str().unwrap())).collect::<Vec<_>>().join(" ");
    let mut script = Command::new("script");
    script.args(["-qefc", &line, "/dev/null"]).env_clear();
    script.envs(asked.get_envs().filter_map(|(name, value)| Some((name, value?))));
    script.env("TERM", "xterm").env("SHELL", "/bin/sh").envs(more.iter().copied());
    asked.env_clear();
    Outcome::of(&mut script, b"")
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_it_says_what_is_going_on_and_clears_it() {
    let database = office().await;
    let source = feed("clean.json");
    let import = |more: &[&str]| command(&database, &[&["import", &source, "--intergroup", "lantern"], more].concat());
    for (more, environment) in [
        (&["--plan", "--json"][..], &[][..]),
        (&["--plan"], &[("NO_COLOR", "1")]),
        (&["--plan"], &[("CI", "true")]),
        (&["--plan"], &[("TERM", "dumb")]),
    ] {
        let shown = at_a_terminal(import(more), environment).stdout;
        assert!(shown.contains("herb-garden") && !shown.contains("planning"), "{environment:?}: {shown:?}");
    }
    let before = contents(&database).await;
    let planned = at_a_terminal(import(&["--plan"]), &[]).stdout;
    assert!(planned.contains("planning 12 meetings"), "{planned:?}");
    assert_eq!(contents(&database).await, before);
    let shown = at_a_terminal(import(&[]), &[]).stdout;
    assert!(shown.contains("planning and applying 12 meetings"), "{shown:?}");
    // What stays is the result alone: the line was taken away before it.
    let last = shown.trim_end().rsplit(['\r', '\n']).next().unwrap();
    let last = last.rsplit("\u{1b}[2K").next().unwrap();
    assert_eq!(last, "applied: 12 rows, 12 created, 0 updated, 0 removed, 0 unchanged, 0 problems");
}
