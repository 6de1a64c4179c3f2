//! Whether what is written on one node is seen on another within a second:
//! `two_nodes WRITES`, or within so many milliseconds: `two_nodes WRITES MS`.
//!
//! Two `openchair serve` share one embedded Postgres. A meeting is changed on
//! the one and then on the other; whoever keeps a copy asks the other one for
//! changes until it has been told. Half of the time the notification channel is
//! cut: first the connections that listen are ended as soon as they are there,
//! then the processes behind them are stopped, so that they look alive and say
//! nothing. With `--stalled` a node itself is stopped for longer than a second
//! now and then: some must then be late, or this program could not find it.
#![expect(clippy::print_stdout, reason = "what it prints is what is read")]

#[path = "common/nodes.rs"]
mod nodes;

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use reqwest::{Client, Method};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sqlx::PgConnection;

use self::nodes::Place;

const PATIENCE: Duration = Duration::from_mins(1);
/// What is promised.
const WITHIN: Duration = Duration::from_secs(1);
/// How many writes before the channel is cut, cut otherwise, or mended.
const PHASE: usize = 10;
/// An access token is good for five minutes.
const REFRESH_AFTER: Duration = Duration::from_mins(3);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let before = arguments.len();
    arguments.retain(|argument| argument != "--stalled");
    let stalled = arguments.len() < before;
    let writes: usize = arguments.first().context("how many writes?")?.parse()?;
    let within = arguments.get(1).map_or(Ok(WITHIN), |ms| ms.parse().map(Duration::from_millis))?;
    let mut bench = Bench::new()?;
    let mut office = Office::of(&bench).await?;
    let mut took = Vec::new();
    for n in 0..writes {
        let channel = Channel::of(n);
        bench.set(channel).await?;
        let writer = n % 2;
        if stalled && n % PHASE == 0 {
            bench.stall(1 - writer);
        }
        took.push((channel, office.write_and_see(&mut bench, writer, n).await?));
    }
    bench.set(Channel::Whole).await?;
    let late = took.iter().filter(|(_, took)| *took > within).count();
    for channel in [Channel::Whole, Channel::Ended, Channel::Silent] {
        let mut of: Vec<Duration> = took.iter().filter(|(of, _)| *of == channel).map(|(_, took)| *took).collect();
        of.sort_unstable();
        if let (Some(middle), Some(last)) = (of.get(of.len() / 2), of.last()) {
            println!("channel {channel:?}: {} writes, median {middle:.0?}, slowest {last:.0?}", of.len());
        }
    }
    println!("{} of {writes} seen within {within:?}", writes - late);
    if stalled == (late == 0) {
        bail!(if stalled { "nothing was late that should have been" } else { "some were seen too late" });
    }
    Ok(())
}

/// The state of the notification channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Channel {
    Whole,
    /// Connections that listen are ended as soon as they are there.
    Ended,
    /// They are there and say nothing.
    Silent,
}

impl Channel {
    /// Half of the time it is whole.
    fn of(n: usize) -> Self {
        [Self::Whole, Self::Ended, Self::Whole, Self::Silent][n / PHASE % 4]
    }
}

/// Two nodes on one Postgres, and what is done to their channel.
struct Bench {
    place: Place,
    owner: Option<PgConnection>,
    stopped: Vec<Pid>,
    channel: Channel,
}

impl Bench {
    fn new() -> anyhow::Result<Self> {
        let mut place = Place::new()?;
        for _ in 0..2 {
            place.serve(&["--no-worker"])?;
        }
        Ok(Self { place, owner: None, stopped: Vec::new(), channel: Channel::Whole })
    }

    /// Brings the channel into a state, and keeps it there: nodes connect anew.
    async fn set(&mut self, channel: Channel) -> anyhow::Result<()> {
        if channel != self.channel {
            self.wake();
        }
        self.channel = channel;
        self.keep_cut().await
    }

    async fn keep_cut(&mut self) -> anyhow::Result<()> {
        let owner = match &mut self.owner {
            Some(owner) => owner,
            None => self.owner.insert(self.place.owner().await?),
        };
        let listening = "query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()";
        match self.channel {
            Channel::Whole => {}
            Channel::Ended => {
                let sql = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listening}");
                sqlx::query(sqlx::AssertSqlSafe(sql)).execute(owner).await?;
            }
            Channel::Silent => {
                let sql = format!("SELECT pid FROM pg_stat_activity WHERE {listening}");
                let pids: Vec<i32> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(owner).await?;
                for pid in pids.into_iter().filter_map(Pid::from_raw) {
                    if !self.stopped.contains(&pid) {
                        kill_process(pid, Signal::STOP)?;
                        self.stopped.push(pid);
                    }
                }
            }
        }
        Ok(())
    }

    fn wake(&mut self) {
        for pid in self.stopped.drain(..) {
            // One that has ended meanwhile needs no signal.
            _ = kill_process(pid, Signal::CONT);
        }
    }

    /// Stops a node for longer than is promised.
    fn stall(&self, node: usize) {
        let Some(pid) = Pid::from_raw(self.place.nodes[node].0.id() as i32) else { return };
        std::thread::spawn(move || {
            _ = kill_process(pid, Signal::STOP);
            std::thread::sleep(WITHIN * 2);
            _ = kill_process(pid, Signal::CONT);
        });
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.wake();
    }
}

