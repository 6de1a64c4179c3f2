//! Programs on an embedded Postgres of their own data directory.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use openchair::app::postgres;
use rustix::process::{Pid, Signal, kill_process};

use super::{
    Outcome, Serving,
    outcome::{PATIENCE, feed},
};
use crate::support::{Anonymous, Folder, openchair};

/// A data directory and the programs on it.
pub struct Home(Folder);

impl Home {
    pub fn new() -> Self {
        Self(Folder::new())
    }

    fn dir(&self) -> std::path::PathBuf {
        self.0.join("data dir")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = openchair();
        command.args(arguments).arg("--data-dir").arg(self.dir());
        command
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(&mut self.command(arguments), b"")
    }

    fn serve(&self) -> (Serving, Anonymous) {
        let mut serving = Serving::start(&mut self.command(&["serve", "--listen", "127.0.0.1:0", "--workers", "1"]));
        let caller = serving.caller();
        serving.wait_for("directory loaded");
        (serving, caller)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        kill_all(self.0.path());
    }
}

/// The processes whose command line names the folder.
pub fn processes(folder: &Path) -> Vec<Pid> {
    let folder = folder.to_str().unwrap().to_owned();
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let named = entries.filter_map(|entry| {
        let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        String::from_utf8_lossy(&line).contains(&folder).then_some(pid)
    });
    named.collect()
}

/// Kills them, and waits until they are gone.
pub fn kill_all(folder: &Path) {
    let until = Instant::now() + PATIENCE;
    loop {
        let alive = processes(folder);
        if alive.is_empty() || Instant::now() > until {
            return;
        }
        // One that has ended meanwhile needs no signal.
        alive.into_iter().for_each(|pid| _ = kill_process(pid, Signal::KILL));
        std::thread::sleep(Duration::from_millis(5));
    }
}

async fn slugs(caller: &Anonymous) -> Vec<String> {
    let page = caller.json("/v1/meetings?limit=100&sort=name&attendance=in_person,online,hybrid,inactive").await;
    let slugs = page["data"].as_array().unwrap().iter().map(|meeting| meeting["slug"].as_str().unwrap().to_owned());
    slugs.collect()
}

const CREATE: [&str; 7] = ["intergroup", "create", "lantern", "--name", "Lantern", "--timezone", "America/Los_Angeles"];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_makes_joins_and_leaves_the_embedded_database() {
    let home = Home::new();
    assert!(home.run(&["doctor"]).done().contains("started for this check"));
    assert!(home.run(&["migrate", "status"]).done().contains("pending"));
    assert!(home.run(&["migrate"]).done().contains("applied"));
    home.run(&CREATE).done();
    assert!(home.run(&["intergroup", "list"]).done().contains("lantern"));
    let imported = home.run(&["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    assert!(imported.contains("12 created"), "{imported}");
    let exported = home.run(&["export", "--intergroup", "lantern", "--format", "meeting-guide"]).done();
    assert_eq!(exported.lines().count(), 14);
    assert_eq!(home.run(&["doctor"]).code, Some(0));
    // Each was the last one, and has stopped it.
    assert!(!postgres::is_running(&home.dir()));

    // Two programs share it: the one that serves shows what the other brings.
    let (mut serving, caller) = home.serve();
    assert!(home.run(&["doctor"]).done().contains("the embedded Postgres runs\n"));
    assert_eq!(slugs(&caller).await.len(), 12);
    home.run(&["import", &feed("clean-next.json"), "--intergroup", "lantern"]).done();
    serving.wait_for("meetings=13");
    assert!(slugs(&caller).await.contains(&"window-seat-at-night".to_owned()));
    assert!(postgres::is_running(&home.dir()), "the import was not the last to use it");
    serving.stop_within(Duration::from_secs(20));
    assert!(!postgres::is_running(&home.dir()));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_death_of_everything_the_directory_is_the_same() {
    let home = Home::new();
    home.run(&CREATE).done();
    let (mut serving, caller) = home.serve();
    home.run(&["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    serving.wait_for("meetings=12");
    let before = slugs(&caller).await;
    assert_eq!(before.len(), 12);

    // The server alone: its database goes on or comes again.
    serving.kill();
    let (mut serving, caller) = home.serve();
    assert_eq!(slugs(&caller).await, before);

    // All of it at one moment.
    let all = processes(&home.dir());
    assert!(all.len() >= 3, "{all:?}");
    all.into_iter().for_each(|pid| _ = kill_process(pid, Signal::KILL));
    serving.child.wait().unwrap();
    let (serving, caller) = home.serve();
    assert_eq!(slugs(&caller).await, before);
    serving.stop_within(Duration::from_secs(20));
}
