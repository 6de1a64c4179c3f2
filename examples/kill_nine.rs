//! Whether a check-in that was acknowledged is ever lost: `kill_nine RUNS`.
//!
//! A run starts `openchair serve` on its embedded Postgres, checks in on several
//! days at once, and kills everything with SIGKILL in the middle of it. The next
//! run looks whether each day is as it was acknowledged last, or as what was
//! under way then. With `--spare-postgres` only the service is killed. With
//! `--careless` Postgres acknowledges what it has not written yet: then some
//! must be lost, or this program could not find it.
#![expect(clippy::print_stdout, reason = "what it prints is what is read")]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use chrono::{Days, NaiveDate};
use openchair::{
    app::postgres::{self, EmbeddedPostgres, EmbeddedSettings},
    config::Surroundings,
    db,
    kernel::{Clock, Entropy, SystemClock, SystemEntropy},
};
use reqwest::{Client, Method};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};

const PATIENCE: Duration = Duration::from_secs(30);
/// How many write at once, each on days of its own.
const WRITERS: u64 = 3;
/// How many days each has. All stay open over a midnight.
const DAYS: u64 = 4;
const PASS_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

/// By day: what was acknowledged last, and what was asked for since.
type Known = BTreeMap<NaiveDate, (Option<String>, Option<String>)>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut flag = |name: &str| {
        let before = arguments.len();
        arguments.retain(|argument| argument != name);
        arguments.len() < before
    };
    let (spare, careless) = (flag("--spare-postgres"), flag("--careless"));
    let runs: u32 = arguments.first().context("how many runs?")?.parse()?;
    let bench = Bench::new(spare)?;
    let (mut acknowledged, mut lost, known) = (0, 0, Arc::<Mutex<Known>>::default());
    for run in 0..=runs {
        let mut service = bench.serve()?;
        let device = Device::of(&service, run == 0).await?;
        lost += device.compare(&known).await?;
        if run == runs {
            service.kill(&bench)?;
            break;
        }
        if careless && run == 0 {
            bench.be_careless().await?;
        }
        acknowledged += device.write_until_killed(&known, run, || service.kill(&bench)).await?;
        if run % 50 == 49 {
            println!("{} runs, {acknowledged} acknowledged, {lost} lost", run + 1);
        }
    }
    println!("{runs} runs, {acknowledged} check-ins acknowledged, {lost} lost");
    if careless == (lost == 0) {
        bail!(if careless { "nothing was lost that should have been" } else { "check-ins were lost" });
    }
    Ok(())
}

/// A data directory, and the programs on it.
struct Bench {
    folder: tempfile::TempDir,
    /// Held here where it is to be spared.
    held: Option<EmbeddedPostgres>,
}

