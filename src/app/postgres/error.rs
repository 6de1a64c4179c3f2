//! What can go wrong, each said in one line that also says what mends it.

use std::io;
use std::path::{Path, PathBuf};

/// Why the embedded Postgres could not be started. `Display` is one line for the person at the terminal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No server binaries on this machine.
    #[error(
        "no PostgreSQL server binaries were found: run `{}`, or set DATABASE_URL to a server of your own",
        install(None)
    )]
    MissingBinaries,

    /// The folder that the caller named lacks `postgres` or `initdb`, or they do not run.
    #[error(
        "{} holds no working `postgres` and `initdb`: name the folder that does (`pg_config --bindir` prints it), or set DATABASE_URL",
        .bin_dir.display()
    )]
    BadBinDir {
        /// The folder as given.
        bin_dir: PathBuf,
    },

    /// The cluster was made by a major version that is not installed here.
    #[error(
        "{} was made by PostgreSQL {data_major}, but only PostgreSQL {} is installed: run `{}`, or move the data with PostgreSQL {data_major}'s pg_dumpall and the new version's psql",
        .data_dir.display(), list(.found), install(Some(*.data_major))
    )]
    ForeignMajor {
        /// The cluster.
        data_dir: PathBuf,
        /// The version in its `PG_VERSION`.
        data_major: u32,
        /// The versions that were found.
        found: Vec<u32>,
    },

    /// Something that is not a cluster lies where the cluster belongs.
    #[error(
        "{0} is not a PostgreSQL cluster: move it away (`mv {0} {0}.saved`) and start again",
        .path.display()
    )]
    NotACluster {
        /// The path of the would-be cluster.
        path: PathBuf,
    },

    /// Root runs the program, and there is no account to run the postmaster as.
    #[error(
        "PostgreSQL refuses to run as root, and this machine has neither an account `postgres` nor `nobody`: run `useradd --system postgres`"
    )]
    NoUnprivilegedAccount,

    /// A user id without a name: peer authentication and `initdb` need one.
    #[error(
        "user id {uid} has no name on this machine, and PostgreSQL needs one: run `useradd --system --uid {uid} openchair`, or run as another user"
    )]
    NamelessUser {
        /// The id.
        uid: u32,
    },

    /// Another user keeps a database in this directory, or owns the directory that root should use.
    #[error(
        "{0} belongs to user id {owner}, not to {user}: run the program as its owner, choose another directory with OPENCHAIR_DATA_DIR, or run `{1} {user} {0}`",
        .path.display(), chown(.user)
    )]
    AnotherUsers {
        /// The data directory.
        path: PathBuf,
        /// The id of the owner.
        owner: u32,
        /// The name of the account that runs the program.
        user: String,
    },

    /// The account that the postmaster runs as cannot get to the data directory.
    #[error(
        "{} is closed to the account `{account}` that PostgreSQL runs as (mode {mode:o}): set OPENCHAIR_DATA_DIR to a directory such as /var/lib/openchair, or run `chmod o+x {0}`",
        .closed.display()
    )]
    Unreachable {
        /// The directory on the way that is closed.
        closed: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// The account.
        account: String,
    },

    /// A Unix socket's path has a limit in the kernel.
    #[error(
        "the socket path {} has {length} bytes and may have {limit}: set OPENCHAIR_DATA_DIR to a shorter path",
        .path.display()
    )]
    SocketPathTooLong {
        /// The path of the socket.
        path: PathBuf,
        /// How long it is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },

    /// A program that makes the cluster failed.
    #[error("{program} failed: {reason}: mend that and start again, or set DATABASE_URL")]
    ClusterNotMade {
        /// `initdb` or `postgres --single`.
        program: &'static str,
        /// The end of what it said, on one line.
        reason: String,
    },

    /// The postmaster did not come up, or did not stay.
    #[error("PostgreSQL did not become ready; see `tail {}`, which ends: {tail}", .log.display())]
    NotReady {
        /// Its log.
        log: PathBuf,
        /// The last lines of it, on one line.
        tail: String,
    },

    /// Another process kept a lock for minutes.
    #[error(
        "another process has been starting or stopping PostgreSQL for too long: see who holds {0} with `fuser -v {0}`",
        .lock.display()
    )]
    Busy {
        /// The lock.
        lock: PathBuf,
    },

    /// The operating system refused something.
    #[error("could not {doing} {}: {source}: mend that, or choose another directory with OPENCHAIR_DATA_DIR", .path.display())]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Attaches to an I/O error what was being done, and on what.
pub(super) trait Doing<T> {
    /// `doing` is a verb that fits "could not … PATH".
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, EmbeddedError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, EmbeddedError> {
        self.map_err(|source| EmbeddedError::Io { doing, path: path.to_path_buf(), source })
    }
}

/// The command that installs a server, of one major version or of the platform's choice.
fn install(major: Option<u32>) -> String {
    match (cfg!(target_os = "macos"), major) {
        (true, major) => format!("brew install postgresql@{}", major.unwrap_or(17)),
        (false, None) => "apt-get install postgresql".to_owned(),
        (false, Some(major)) => format!("apt-get install postgresql-{major}"),
    }
}

/// Root takes only the directory itself: the cluster in it has to stay with an account that is not root.
fn chown(user: &str) -> &'static str {
    if user == "root" { "chown" } else { "chown -R" }
}

fn list(majors: &[u32]) -> String {
    let names: Vec<String> = majors.iter().map(u32::to_string).collect();
    names.join(", ")
}
