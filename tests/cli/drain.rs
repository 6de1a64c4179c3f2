//! The end of `openchair serve`: what is running ends whole.

use std::{net::SocketAddr, time::Duration};

use rustix::process::Signal;
use sqlx::Executor;
use tokio::net::TcpStream;

use super::{
    Serving, command,
    outcome::{feed, office},
    run,
};
use crate::support::{TestDatabase, Wire};

const SOON: Duration = Duration::from_secs(30);
const GOOD: &str = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

fn serve(database: &TestDatabase, more: &[&str]) -> Serving {
    Serving::start(&mut command(database, &[&["serve", "--listen", "127.0.0.1:0", "--workers", "1"], more].concat()))
}

/// A directory with more to say than any buffers between two sockets hold.
async fn much() -> TestDatabase {
    let database = office().await;
    run(&database, &["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    // What no search looks at, so that it is loaded fast.
    let longer = "UPDATE directory.meetings SET conference_url_notes = repeat('What is said here is heard. ', 200000)
                  WHERE conference_url IS NOT NULL;
                  UPDATE directory.directory_clock SET revision = revision + 1";
    database.owner().await.execute(longer).await.unwrap();
    database
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_streams_that_run_end_whole_and_no_new_ones_begin() {
    let database = much().await;
    let mut serving = serve(&database, &[]);
    let address: SocketAddr = serving.wait_for("listening address=").parse().unwrap();
    serving.wait_for("directory loaded");
    let mut idle = Wire::to(address).await;
    idle.send(GOOD).await;
    assert_eq!(idle.answer().await.status, 200);
    // It hears that its body is waited for: the request runs.
    let body = r#"{"auth_key":"x"}"#;
    let mut busy = Wire::to(address).await;
    let head =
        "POST /v1/auth/member/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue";
    busy.send(format!("{head}\r\ncontent-length: {}\r\n\r\n", body.len())).await;
    assert_eq!(busy.answer().await.status, 100);
    let mut stream = Wire::narrow(address).await;
    stream.send("GET /v1/meetings.ndjson HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(stream.hears_within(SOON).await);

    serving.signal(Signal::TERM);
    serving.wait_for("draining");
    assert_eq!(idle.until_ended().await.len(), 0);
    let refused = async { while TcpStream::connect(address).await.is_ok() {} };
    tokio::time::timeout(SOON, refused).await.expect("new connections are taken");
    busy.send(body).await;
    let answer = busy.answer().await;
    answer.is_problem(422, "invalid_content");
    answer.is_last();
    assert_eq!(busy.until_ended().await.len(), 0);
    let answers = stream.all().await;
    let lines = answers[0].body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let meetings: Vec<serde_json::Value> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert_eq!((answers.len(), meetings.len()), (1, 11));
    assert!(answers[0].body.len() > 2 * 28 * 200_000, "{} bytes", answers[0].body.len());
    let said = serving.stop_within(SOON);
    assert!(!said.contains("ERROR"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_notice_readyz_says_503_first_and_everything_else_is_answered() {
    let database = office().await;
    let mut serving = serve(&database, &["--drain-notice-s", "300"]);
    let caller = serving.caller();
    serving.wait_for("directory loaded");
    assert_eq!(caller.get("/readyz").await.status, 200);
    serving.signal(Signal::TERM);
    serving.wait_for("draining");
    let told = async {
        loop {
            let ready = caller.get("/readyz").await;
            if ready.status != 200 {
                break ready;
            }
        }
    };
    let ready = tokio::time::timeout(SOON, told).await.expect("it says that it is ready");
    assert_eq!((ready.status, ready.json()["status"].as_str().unwrap()), (503, "draining"));
    for path in ["/livez", "/v1/vocabulary", "/v1/intergroups/lantern"] {
        assert_eq!(caller.get(path).await.status, 200, "{path}");
    }
    // What others write is still seen.
    run(&database, &["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    serving.wait_for("meetings=12");
    // Whoever says it twice does not want to wait.
    serving.stop_within(SOON);
}