impl Bench {
    fn new(spare: bool) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("openchair-kill-").tempdir()?;
        // The account of the postmaster has to pass through.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")?;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600))?;
        let settings = EmbeddedSettings {
            data_dir: folder.path().join("data"),
            bin_dir: None,
            search_path: Surroundings::read().path,
            guard_program: Some(program()?),
        };
        let postgres = if spare { Some(postgres::start(&settings)?) } else { None };
        Ok(Self { folder, held: postgres })
    }

    fn serve(&self) -> anyhow::Result<Service> {
        let mut command = Command::new(program()?);
        command.env_clear().env("PATH", Surroundings::read().path.unwrap_or_default());
        command.env("OPENCHAIR_SECRET_FILE", self.folder.path().join("secret")).env("OPENCHAIR_RATE_LIMIT", "off");
        command.args(["serve", "--listen", "127.0.0.1:0", "--workers", "1", "--no-worker", "--data-dir"]);
        command.arg(self.folder.path().join("data")).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let lines = BufReader::new(child.stderr.take().context("no stderr")?).lines();
        let mut said = String::new();
        let mut lines = lines.map_while(Result::ok);
        let address = lines.by_ref().find_map(|line| {
            said.push_str(&line);
            Some(line.split_once("listening address=")?.1.trim().to_owned())
        });
        let address = address.with_context(|| format!("it does not listen: {said}"))?;
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Service { child, base: format!("http://{address}") })
    }

    /// The processes whose command line names the folder, and their children;
    /// only the service where Postgres is spared.
    fn processes(&self) -> Vec<Pid> {
        let folder = self.folder.path().display().to_string();
        let mut found: Vec<i32> = Vec::new();
        let all: Vec<(i32, String, String)> = std::fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| read_process(&entry))
            .collect();
        found.extend(all.iter().filter(|(_, line, _)| line.contains(&folder)).map(|(pid, ..)| *pid));
        let children =
            all.iter().filter(|(.., parent)| parent.parse().is_ok_and(|parent: i32| found.contains(&parent)));
        let children: Vec<i32> = children.map(|(pid, ..)| *pid).collect();
        found.extend(children);
        found.retain(|pid| u32::try_from(*pid).is_ok_and(|pid| pid != std::process::id()));
        found.into_iter().filter_map(Pid::from_raw).collect()
    }

    /// Lets Postgres acknowledge what it has only in mind.
    async fn be_careless(&self) -> anyhow::Result<()> {
        let socket = self.folder.path().join("data").join("run");
        let options = db::connect_options("postgres://openchair@localhost/openchair")?.socket(&socket);
        let mut owner = PgConnection::connect_with(&options).await?;
        for sql in [
            // The command line of the server, which says on, gives way to this.
            "ALTER ROLE openchair SET synchronous_commit = off",
            "ALTER SYSTEM SET wal_writer_delay = '10s'",
            "SELECT pg_reload_conf()",
        ] {
            owner.execute(sql).await?;
        }
        Ok(())
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        kill(&self.processes());
    }
}

/// Id, command line and parent of a process.
fn read_process(entry: &std::fs::DirEntry) -> Option<(i32, String, String)> {
    let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
    let line = String::from_utf8_lossy(&std::fs::read(entry.path().join("cmdline")).ok()?).into_owned();
    let status = std::fs::read_to_string(entry.path().join("stat")).ok()?;
    let parent = status.rsplit_once(") ")?.1.split(' ').nth(1)?.to_owned();
    Some((pid, line, parent))
}

/// The program beside this one.
fn program() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let program = me.parent().and_then(Path::parent).context("a path without parents")?.join("openchair");
    if program.exists() { Ok(program) } else { bail!("build it first: cargo build") }
}

struct Service {
    child: Child,
    base: String,
}

