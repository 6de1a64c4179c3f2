//! What must never be logged: the logs of a whole run are captured and searched.

use std::{
    io::Write,
    sync::{Arc, LazyLock, Mutex},
};

use reqwest::Method;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use openchair::search::DatabaseState;

use crate::support::{Anonymous, TestApp};

/// Everything that is logged, in memory.
#[derive(Clone, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Captured {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// What this process logs from now on; whatever tests run beside this one log
/// there, too.
pub fn captured() -> &'static Captured {
    static CAPTURED: LazyLock<Captured> = LazyLock::new(|| {
        let captured = Captured::default();
        let subscriber =
            tracing_subscriber::fmt().with_env_filter(FILTER).with_writer(captured.clone()).with_ansi(false);
        subscriber.try_init().expect("nothing else in this process captures logs");
        captured
    });
    &CAPTURED
}

impl Captured {
    /// All of it in lower case, without the listener's own address and what the
    /// test's own client logs.
    pub fn lines(&self) -> Vec<String> {
        let logs = String::from_utf8_lossy(&self.0.lock().unwrap()).to_lowercase();
        let ours = |line: &&str| !line.contains("actix_server::") && !line.contains("hyper_util::");
        logs.lines().filter(ours).map(str::to_owned).collect()
    }
}

/// Ours in every detail, everybody else's as an operator may set it who looks
/// for a fault.
const FILTER: &str = "debug,openchair=trace";

#[tokio::test(flavor = "multi_thread")]
async fn no_log_holds_anything_of_a_caller_or_a_contact() {
    let captured = captured();
    let app = TestApp::new().await;
    app.office("quiet", chrono_tz::America::Chicago).await;
    let feed = r#"[{"slug": "canary-row", "name": "Canaryname", "day": 1, "time": "12:00", "address": "77 Canarystreet",
        "city": "Portland", "latitude": 45.5123, "longitude": -122.6789, "notes": "canarynotes", "types": ["CANARYTYPE"],
        "contact_1_name": "Canarycontact Lastname", "contact_1_email": "canarymail@example.org",
        "contact_1_phone": "503-555-0177"}]"#;
    app.import("quiet", feed.as_bytes()).await;
    let caller = app.anonymous();
    let headers = [
        ("user-agent", "canaryagent/1.0"),
        ("x-forwarded-for", "203.0.113.77"),
        ("forwarded", "for=203.0.113.77"),
        ("authorization", "Bearer canarytoken"),
        ("cookie", "session=canarycookie"),
        ("referer", "https://canaryreferer.example/"),
        ("x-request-id", "marker-request-id"),
    ];
    for path in [
        "/v1/meetings?lat=41.8812345&lng=-87.6298765",
        "/v1/meetings?lat=41.8812345",
        "/v1/groups?q=canaryquery",
        "/v1/meetings?canaryname=canaryvalue",
        "/v1/meetings/canarypath",
        "/canarypath/below",
        "/v1/meetings?cursor=canarycursor",
    ] {
        for method in [Method::GET, Method::DELETE] {
            caller.send(method, path, &headers).await;
        }
    }
    let receipts = corrections(&caller, &headers).await;
    // A failure of the database must not bring its message along.
    app.database.cut().await;
    app.until(|app| app.server.snapshots().database() != DatabaseState::Ok).await;
    caller.send(Method::GET, "/v1/meetings?lat=41.8812345&lng=-87.6298765", &headers).await;
    corrections(&caller, &headers).await;
    app.database.mend().await;
    app.until(|app| app.server.snapshots().database() == DatabaseState::Ok).await;

    let logs = captured.lines();
    assert!(logs.iter().any(|line| line.contains("marker-request-id")), "the log was not captured");
    assert!(logs.iter().any(|line| line.contains("cannot refresh the directory")), "the failure was not logged");
    for forbidden in
        ["canary", "203.0.113.77", "41.88", "-87.62", "45.5123", "lastname", "503-555-0177", "bearer", "127.0.0.1:"]
    {
        let line = logs.iter().find(|line| line.contains(forbidden));
        assert_eq!(line, None, "{forbidden} was logged");
    }
    assert_eq!(receipts.len(), 1);
    assert!(!logs.contains(&receipts[0].to_lowercase()), "a receipt was logged");
}

/// Sends some, right and wrong, and follows them; the receipts.
async fn corrections(caller: &Anonymous, headers: &[(&str, &str)]) -> Vec<String> {
    let found = caller.json("/v1/meetings?attendance=in_person").await;
    let path = format!("/v1/meetings/{}/feedback", found["data"][0]["id"].as_str().unwrap());
    let mut receipts = Vec::new();
    for body in [
        json!({ "kind": "correction", "words": "canarywords", "changes": { "notes": "canaryproposal" } }),
        json!({ "kind": "correction", "changes": { "canaryfield": "canaryvalue", "time": "canarytime" } }),
        json!({ "kind": "canarykind" }),
    ] {
        let given = caller.send_body(Method::POST, &path, headers, Some(&body)).await;
        assert_ne!(given.status, 500, "{}", given.text());
        if given.status == 201 {
            let receipt = given.json()["receipt"].as_str().unwrap().to_owned();
            assert_eq!(caller.get(&format!("/v1/feedback/{receipt}")).await.status, 200);
            receipts.push(receipt);
        }
    }
    caller.get("/v1/feedback/canaryreceipt").await;
    receipts
}