/// Somebody who writes, and somebody who keeps a copy.
struct Office {
    client: Client,
    pair: Value,
    refreshed: Instant,
    meeting: String,
    cursor: Option<String>,
}

impl Office {
    async fn of(bench: &Bench) -> anyhow::Result<Self> {
        bench.place.run(&["intergroup", "create", "lantern", "--name", "Lantern", "--timezone", "America/Chicago"])?;
        let invite = ["office", "invite", "ada@example.org", "--intergroup", "lantern", "--role", "editor", "--json"];
        let invited: Value = serde_json::from_str(&bench.place.run(&invite)?)?;
        let client = Client::builder().no_proxy().build()?;
        let mut office =
            Self { client, pair: Value::Null, refreshed: Instant::now(), meeting: String::new(), cursor: None };
        let body = json!({ "invitation": invited["invitation"], "password": "four lanterns by the river" });
        office.pair = office.until_made(bench, "/v1/auth/office/enrol", &body).await?;
        let body = json!({ "name": "Sunrise", "day": 1, "time": "06:30", "types": ["O"],
                           "conference": { "url": "https://zoom.us/j/123456789" } });
        let made = office.until_made(bench, "/v1/intergroups/lantern/meetings", &body).await?;
        office.meeting = format!("/v1/meetings/{}", made["id"].as_str().context("no id")?);
        Ok(office)
    }

    /// Asks until the node is up.
    async fn until_made(&self, bench: &Bench, path: &str, body: &Value) -> anyhow::Result<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.send(bench, 0, Method::POST, path, Some(body)).await {
                Ok((200 | 201, body)) => return Ok(body),
                // Not up, or it has not heard of the office yet.
                Ok((404 | 503, _)) | Err(_) if Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                other => bail!("{path}: {other:?}"),
            }
        }
    }

    async fn send(
        &self,
        bench: &Bench,
        node: usize,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<(u16, Value)> {
        let mut request = self.client.request(method, format!("{}{path}", bench.place.nodes[node].1));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").header("if-match", "*").body(body.to_string());
            if let Some(token) = self.pair["access_token"].as_str() {
                request = request.bearer_auth(token);
            }
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, serde_json::from_slice(&answer.bytes().await?)?))
    }

    /// Writes on a node, and asks the other one for changes until it tells; how
    /// long that took. From before the write: its answer comes when its own node
    /// shows it, which takes as long where that node's channel is cut.
    async fn write_and_see(&mut self, bench: &mut Bench, node: usize, n: usize) -> anyhow::Result<Duration> {
        if self.refreshed.elapsed() > REFRESH_AFTER {
            let body = json!({ "refresh_token": self.pair["refresh_token"] });
            (_, self.pair) = self.send(bench, node, Method::POST, "/v1/auth/office/refresh", Some(&body)).await?;
            self.refreshed = Instant::now();
        }
        let notes = format!("Ring {n} times.");
        let patch = json!({ "notes": notes });
        let begun = Instant::now();
        let (status, answer) = self.send(bench, node, Method::PATCH, &self.meeting, Some(&patch)).await?;
        if status != 200 {
            bail!("{status}: {answer}");
        }
        loop {
            let cursor = self.cursor.as_ref().map_or(String::new(), |cursor| format!("&cursor={cursor}"));
            let path = format!("/v1/meetings/changes?intergroup_id=lantern{cursor}");
            let (status, page) = self.send(bench, 1 - node, Method::GET, &path, None).await?;
            // Not known yet where it has only just been started.
            if status != 503 {
                self.cursor = Some(page["next_cursor"].as_str().with_context(|| page.to_string())?.to_owned());
            }
            let items = page["data"].as_array().into_iter().flatten();
            if items.into_iter().any(|item| item["meeting"]["notes"] == notes) {
                return Ok(begun.elapsed());
            }
            if begun.elapsed() > PATIENCE {
                bail!("write {n} is never seen");
            }
            bench.keep_cut().await?;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}
