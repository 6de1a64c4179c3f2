//! Whether many sources that are due at once are each read once, and what that
//! costs whoever searches meanwhile: `many_sources SOURCES MEETINGS`.
//!
//! Two `openchair serve` share one embedded Postgres; a server beside them
//! plays the sources. They are read for the first time, then (after a while of
//! nothing but searches) again with a change in each, then again without any.
//! With `--kill` one node reads them and is killed with SIGKILL in the middle of
//! it, again and again: every import is there whole or not at all, and in the
//! end all of them are.
#![expect(clippy::print_stdout, reason = "what it prints is what is read")]

#[path = "common/nodes.rs"]
mod nodes;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use self::nodes::Place;

/// What is promised for a thousand.
const PATIENCE: Duration = Duration::from_mins(10);
/// Searches a second, and how long they go on when nothing else happens.
const SEARCHES_A_S: u64 = 100;
const IDLE: Duration = Duration::from_secs(20);
/// Clock ticks of a processor a second, as Linux tells them.
const TICKS_A_S: f64 = 100.0;
/// How often the node is killed.
const KILLS: usize = 3;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let before = arguments.len();
    arguments.retain(|argument| argument != "--kill");
    let kill = arguments.len() < before;
    let number = |at: usize| anyhow::Ok(arguments.get(at).context("how many sources, of how many meetings?")?.parse()?);
    let (sources, meetings) = (number(0)?, number(1)?);
    let bench = Bench::of(sources, meetings).await?;
    if kill { bench.kill().await } else { bench.measure().await }
}

/// Sources and the offices that have connected them.
struct Bench {
    place: Place,
    owner: PgConnection,
    stub: Arc<Stub>,
    sources: usize,
    meetings: usize,
}

impl Bench {
    async fn of(sources: usize, meetings: usize) -> anyhow::Result<Self> {
        let place = Place::new()?;
        let stub = Stub::start(meetings).await?;
        place.run(&["intergroup", "create", "lantern", "--name", "Lantern", "--timezone", "America/Chicago"])?;
        let mut owner = place.owner().await?;
        let sql = format!(
            "INSERT INTO directory.intergroups
             SELECT (jsonb_populate_record(i, jsonb_build_object(
                 'id', gen_random_uuid(), 'slug', 'office-' || n, 'name', 'Office ' || n))).*
             FROM directory.intergroups i, generate_series(1, {sources}) AS n WHERE i.slug = 'lantern';
             INSERT INTO directory.feeds
                 (id, intergroup_id, kind, name, format, url, every_hours, created_at, state_since, due_at)
             SELECT gen_random_uuid(), id, 'url', 'Website', 'meeting_guide', 'http://{}/' || slug, 12, now(), now(), now()
             FROM directory.intergroups WHERE slug LIKE 'office-%'",
            stub.address
        );
        owner.execute(AssertSqlSafe(sql)).await?;
        Ok(Self { place, owner, stub, sources, meetings })
    }

    async fn measure(mut self) -> anyhow::Result<()> {
        for _ in 0..2 {
            self.place.serve(&["--fetch-allow", "127.0.0.0/8"])?;
        }
        let watch = Watch::start(&self.place);
        let took = self.until_read(1).await?;
        println!(
            "first reading: {} sources of {} meetings in {took:.1?}; {}",
            self.sources,
            self.meetings,
            watch.end()
        );
        let total = self.count("SELECT count(*) FROM directory.meetings WHERE deleted_at IS NULL").await?;
        if total != self.sources * self.meetings {
            bail!("{total} meetings");
        }

        let (pid, address) = (self.place.nodes[0].0.id(), self.place.nodes[0].1.clone());
        // What was written last is being loaded still.
        tokio::time::sleep(Duration::from_secs(10)).await;
        let idle = Searches::start(pid, &address)?;
        tokio::time::sleep(IDLE).await;
        let (idle, searches) = idle.end().await?;
        println!("idle: {searches} searches at {:.0} us of processor each", idle * 1e6);

        self.stub.version.fetch_add(1, Ordering::SeqCst);
        self.all_due().await?;
        let (watch, busy) = (Watch::start(&self.place), Searches::start(pid, &address)?);
        let took = self.until_read(2).await?;
        let (busy, searches) = busy.end().await?;
        println!("a change in each: {took:.1?}; {}", watch.end());
        println!("meanwhile: {searches} searches at {:.0} us, {:.2} x idle", busy * 1e6, busy / idle);

        let writes = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables
                      WHERE schemaname = 'directory' AND relname";
        // Counted when the connections that wrote have reported it.
        tokio::time::sleep(Duration::from_secs(12)).await;
        let before = self.count(&format!("{writes} <> 'feeds'")).await?;
        self.all_due().await?;
        let took = self.until_read(3).await?;
        tokio::time::sleep(Duration::from_secs(12)).await;
        let written = self.count(&format!("{writes} <> 'feeds'")).await? - before;
        println!(
            "no change: {took:.1?}, {} answers 304, {written} rows written besides the feeds' own",
            self.stub.unchanged.load(Ordering::SeqCst)
        );
        if written > 0 || self.stub.unchanged.load(Ordering::SeqCst) != self.sources {
            bail!("an unchanged source cost more than its row");
        }
        Ok(())
    }

