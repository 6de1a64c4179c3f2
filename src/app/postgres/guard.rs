//! The guard: a process that owns the postmaster for all who use it.
//!
//! It is a process of its own so that it survives every death of theirs, in a process group of its own so that the
//! terminal's Ctrl-C does not reach it, and it learns of its users by their lock alone.

use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::account::Account;
use super::error::{Doing, EmbeddedError};
use super::layout::Layout;
use super::locks::{Hold, Lock, LockFile};
use super::log;
use super::postmaster::Postmaster;

/// The hidden subcommand under which the program is its own guard, followed by the data directory and the folder of
/// the server binaries: hand those to [`run_guard`].
pub const GUARD_SUBCOMMAND: &str = "__postgres-guard";

/// How often the guard looks.
const TICK: Duration = Duration::from_millis(250);
/// How long the server stays up without users, so that a restart of the service finds it running.
const GRACE: Duration = Duration::from_secs(5);
/// How long a new guard tries for its lock: others take it for an instant to look whether it is held.
const TAKE_OVER: Duration = Duration::from_secs(2);
/// How often in a row the postmaster is started again. The first waits one pause, the second two, and so on: what a
/// killed one leaves behind (its backends, its shared memory) needs a moment to go.
const MAX_RESTARTS: u32 = 6;
const RESTART_PAUSE: Duration = Duration::from_millis(500);
/// A postmaster that ran this long was sound, and its end starts a new row.
const SOUND: Duration = Duration::from_mins(1);
const LOG_CHECK: Duration = Duration::from_mins(1);

/// Starts the guard in the background. It outlives this process.
pub(super) fn spawn(layout: &Layout, bin_dir: &Path, program: &Path) -> Result<Child, EmbeddedError> {
    Command::new(program)
        .arg(GUARD_SUBCOMMAND)
        .arg(layout.root())
        .arg(bin_dir)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log::open(layout)?)
        .process_group(0)
        .spawn()
        .doing("run", program)
}

/// Guards the postmaster of `data_dir` until nobody has used it for some seconds, then stops it and returns.
///
/// Returns at once if the directory has a guard already.
///
/// # Errors
///
/// When the postmaster cannot be started, or does not stay up however often it is started.
pub fn run_guard(data_dir: &Path, bin_dir: &Path) -> Result<(), EmbeddedError> {
    let layout = Layout::prepare(data_dir, &Account::current()?)?;
    let place = LockFile::open(&layout, Lock::Guard)?;
    if place.hold(Hold::Alone, TAKE_OVER).is_err() {
        return Ok(());
    }
    let outcome = Guard::new(layout, bin_dir).and_then(Guard::run);
    if let Err(error) = &outcome {
        note(&format!("giving up: {error}"));
    }
    outcome
}

struct Guard {
    layout: Layout,
    bin_dir: PathBuf,
    account: Account,
    start: LockFile,
    users: LockFile,
    postmaster: Postmaster,
    up_since: Instant,
    restarts: u32,
    last_used: Instant,
    log_checked: Instant,
}

impl Guard {
    fn new(layout: Layout, bin_dir: &Path) -> Result<Self, EmbeddedError> {
        let account = Account::current()?.of_postmaster(layout.data_owner())?;
        let now = Instant::now();
        Ok(Self {
            start: LockFile::open(&layout, Lock::Start)?,
            users: LockFile::open(&layout, Lock::Users)?,
            postmaster: Postmaster::adopt_or_start(&layout, bin_dir, &account)?,
            bin_dir: bin_dir.to_path_buf(),
            layout,
            account,
            up_since: now,
            restarts: 0,
            last_used: now,
            log_checked: now,
        })
    }

    fn run(mut self) -> Result<(), EmbeddedError> {
        loop {
            let end = self.end_of_postmaster()?;
            let is_used = self.users.is_held()?;
            if is_used {
                self.last_used = Instant::now();
            }
            let may_leave = !is_used && (end.is_some() || self.is_time_to_leave());
            if may_leave && self.leave()? {
                return Ok(());
            }
            if let Some(how) = end {
                self.restart(&how)?;
            }
            if self.log_checked.elapsed() > LOG_CHECK {
                self.log_checked = Instant::now();
                if let Err(error) = log::keep_small(&self.layout) {
                    note(&error.to_string());
                }
            }
            sleep(TICK);
        }
    }

    fn is_time_to_leave(&self) -> bool {
        self.last_used.elapsed() >= GRACE || self.layout.stop_now().exists()
    }

    /// Stops the postmaster unless somebody starts or uses it; whether it did. A newcomer waits for the start lock
    /// meanwhile, and then finds neither a postmaster nor a guard.
    fn leave(&mut self) -> Result<bool, EmbeddedError> {
        if !self.start.try_hold(Hold::Alone)? {
            return Ok(false);
        }
        let unused = !self.users.is_held()?;
        if unused {
            let path = self.layout.pid_file();
            self.postmaster.stop(&self.layout).doing("stop the postmaster of", &path)?;
            // An absent file is as good as a removed one.
            let _ = fs::remove_file(self.layout.stop_now());
        }
        self.start.release()?;
        Ok(unused)
    }

    fn end_of_postmaster(&mut self) -> Result<Option<String>, EmbeddedError> {
        let path = self.layout.pid_file();
        self.postmaster.end(&self.layout).doing("watch the postmaster of", &path)
    }

    /// Starts the postmaster again after it ended by itself, which makes it recover.
    fn restart(&mut self, how: &str) -> Result<(), EmbeddedError> {
        if self.up_since.elapsed() >= SOUND {
            self.restarts = 0;
        }
        if self.restarts == MAX_RESTARTS {
            return Err(EmbeddedError::NotReady { log: self.layout.log(), tail: log::tail(&self.layout) });
        }
        self.restarts += 1;
        note(&format!("the postmaster ended ({how}); starting it again, {} of {MAX_RESTARTS}", self.restarts));
        sleep(RESTART_PAUSE * self.restarts);
        self.postmaster = Postmaster::adopt_or_start(&self.layout, &self.bin_dir, &self.account)?;
        self.up_since = Instant::now();
        Ok(())
    }
}

/// Writes into the log, which is the guard's standard error.
fn note(message: &str) {
    // A guard that cannot write its log must still guard.
    let _ = writeln!(std::io::stderr(), "openchair guard: {message}");
}
