//! `openchair demo`

use std::{process::Command, time::Duration};

use rustix::process::Signal;

use super::{Serving, embedded};
use crate::support::{Anonymous, Folder, openchair};

/// A folder for throw-away folders.
struct Temporary(Folder);

impl Temporary {
    fn entries(&self) -> Vec<std::path::PathBuf> {
        std::fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        embedded::kill_all(self.0.path());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_serves_a_made_up_directory_and_leaves_nothing_behind() {
    let temporary = Temporary(Folder::new());
    // As an account that is careful with its files runs it.
    let mut careful = Command::new("sh");
    careful.args(["-c", "umask 077; exec \"$0\" demo --listen 127.0.0.1:0 --workers 1"]).arg(openchair().get_program());
    careful.env_clear().env("PATH", "/usr/bin:/bin").env("TMPDIR", temporary.0.path());
    let mut serving = Serving::start(&mut careful);
    let base = serving.wait_for("serves a made-up directory at ");
    assert_eq!(temporary.entries().len(), 1);
    let caller = Anonymous::of(base);
    assert_eq!(caller.get("/readyz").await.status, 200);
    assert_eq!(caller.json("/v1/meetings?limit=3").await["data"].as_array().unwrap().len(), 3);
    assert!(caller.json("/v1/intergroups").await["data"].as_array().unwrap().len() > 3);
    // What it proposes to try works.
    serving.wait_for("Stop with Ctrl-C");
    let proposed: Vec<String> =
        serving.said.split('\'').filter(|part| part.starts_with("http://")).map(str::to_owned).collect();
    assert_eq!(proposed.len(), 3, "{}", serving.said);
    for address in proposed {
        let path = address.splitn(4, '/').nth(3).unwrap().to_owned();
        let answer = caller.get(&format!("/{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    serving.stop_within(Duration::from_secs(20));
    assert_eq!(temporary.entries(), [] as [std::path::PathBuf; 0]);
}

/// Told to end before it is up, it ends as soon as it can, and cleans up too.
#[tokio::test(flavor = "multi_thread")]
async fn told_to_end_while_it_starts_it_leaves_nothing_behind() {
    let temporary = Temporary(Folder::new());
    let mut demo = openchair();
    demo.args(["demo", "--listen", "127.0.0.1:0"]).env("TMPDIR", temporary.0.path());
    let mut serving = Serving::start(&mut demo);
    serving.wait_for("Starting a throw-away database");
    serving.signal(Signal::TERM);
    serving.stop_within(Duration::from_mins(1));
    assert_eq!(temporary.entries(), [] as [std::path::PathBuf; 0]);
}