    async fn kill(mut self) -> anyhow::Result<()> {
        for n in 1..=KILLS {
            self.place.serve(&["--fetch-allow", "127.0.0.0/8"])?;
            let before = self.applied().await?;
            // In the middle: some are applied, the others are under way or waiting.
            let until = Instant::now() + PATIENCE;
            while self.applied().await? < before + self.sources / (KILLS * 2) {
                if Instant::now() > until {
                    bail!("nothing is applied");
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let (mut node, _) = self.place.nodes.pop().context("no node")?;
            node.kill()?;
            node.wait()?;
            let leased = self.count("SELECT count(*) FROM directory.feeds WHERE lease IS NOT NULL").await?;
            let applied = self.whole_or_not_at_all().await?;
            println!("kill {n}: {applied} imports whole, {leased} under way, of the others nothing");
        }
        self.place.serve(&["--fetch-allow", "127.0.0.0/8"])?;
        let begun = Instant::now();
        while self.applied().await? < self.sources {
            if begun.elapsed() > PATIENCE {
                bail!("not finished");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let applied = self.whole_or_not_at_all().await?;
        println!("after the last start all {applied} are finished in {:.0?}", begun.elapsed());
        let runs = self.count("SELECT count(*) FROM directory.imports WHERE status = 'applied'").await?;
        let open = self.count("SELECT count(*) FROM directory.imports WHERE status <> 'applied'").await?;
        if (applied, runs, open) != (self.sources, self.sources, 0) {
            bail!("{applied} imports, {runs} runs applied, {open} others");
        }
        Ok(())
    }

    /// Every office has all meetings and a run that says so, or neither; how many have.
    async fn whole_or_not_at_all(&mut self) -> anyhow::Result<usize> {
        let half = format!(
            "SELECT count(*) FROM directory.feeds f WHERE
               (SELECT count(*) FROM directory.imports i WHERE i.feed_id = f.id AND i.status = 'applied') * {meetings}
               <> (SELECT count(*) FROM directory.meetings m WHERE m.intergroup_id = f.intergroup_id)
             OR (SELECT count(*) FROM directory.meetings m WHERE m.intergroup_id = f.intergroup_id)
               <> (SELECT count(*) FROM directory.meeting_sources s WHERE s.feed_id = f.id)",
            meetings = self.meetings
        );
        let half = self.count(&half).await?;
        if half > 0 {
            bail!("{half} imports are neither whole nor nothing");
        }
        self.applied().await
    }

    async fn applied(&mut self) -> anyhow::Result<usize> {
        self.count("SELECT count(DISTINCT feed_id) FROM directory.imports WHERE status = 'applied'").await
    }

    async fn all_due(&mut self) -> anyhow::Result<()> {
        self.owner.execute("UPDATE directory.feeds SET due_at = now()").await?;
        Ok(())
    }

    async fn count(&mut self, sql: &str) -> anyhow::Result<usize> {
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut self.owner).await?;
        Ok(usize::try_from(count)?)
    }

    /// Waits until every source was read as often, and no more often; how long that took.
    async fn until_read(&mut self, times: usize) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        while self.count("SELECT count(*) FROM directory.feeds WHERE due_at <= now() OR lease IS NOT NULL").await? > 0 {
            if begun.elapsed() > PATIENCE {
                bail!("not done within {PATIENCE:?}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let took = begun.elapsed();
        let failing = self.count("SELECT count(*) FROM directory.feeds WHERE state <> 'ok'").await?;
        let read = self.stub.read.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let wrong = read.values().filter(|read| **read != times).count();
        if failing > 0 || read.len() != self.sources || wrong > 0 {
            bail!("{failing} sources fail; of {} read, {wrong} not {times} times", read.len());
        }
        Ok(took)
    }
}

/// What plays the sources.
struct Stub {
    address: String,
    meetings: usize,
    /// What they all say.
    version: AtomicUsize,
    /// How often each was read.
    read: Mutex<HashMap<String, usize>>,
    unchanged: AtomicUsize,
}

impl Stub {
    async fn start(meetings: usize) -> anyhow::Result<Arc<Self>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let stub = Arc::new(Self {
            address: listener.local_addr()?.to_string(),
            meetings,
            version: AtomicUsize::new(1),
            read: Mutex::default(),
            unchanged: AtomicUsize::new(0),
        });
        let serving = Arc::clone(&stub);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let stub = Arc::clone(&serving);
                tokio::spawn(async move { stub.answer(socket).await });
            }
        });
        Ok(stub)
    }

    async fn answer(&self, mut socket: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            if socket.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let source = head.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
        let version = self.version.load(Ordering::SeqCst);
        let is_known = head.lines().any(|line| line == format!("if-none-match: \"{version}\""));
        *self.read.lock().unwrap_or_else(PoisonError::into_inner).entry(source.clone()).or_default() += 1;
        let answer = if is_known {
            self.unchanged.fetch_add(1, Ordering::SeqCst);
            format!("HTTP/1.1 304 Not Modified\r\netag: \"{version}\"\r\nconnection: close\r\n\r\n")
        } else {
            let rows: Value = (0..self.meetings).map(|n| meeting(&source, n, version)).collect();
            let rows = rows.to_string();
            format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\netag: \"{version}\"\r\nconnection: close\r\n\
                 content-length: {}\r\n\r\n{rows}",
                rows.len()
            )
        };
        socket.write_all(answer.as_bytes()).await?;
        socket.shutdown().await
    }
}

