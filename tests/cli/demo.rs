//! `openchair demo`

use std::{process::Command, time::Duration};

use openchair::kernel::{Clock as _, SystemClock};
use rustix::process::Signal;
use serde_json::Value;

use super::{Serving, embedded};
use crate::support::{Anonymous, Authenticator, Bearer, Folder, openchair};

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

/// A request as the demo proposes it.
struct Proposed {
    path: String,
    token: Option<String>,
    body: Option<Value>,
}

fn proposed(said: &str) -> Vec<Proposed> {
    let read = |line: &str| {
        let url = line.split_once("http://").unwrap().1.split(['\'', ' ']).next().unwrap();
        Proposed {
            path: format!("/{}", url.split_once('/').unwrap().1),
            token: line.split_once("Bearer ").map(|(_, token)| token.trim_end_matches('\'').to_owned()),
            body: line.split_once("--json '").map(|(_, body)| body.trim_end_matches('\'').parse().unwrap()),
        }
    };
    said.lines().map(str::trim).filter(|line| line.starts_with("curl ")).map(read).collect()
}

/// What it proposes, done; the last pair of tokens is the moderator's.
async fn tried(said: &str, caller: &Anonymous) -> Vec<Value> {
    let secret = said.split_once("oathtool --totp -b ").unwrap().1.lines().next().unwrap();
    let authenticator = Authenticator::scan(&format!("otpauth://totp/OpenChair:demo?secret={secret}&issuer=OpenChair"));
    let mut answers = Vec::new();
    for Proposed { path, token, body } in proposed(said) {
        let answer = match (token, body) {
            (Some(token), _) => Bearer::new(caller.clone(), &token).get(&path).await,
            (None, None) => caller.get(&path).await,
            (None, Some(mut body)) => {
                if body.get("code").is_some() {
                    body["code"] = authenticator.code(SystemClock.now()).into();
                }
                caller.post(&path, &body).await
            }
        };
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answers.push(answer.json());
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn it_serves_what_is_made_up_and_leaves_nothing_behind() {
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
    serving.wait_for("Stop with Ctrl-C");
    let [_, _, week, _, pass, _, moderator] = &tried(&serving.said, &caller).await[..] else {
        panic!("{}", serving.said)
    };
    for (what, count) in [("passes", 3), ("goals", 1), ("check_ins", 1), ("milestones", 1), ("nudges", 1)] {
        assert_eq!(week[what].as_array().map(Vec::len), Some(count), "{what}: {week}");
    }
    for alias in week["passes"].as_array().unwrap() {
        assert!(serving.said.contains(&format!("  {} ", alias["alias"].as_str().unwrap())), "{}", serving.said);
    }
    assert_eq!(week["check_ins"][0]["answers"][0]["reaction"], "been_there");
    let peer = Bearer::of_pair(caller.clone(), pass);
    assert_eq!(peer.get("/v1/circles/self").await.json()["passes"], week["passes"]);
    let moderator = Bearer::of_pair(caller, moderator);
    let queue = moderator.get("/v1/moderation/queue").await.json();
    assert_eq!((queue["data"].as_array().map(Vec::len), &queue["data"][0]["kind"]), (Some(1), &"review".into()));
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
