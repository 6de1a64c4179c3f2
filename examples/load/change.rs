//! How long it takes until a change is seen: on the node that it was made on,
//! and on another.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use openchair::kernel::{Clock, SystemClock};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{
    ask::{Ask, Caller},
    process::{Served, service_command},
};

/// How long a change is waited for.
const PATIENCE: Duration = Duration::from_mins(5);

/// Somebody who changes a meeting.
pub struct Office {
    client: Client,
    token: String,
    base: String,
    meeting: String,
}

impl Office {
    /// Takes up an invitation to act for an office, over a node.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn of(node: &Served, data_dir: &Path, slug: &str, meeting: String) -> anyhow::Result<Self> {
        // Whoever measured here before has an account already.
        let email = format!("load-{}@example.org", SystemClock.now().timestamp_millis());
        let arguments = ["office", "invite", &email, "--intergroup", slug, "--role", "editor", "--json"];
        let output = service_command(data_dir)?.args(arguments).output()?;
        if !output.status.success() {
            bail!("not invited: {}", String::from_utf8_lossy(&output.stderr));
        }
        let invited: Value = serde_json::from_slice(&output.stdout)?;
        let client = Client::builder().no_proxy().build()?;
        let base = format!("http://{}", node.address);
        let mut office = Self { client, token: String::new(), base, meeting };
        let body = json!({ "invitation": invited["invitation"], "password": "four lanterns by the river" });
        let pair = office.send(Method::POST, "/v1/auth/office/enrol", &body).await?;
        pair["access_token"].as_str().context("no token")?.clone_into(&mut office.token);
        Ok(office)
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let request = request.header("content-type", "application/json").header("if-match", "*").body(body.to_string());
        let request = if self.token.is_empty() { request } else { request.bearer_auth(&self.token) };
        let answer = request.send().await?;
        let (status, body) = (answer.status(), answer.bytes().await?);
        if !status.is_success() {
            bail!("{path}: {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(serde_json::from_slice(&body)?)
    }

    /// Writes on one node; how long until a search shows it there, and on another
    /// node, both from before the write.
    ///
    /// # Errors
    /// When it is refused or never seen.
    pub async fn write_and_see(&self, own: &Served, other: &Served, n: usize) -> anyhow::Result<[Duration; 2]> {
        let notes = format!("Ring {n} times, {}.", SystemClock.now().timestamp_millis());
        let begun = Instant::now();
        let watch = |node: &Served| {
            let (address, notes) = (node.address, notes.clone());
            let ask = Ask::new(&format!("/v1/meetings?id={}", self.meeting), &[("accept-encoding", "identity")]);
            thread::spawn(move || {
                let mut caller = Caller::to(address)?;
                while begun.elapsed() < PATIENCE {
                    let body = caller.ask(&ask)?.body;
                    if body.windows(notes.len()).any(|part| part == notes.as_bytes()) {
                        return Ok(begun.elapsed());
                    }
                    thread::sleep(Duration::from_millis(2));
                }
                bail!("the change is never seen")
            })
        };
        let watches = [watch(own), watch(other)];
        self.send(Method::PATCH, &format!("/v1/meetings/{}", self.meeting), &json!({ "notes": notes })).await?;
        let [own, other] = watches.map(|watch| watch.join().unwrap_or_else(|_| bail!("a watch panicked")));
        Ok([own?, other?])
    }
}
