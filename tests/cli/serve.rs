//! `openchair serve`

use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use super::{
    Outcome, Serving, command,
    outcome::{feed, office},
    run,
};
use crate::support::{Bearer, TestDatabase, Wire, openchair};

fn serve(database: &TestDatabase, more: &[&str]) -> Serving {
    Serving::start(&mut command(database, &[&["serve", "--listen", "127.0.0.1:0", "--workers", "1"], more].concat()))
}

const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_and_ends_in_order_when_it_is_told_to() {
    let database = office().await;
    run(&database, &["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    for signal in [Signal::TERM, Signal::INT] {
        let mut serving = serve(&database, &[]);
        let caller = serving.caller();
        serving.wait_for("directory loaded");
        let ready = caller.get("/readyz").await;
        assert_eq!((ready.status, caller.get("/livez").await.status), (200, 200), "{}", ready.text());
        assert_eq!(caller.json("/v1/intergroups/lantern").await["slug"], "lantern");
        serving.signal(signal);
        let said = serving.stop_within(SOON);
        assert!(said.contains("draining"), "{said}");
        assert!(!said.contains("ERROR"), "{said}");
    }
}

/// By the machine's own clock, which no other test of runs has.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_of_a_source_is_applied() {
    let database = office().await;
    let invited = run(
        &database,
        &["office", "invite", "kit@example.org", "--intergroup", "lantern", "--role", "owner", "--json"],
    )
    .json();
    let mut serving = serve(&database, &[]);
    let caller = serving.caller();
    serving.wait_for("directory loaded");
    let body = json!({ "invitation": invited["invitation"], "password": "lamp of an evening room" });
    let enrolled = caller.post("/v1/auth/office/enrol", &body).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text());
    let owner = Bearer::of_pair(caller.clone(), &enrolled.json());
    let feed = owner.post("/v1/intergroups/lantern/feeds", &json!({ "name": "Our sheet" })).await.json();
    let path = format!("/v1/feeds/{}/imports?mode=plan", feed["id"].as_str().unwrap());
    let row = |n: u32| {
        json!({ "slug": format!("m{n}"), "name": format!("Room {n}"), "day": 1, "time": "19:00", "types": ["O"],
                               "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA" })
    };
    // New ones, then a changed one and one that goes.
    let mut other = row(2);
    other["time"] = json!("19:30");
    for rows in [json!([row(1), row(2), row(3), row(4)]), json!([row(1), other, row(3)])] {
        let planned = owner.post(&path, &rows).await;
        assert_eq!(planned.status, 201, "{}", planned.text());
        let id = planned.json()["id"].as_str().unwrap().to_owned();
        let applied = owner.poke(&format!("/v1/imports/{id}/apply")).await;
        assert_eq!((applied.status, &applied.json()["status"]), (200, &json!("applied")), "{}", applied.text());
    }
    assert_eq!(caller.json("/v1/meetings").await["total"], 3);
    serving.stop_within(SOON);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_command_it_serves() {
    let database = TestDatabase::new().await;
    let mut serving = Serving::start(&mut command(&database, &["--listen", "127.0.0.1:0", "--workers", "1"]));
    assert_eq!(serving.caller().get("/livez").await.status, 200);
    serving.stop_within(SOON);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_applies_migrations_unless_it_is_told_not_to() {
    let database = TestDatabase::empty().await;
    let mut serving = serve(&database, &["--no-migrate"]);
    serving.wait_for("openchair migrate");
    let caller = serving.caller();
    assert_eq!(caller.get("/readyz").await.status, 503);
    caller.get("/v1/meetings").await.is_problem(503, "unavailable", &[]);
    serving.stop_within(SOON);
    assert!(run(&database, &["migrate", "status"]).done().contains("pending"));
    let mut serving = serve(&database, &[]);
    let caller = serving.caller();
    serving.wait_for("directory loaded");
    assert_eq!(caller.get("/readyz").await.status, 200);
    serving.stop_within(SOON);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_fails_in_one_line() {
    let database = TestDatabase::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    let mut second = command(&database, &["serve", "--listen", &taken]);
    Outcome::of(&mut second, b"").failed_saying(&["cannot listen on", &taken]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_serves_shows_what_another_program_imports() {
    let database = office().await;
    let mut nodes = [serve(&database, &[]), serve(&database, &[])];
    let callers = [nodes[0].caller(), nodes[1].caller()];
    run(&database, &["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    for (node, caller) in nodes.iter_mut().zip(&callers) {
        node.wait_for("meetings=12");
        assert_eq!(
            caller.json("/v1/meetings?attendance=in_person,online,hybrid,inactive").await["data"]
                .as_array()
                .unwrap()
                .len(),
            12
        );
    }
    for node in nodes {
        node.stop_within(SOON);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_can_be_json_and_hold_no_address_of_a_caller_and_no_query() {
    let database = office().await;
    let mut serving = serve(&database, &["--log-format", "json", "--log", "debug"]);
    serving.wait_for("directory loaded");
    let address = serving.wait_for("\"address\":\"").split('"').next().unwrap().to_owned();
    let caller = crate::support::Anonymous::of(format!("http://{address}"));
    let asked = "/v1/meetings?lat=41.88123&lng=-87.63321";
    caller.send(reqwest::Method::GET, asked, &[("user-agent", "a-telling-agent")]).await;
    let said = serving.stop_within(SOON);
    for line in said.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    for hidden in ["41.88", "87.63", "a-telling-agent", "postgres://"] {
        assert!(!said.contains(hidden), "{hidden} is in:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_open_files_mean_few_connections_and_no_failure() {
    let database = office().await;
    let program = env!("CARGO_BIN_EXE_openchair");
    let url = database.url();
    let mut limited = openchair();
    // 512 are for what else is open.
    limited.args(["--listen", "127.0.0.1:0", "--workers", "1", "--database-url", &url]);
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", "ulimit -n 600; exec \"$0\" \"$@\"", program]).args(limited.get_args()).env_clear();
    shell.envs(limited.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut serving = Serving::start(&mut shell);
    serving.wait_for("connections=88");
    let address = serving.wait_for("listening address=").parse().unwrap();
    serving.wait_for("directory loaded");
    let asks = "GET /v1/intergroups/lantern HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut served = Vec::new();
    for _ in 0..88 {
        let mut wire = Wire::to(address).await;
        wire.send(asks).await;
        assert_eq!(wire.answer().await.status, 200);
        served.push(wire);
    }
    let mut waiting = Wire::to(address).await;
    waiting.send(asks).await;
    assert!(!waiting.hears_within(Duration::from_millis(500)).await, "there is room for more");
    served.pop();
    assert_eq!(waiting.answer().await.status, 200);
    let said = serving.stop_within(SOON);
    assert!(!said.contains("ERROR"), "{said}");
}
