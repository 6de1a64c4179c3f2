//! A data directory with its processes, for one test.

use std::error::Error;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, io};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

pub type Outcome = Result<(), Box<dyn Error>>;

/// The program under test, which is also the guard: an example, built with the
/// tests and beside them.
pub fn program() -> PathBuf {
    let built = PathBuf::from(env!("CARGO_BIN_EXE_openchair"));
    let program = built.with_file_name("examples").join("hold_postgres");
    assert!(program.exists(), "`cargo test` builds it; with `--test all` first `cargo build --examples`");
    program
}

/// A temporary data directory. Dropping it ends every process whose command line names it.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> io::Result<Self> {
        let home = tempfile::Builder::new().prefix("openchair-").tempdir_in("/tmp")?;
        // The account of the postmaster has to pass through.
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755))?;
        Ok(Self(home))
    }

    pub fn dir(&self) -> PathBuf {
        self.0.path().join("a db")
    }

    /// Another path in the same temporary directory.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn hold(&self) -> io::Result<Server> {
        self.launch("hold").and_then(Server::wait_until_ready)
    }

    /// Starts the program and does not wait for it.
    pub fn launch(&self, verb: &str) -> io::Result<Server> {
        Server::spawn(Command::new(program()).arg(verb).arg(self.dir()))
    }

    /// Runs the program to its end, and returns the line that it prints.
    pub fn refused(&self, arguments: &[&str]) -> io::Result<String> {
        let output =
            Command::new(program()).arg("hold").arg(self.dir()).args(arguments).stdin(Stdio::null()).output()?;
        assert!(!output.status.success(), "{output:?}");
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    pub fn guards(&self) -> Vec<Pid> {
        self.processes(|line| line.contains("__postgres-guard"))
    }

    pub fn postmasters(&self) -> Vec<Pid> {
        let servers = self.processes(|line| line.contains("/postgres\0-D\0"));
        // What a server has just made is called like it for a moment.
        servers.iter().copied().filter(|pid| !parent(*pid).is_some_and(|parent| servers.contains(&parent))).collect()
    }

    pub fn sql(&self, statement: &str) -> io::Result<String> {
        self.sql_as("root", statement)
    }

    /// What psql prints, run by this account of the operating system.
    pub fn sql_as(&self, account: &str, statement: &str) -> io::Result<String> {
        let output = Command::new("runuser")
            .args(["-u", account, "--", "psql", "-XAtq", "-U", "openchair", "-d", "openchair"])
            .args(["-c", statement, "-h"])
            .arg(self.dir().join("run"))
            .current_dir("/")
            .output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn processes(&self, wanted: impl Fn(&str) -> bool) -> Vec<Pid> {
        let dir = self.0.path().display().to_string();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries
            .filter_map(|entry| {
                let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
                let line = fs::read(entry.path().join("cmdline")).ok()?;
                let line = String::from_utf8_lossy(&line).into_owned();
                (line.contains(&dir) && wanted(&line)).then_some(pid)
            })
            .collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // The guards first, since they start postmasters again.
        kill(&self.guards());
        let rest = || self.processes(|_| true);
        kill(&rest());
        let _ = until("the processes end", || rest().is_empty());
    }
}

/// A run of the program. Dropping it kills it.
pub struct Server {
    pub child: Child,
    /// What it said when it was ready.
    pub greeting: String,
}

impl Server {
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        Ok(Self { child, greeting: String::new() })
    }

    pub fn wait_until_ready(mut self) -> io::Result<Self> {
        if let Some(output) = self.child.stdout.as_mut() {
            BufReader::with_capacity(1, output).read_line(&mut self.greeting)?;
        }
        if self.greeting.starts_with("ready ") { Ok(self) } else { Err(io::Error::other(self.greeting.clone())) }
    }

    pub fn started(&self) -> bool {
        self.greeting.contains("started_now=true")
    }

    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }

    /// Lets it end by itself, and returns what it printed after its greeting.
    pub fn leave(mut self) -> io::Result<String> {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        if let Some(mut output) = self.child.stdout.take() {
            output.read_to_string(&mut rest)?;
        }
        self.child.wait()?;
        Ok(rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

pub fn kill(pids: &[Pid]) {
    signal(pids, Signal::KILL);
}

pub fn signal(pids: &[Pid], signal: Signal) {
    for pid in pids {
        // One that has ended meanwhile needs no signal.
        let _ = kill_process(*pid, signal);
    }
}

/// Looks until it is so, at most for fifteen seconds.
pub fn until(what: &str, is_so: impl Fn() -> bool) -> io::Result<()> {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > Duration::from_secs(15) {
            return Err(io::Error::other(format!("it never happened that {what}")));
        }
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn parent(pid: Pid) -> Option<Pid> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    Pid::from_raw(line.trim().parse().ok()?)
}
