//! Brings the server up, or joins the one that runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::account::Account;
use super::binaries::Binaries;
use super::error::{Doing, EmbeddedError};
use super::layout::Layout;
use super::locks::{Hold, Lock, LockFile};
use super::settings::EmbeddedSettings;
use super::{DATABASE, USER, access, guard, initdb, log, pid_file};

/// How long the server may take; recovery after a crash reads up to a gigabyte of log.
const READY_PATIENCE: Duration = Duration::from_mins(5);
/// Longer than any holder of the start lock takes.
const START_PATIENCE: Duration = Duration::from_mins(6);
/// The guard holds this lock only for instants.
const USERS_PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(20);

/// A running server that this process uses. It runs at least as long as this value lives.
#[derive(Debug)]
#[must_use = "the server stops some seconds after the last user has dropped this"]
pub struct EmbeddedPostgres {
    layout: Layout,
    socket_dir: PathBuf,
    users: LockFile,
    started_now: bool,
}

/// Starts the server, or joins the one that runs; returns when it takes connections. Blocks.
///
/// # Errors
///
/// Every [`EmbeddedError`] is possible; each says what mends it.
pub fn start(settings: &EmbeddedSettings) -> Result<EmbeddedPostgres, EmbeddedError> {
    let me = Account::current()?;
    let layout = Layout::prepare(&settings.data_dir, &me)?;
    let start_lock = LockFile::open(&layout, Lock::Start)?;
    start_lock.hold(Hold::Alone, START_PATIENCE)?;
    let users = LockFile::open(&layout, Lock::Users)?;
    users.hold(Hold::Shared, USERS_PATIENCE)?;
    // What an earlier process asked for does not hold for this one. Most often there is no such file.
    let _ = fs::remove_file(layout.stop_now());

    let data_major = layout.data_major()?;
    let binaries = Binaries::find(settings, &layout, data_major)?;
    let account = me.of_postmaster(layout.data_owner())?;
    layout.check_reachable(&account)?;
    if data_major.is_none() {
        initdb::make_cluster(&layout, &binaries, &account, &start_lock)?;
    }
    Layout::private_dir(&layout.run(), &account)?;
    access::write(&layout, &me, &account)?;

    let started_now = pid_file::running(&layout).is_none();
    wait_until_ready(&layout, &binaries, settings.guard_program.as_deref())?;
    tracing::info!(
        started_now,
        major = binaries.major(),
        data_dir = %layout.root().display(),
        "the embedded PostgreSQL is ready"
    );
    Ok(EmbeddedPostgres { socket_dir: layout.run(), layout, users, started_now })
}

/// Sees to it that there is a guard, and waits for it to bring up the postmaster.
fn wait_until_ready(layout: &Layout, binaries: &Binaries, program: Option<&Path>) -> Result<(), EmbeddedError> {
    let began = Instant::now();
    let place = LockFile::open(layout, Lock::Guard)?;
    let mut spawned: Option<Child> = None;
    loop {
        let guarded = place.is_held()?;
        if guarded && pid_file::running(layout).is_some_and(|postmaster| postmaster.ready) {
            return Ok(());
        }
        let failed = match &mut spawned {
            _ if guarded => false,
            Some(guard) => guard.try_wait().doing("watch", layout.root())?.is_some(),
            None => {
                let program = match program {
                    Some(program) => program.to_path_buf(),
                    None => std::env::current_exe().doing("find", Path::new("this program"))?,
                };
                spawned = Some(guard::spawn(layout, binaries.dir(), &program)?);
                false
            }
        };
        if failed || began.elapsed() > READY_PATIENCE {
            return Err(EmbeddedError::NotReady { log: layout.log(), tail: log::tail(layout) });
        }
        sleep(LOOK);
    }
}

impl EmbeddedPostgres {
    /// The directory of the Unix socket: the `host` of a connection. The port is 5432, Postgres's default.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The role to connect as, a superuser. There is no password.
    #[must_use]
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The database to connect to. It exists.
    #[must_use]
    pub fn database(&self) -> &'static str {
        DATABASE
    }

    /// Whether the postmaster was started for this call; false when one ran already.
    #[must_use]
    pub fn started_now(&self) -> bool {
        self.started_now
    }

    /// Stops using the server, and if nobody else uses it, has it stopped at once and waits for that at most
    /// `patience`; whether it has stopped. Close all connections before. Blocks.
    ///
    /// Dropping the value instead stops the server too, but some seconds later.
    #[must_use]
    pub fn stop_if_last(self, patience: Duration) -> bool {
        let Self { layout, users, .. } = self;
        // Nobody else shares it if it can be held alone. A failure only means that the guard takes its time.
        if !users.try_hold(Hold::Alone).unwrap_or(false) || fs::write(layout.stop_now(), "").is_err() {
            return false;
        }
        drop(users);
        let began = Instant::now();
        loop {
            // The guard takes the request away after the postmaster has ended, a newcomer while it lives.
            let asked = layout.stop_now().exists();
            if pid_file::running(&layout).is_none() {
                return true;
            }
            if !asked || began.elapsed() > patience {
                return false;
            }
            sleep(LOOK);
        }
    }
}
