//! The embedded Postgres: without `DATABASE_URL` the program runs a private, durable server of its own.
//!
//! The server binaries are the machine's (`apt-get install postgresql`); this module finds them, makes the cluster,
//! starts the postmaster, keeps it alive while any process uses it, and stops it afterwards.
//!
//! # What lies in the data directory
//!
//! | entry | what | owner |
//! | --- | --- | --- |
//! | `data/` | the cluster; made as `data.new/` and renamed, so that it is whole or absent | the postmaster's account |
//! | `run/` | the socket | the postmaster's account |
//! | `pg_hba.conf`, `pg_ident.conf` | who may connect; written at every start | the program's account |
//! | `postgres.log`, `.old` | what the postmaster and the guard say, at most about 10 MB each | the program's account |
//! | `start.lock`, `users.lock`, `guard.lock` | empty; only their `flock` matters | the program's account |
//! | `stop.now` | asks the guard not to wait for another user | the program's account |
//!
//! # Who does what
//!
//! Any number of processes share one directory. Each holds `users.lock` shared for as long as it lives. One *guard*
//! process, which is this program again under [`GUARD_SUBCOMMAND`], holds `guard.lock` and owns the postmaster: it
//! starts it, starts it again when it is killed, and stops it when nobody has held `users.lock` for five seconds.
//! The kernel drops a lock however its holder dies, so no death needs a handler.
//!
//! # Invariants
//!
//! - Starting and stopping exclude each other: a starter holds `start.lock` until the server is ready, the guard holds
//!   it while it stops the server. A newcomer therefore sees a ready server or none.
//! - Order of locks: `start.lock`, then `users.lock`, then `guard.lock`.
//! - A process id counts only together with the command line of that process: ids are reused.
//! - No TCP, no password: a Unix socket, peer authentication, and a map of three accounts (the program's, the
//!   postmaster's, root). When root starts the program, the postmaster runs as `postgres` or `nobody`.
//! - Root works only in a directory that belongs to root, so that no other account can plant a symbolic link there.
//! - The log holds no statement, no parameter and no error detail: they can be what a member wrote.
//!
//! # Use
//!
//! [`start`] blocks (the first time for some seconds): call it before the runtime, or on a blocking thread.
//! Connect with `socket_dir()`, `user()` and `database()`. A container ends all its processes with the first one:
//! call [`EmbeddedPostgres::stop_if_last`] when the program ends, or the next start has to recover. A systemd unit
//! needs `KillMode=mixed`, or the stop signal reaches the database while the service still drains.

mod access;
mod account;
mod binaries;
mod bring_up;
mod command;
mod error;
mod guard;
mod initdb;
mod layout;
mod locks;
mod log;
mod pid_file;
mod postmaster;
mod settings;

pub use bring_up::{EmbeddedPostgres, start};
pub use error::EmbeddedError;
pub use guard::{GUARD_SUBCOMMAND, run_guard};
pub use settings::{EmbeddedSettings, default_data_dir};

use std::path::Path;

/// Whether a postmaster runs on the cluster in `data_dir`, for `doctor`. Takes no lock and changes nothing.
///
/// False also when the directory does not exist or may not be read.
#[must_use]
pub fn is_running(data_dir: &Path) -> bool {
    layout::Layout::existing(data_dir).is_some_and(|layout| pid_file::running(&layout).is_some())
}

/// The superuser of the cluster, which is the name that every mapped account connects as.
const USER: &str = "openchair";
/// The database that exists when [`start`] returns.
const DATABASE: &str = "openchair";
