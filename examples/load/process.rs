//! What is measured: processes, what they cost and how much memory they take
//! (Linux, `/proc`).

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use openchair::config::Surroundings;

use super::ask::{Ask, Caller};

/// Clock ticks of a processor a second, as Linux tells them.
const TICKS_A_S: f64 = 100.0;
/// As many as the machine of the promises has processors.
const WORKERS: &str = "2";
/// How long a server may take until it is ready.
const READY_WITHIN: Duration = Duration::from_mins(5);

/// A server that ends with this.
pub struct Served {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until it answered that it is ready.
    pub ready_after: Duration,
}

impl Served {
    /// The service on a data directory, as it is but for the proxy in front of
    /// it, whose word on who asks it takes.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn service(data_dir: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = service_command(data_dir)?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--workers", WORKERS]).args(arguments);
        let begun = Instant::now();
        let mut served = Self::start(command)?;
        served.until_ready(begun)?;
        Ok(served)
    }

    /// What it is compared with: this program again.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn rival(arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        // Held open as long as it shall run.
        command.args(arguments).stdin(Stdio::piped());
        Self::start(command)
    }

    fn start(mut command: Command) -> anyhow::Result<Self> {
        let mut child = command.stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("no stderr")?).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let address = lines.by_ref().find_map(|line| {
            let address = line.split_once("listening address=").map(|(_, address)| address.trim().to_owned());
            said.push(line);
            address
        });
        let Some(address) = address else {
            _ = child.kill();
            bail!("it does not listen: {}", said.join("\n"));
        };
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address: address.parse()?, ready_after: Duration::ZERO })
    }

    fn until_ready(&mut self, begun: Instant) -> anyhow::Result<()> {
        let ready = Ask::new("/readyz", &[]);
        while begun.elapsed() < READY_WITHIN {
            if Caller::to(self.address)?.ask(&ready)?.status == 200 {
                self.ready_after = begun.elapsed();
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("it is not ready within {READY_WITHIN:?}")
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Processor time so far, in seconds.
    ///
    /// # Errors
    /// When it is gone.
    pub fn cpu_s(&self) -> anyhow::Result<f64> {
        Ok(Stat::of(self.pid())?.own_s)
    }

    /// Memory now and at most, in MiB.
    ///
    /// # Errors
    /// When it is gone.
    pub fn memory_mib(&self) -> anyhow::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let kib = |name: &str| -> Option<f64> {
            status.lines().find_map(|line| line.strip_prefix(name)?.trim().split(' ').next()?.parse().ok())
        };
        let mib = |name: &str| Ok::<_, anyhow::Error>(kib(name).context("no memory")? / 1024.0);
        Ok((mib("VmRSS:")?, mib("VmHWM:")?))
    }

    /// Forgets how much memory it took at most (proc(5), `clear_refs`).
    ///
    /// # Errors
    /// When that may not be.
    pub fn forget_peak(&self) -> anyhow::Result<()> {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").context("cannot reset the peak of memory")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The service's program with its settings; nothing of ours is inherited.
///
/// # Errors
/// When it has not been built.
pub fn service_command(data_dir: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(service_program()?);
    command.env_clear().env("PATH", Surroundings::read().path.unwrap_or_default());
    command.env("OPENCHAIR_DATA_DIR", data_dir).env("OPENCHAIR_TRUSTED_PROXIES", "127.0.0.0/8");
    // The same for all nodes: a token of one is good on the others.
    command.env("OPENCHAIR_PUBLIC_URL", "http://openchair.test").stdin(Stdio::null());
    Ok(command)
}

/// The program beside this one.
///
/// # Errors
/// When it has not been built.
pub fn service_program() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let program = me.parent().and_then(Path::parent).context("a path without parents")?.join("openchair");
    if program.exists() { Ok(program) } else { bail!("build it first: cargo build --release") }
}

/// Processor time of a Postgres and all that it has started, in seconds.
///
/// # Errors
/// When it is gone.
pub fn postgres_cpu_s(data_dir: &Path) -> anyhow::Result<f64> {
    let pid_file = std::fs::read_to_string(data_dir.join("data").join("postmaster.pid"))?;
    let postmaster: u32 = pid_file.lines().next().context("no process")?.trim().parse()?;
    // Whoever has ended is the postmaster's.
    let stat = Stat::of(postmaster)?;
    let mut sum = stat.own_s + stat.ended_s;
    for entry in std::fs::read_dir("/proc")? {
        let pid = entry?.file_name().to_str().and_then(|name| name.parse().ok());
        // Gone since it was listed: then it is the postmaster's now, or nobody's.
        if let Some(stat) = pid.and_then(|pid| Stat::of(pid).ok()).filter(|stat| stat.parent == postmaster) {
            sum += stat.own_s;
        }
    }
    Ok(sum)
}

/// What `/proc/PID/stat` says.
struct Stat {
    parent: u32,
    /// Of all its threads, those that have ended too.
    own_s: f64,
    /// Of its children that have ended.
    ended_s: f64,
}

impl Stat {
    fn of(pid: u32) -> anyhow::Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let (_, rest) = stat.rsplit_once(')').context("no name")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |at: usize| anyhow::Ok(fields.get(at).context("no time")?.parse::<f64>()? / TICKS_A_S);
        Ok(Self {
            parent: fields.get(1).context("no parent")?.parse()?,
            own_s: ticks(11)? + ticks(12)?,
            ended_s: ticks(13)? + ticks(14)?,
        })
    }
}