/// A meeting of a source; the first one's notes tell the version.
fn meeting(source: &str, n: usize, version: usize) -> Value {
    let notes = if n == 0 { format!("Version {version}") } else { format!("Ring {n} times, and come in.") };
    json!({
        "slug": format!("m{n}"), "name": format!("Morning Light {n}"), "day": n % 7, "time": format!("{:02}:30", n % 24),
        "types": ["O", "D"], "notes": notes, "location": format!("Hall {}", n / 3), "group": format!("Group {}", n / 5),
        "formatted_address": format!("{} {source} Street, Chicago, IL 60601, USA", n / 3), "region": "North",
        "latitude": 41.6 + (n / 3) as f64 * 0.003, "longitude": -87.9 + source.len() as f64 * 0.01,
    })
}

/// Watches how much memory the nodes use.
struct Watch {
    ending: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Vec<[usize; 3]>>,
}

impl Watch {
    fn start(place: &Place) -> Self {
        let pids: Vec<u32> = place.nodes.iter().map(|(node, _)| node.id()).collect();
        let ending = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ending);
        let thread = std::thread::spawn(move || {
            let mut seen: Vec<[usize; 3]> = pids.iter().map(|pid| [resident_mib(*pid); 3]).collect();
            while !end.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(100));
                for (pid, [_, most, last]) in pids.iter().zip(&mut seen) {
                    *last = resident_mib(*pid);
                    *most = (*most).max(*last);
                }
            }
            seen
        });
        Self { ending, thread }
    }

    fn end(self) -> String {
        self.ending.store(true, Ordering::SeqCst);
        let seen = self.thread.join().unwrap_or_default();
        let told = seen.iter().map(|[first, most, last]| format!("{first} -> {last} MiB, at most {most}"));
        format!("memory {}", told.collect::<Vec<_>>().join("; "))
    }
}

fn resident_mib(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse().ok());
    kib.unwrap_or(0) / 1024
}

/// Searches at an even pace.
struct Searches {
    pid: u32,
    ticks: f64,
    ending: Arc<AtomicBool>,
    asking: tokio::task::JoinHandle<anyhow::Result<usize>>,
}

impl Searches {
    fn start(pid: u32, address: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("{address}/v1/meetings?lat=41.7&lng=-87.8&radius_m=25000&day=1&type=D&limit=20");
        let ending = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ending);
        let asking = tokio::spawn(async move {
            let mut pace = tokio::time::interval(Duration::from_micros(1_000_000 / SEARCHES_A_S));
            let mut asked = 0;
            while !end.load(Ordering::SeqCst) {
                pace.tick().await;
                let answer = client.get(&url).header("accept-encoding", "identity").send().await?;
                let (status, bytes) = (answer.status(), answer.bytes().await?);
                if status != 200 || bytes.len() < 1000 {
                    bail!("{status}: {} bytes", bytes.len());
                }
                asked += 1;
            }
            Ok(asked)
        });
        Ok(Self { pid, ticks: answering_ticks(pid)?, ending, asking })
    }

    /// Seconds of processor for each, and how many there were.
    async fn end(self) -> anyhow::Result<(f64, usize)> {
        self.ending.store(true, Ordering::SeqCst);
        let asked = self.asking.await??;
        Ok(((answering_ticks(self.pid)? - self.ticks) / TICKS_A_S / asked as f64, asked))
    }
}

/// What the threads of a node that answer requests have used.
fn answering_ticks(pid: u32) -> anyhow::Result<f64> {
    let mut ticks = 0.0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let stat = std::fs::read_to_string(thread?.path().join("stat"))?;
        let (name, rest) = stat.rsplit_once(')').context("no name")?;
        if name.contains("(actix") {
            let of = |at: usize| rest.split_whitespace().nth(at).and_then(|text| text.parse::<f64>().ok());
            ticks += of(11).context("no time")? + of(12).context("no time")?;
        }
    }
    Ok(ticks)
}