impl Service {
    fn kill(&mut self, bench: &Bench) -> anyhow::Result<()> {
        if bench.held.is_none() {
            kill(&bench.processes());
        }
        self.child.kill()?;
        self.child.wait()?;
        let until = Instant::now() + PATIENCE;
        while bench.held.is_none() && !bench.processes().is_empty() {
            kill(&bench.processes());
            if Instant::now() > until {
                bail!("something survives");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

fn kill(processes: &[Pid]) {
    for pid in processes {
        // One that has ended meanwhile needs no signal.
        _ = kill_process(*pid, Signal::KILL);
    }
}

/// What checks in.
#[derive(Clone)]
struct Device {
    client: Client,
    base: String,
    token: String,
}

impl Device {
    /// A device with a token, of a new pass or of the one that there is.
    async fn of(service: &Service, new: bool) -> anyhow::Result<Self> {
        let client = Client::builder().no_proxy().build()?;
        let mut device = Self { client, base: service.base.clone(), token: String::new() };
        let pair = if new {
            let account = device.until_made("/v1/members", &json!({ "auth_key": PASS_KEY })).await?;
            let body = json!({ "voucher": account["vouchers"][0], "pass_key": PASS_KEY, "agreement_version": 1,
                               "adult": true });
            device.until_made("/v1/circles", &body).await?
        } else {
            device.until_made("/v1/auth/circle/token", &json!({ "pass_key": PASS_KEY })).await?
        };
        pair["access_token"].as_str().context("no token")?.clone_into(&mut device.token);
        Ok(device)
    }

    /// Asks until the service is up.
    async fn until_made(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = self.send(Method::POST, path, &[], Some(body)).await;
            match answer {
                Ok((200 | 201, body)) => return Ok(body),
                Ok((503, _)) | Err(_) if Instant::now() < until => tokio::time::sleep(Duration::from_millis(10)).await,
                other => bail!("{path}: {other:?}"),
            }
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> anyhow::Result<(u16, Value)> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, serde_json::from_slice(&answer.bytes().await?)?))
    }

    /// How many days are neither as acknowledged nor as what was under way;
    /// what there is counts from now on.
    async fn compare(&self, known: &Mutex<Known>) -> anyhow::Result<usize> {
        let (status, page) = self.send(Method::GET, "/v1/check-ins", &[], None).await?;
        let data = page["data"].as_array().with_context(|| format!("{status}: {page}"))?;
        let mut found = BTreeMap::new();
        for one in data {
            let day: NaiveDate = one["date"].as_str().context("no date")?.parse()?;
            found.insert(day, one["words"].as_str().context("no words")?.to_owned());
        }
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lost = 0;
        for (day, (acknowledged, under_way)) in known.iter_mut() {
            let there = found.remove(day);
            let right = there == *acknowledged || (there.is_some() && there == *under_way);
            if !right {
                println!("{day}: {acknowledged:?} was acknowledged, {there:?} is there");
                lost += 1;
            }
            (*acknowledged, *under_way) = (there, None);
        }
        if !found.is_empty() {
            bail!("days that nobody wrote: {found:?}");
        }
        Ok(lost)
    }

    /// Checks in on all days, over and over, until everything is killed at a
    /// random moment; how many were acknowledged.
    async fn write_until_killed(
        &self,
        known: &Arc<Mutex<Known>>,
        run: u32,
        kill: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<usize> {
        let (today, first) = (SystemClock.now().date_naive(), Arc::new(AtomicUsize::new(0)));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let days = (0..DAYS).filter_map(move |at| today.checked_sub_days(Days::new(writer * DAYS + at)));
                tokio::spawn(self.clone().write(days.collect(), (Arc::clone(known), Arc::clone(&first)), run))
            })
            .collect();
        // From the first one on: a run that acknowledged nothing says nothing.
        let until = Instant::now() + PATIENCE;
        while first.load(Ordering::SeqCst) == 0 && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let mut drawn = [0; 2];
        SystemEntropy.fill(&mut drawn);
        tokio::time::sleep(Duration::from_millis(u64::from(u16::from_be_bytes(drawn) % 100))).await;
        tokio::task::block_in_place(kill)?;
        let mut acknowledged = 0;
        for writer in writers {
            acknowledged += writer.await??;
        }
        Ok(acknowledged)
    }

    async fn write(
        self,
        days: Vec<NaiveDate>,
        (known, count): (Arc<Mutex<Known>>, Arc<AtomicUsize>),
        run: u32,
    ) -> anyhow::Result<usize> {
        let mut acknowledged = 0;
        for (number, day) in days.iter().cycle().enumerate() {
            let words = format!("run {run}, write {number}");
            let there = {
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                let entry = known.entry(*day).or_default();
                entry.1 = Some(words.clone());
                entry.0.is_some()
            };
            let condition = if there { ("if-match", "*") } else { ("if-none-match", "*") };
            let body = json!({ "kinds": ["today"], "words": words });
            match self.send(Method::PUT, &format!("/v1/check-ins/{day}"), &[condition], Some(&body)).await {
                Ok((200 | 201, _)) => {
                    acknowledged += 1;
                    count.fetch_add(1, Ordering::SeqCst);
                    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                    known.insert(*day, (Some(words), None));
                }
                // Postgres was killed before the service was.
                Ok((500 | 503, _)) | Err(_) => break,
                Ok(other) => bail!("{day}: {other:?}"),
            }
        }
        Ok(acknowledged)
    }
}
