//! Where everything lies in the data directory, and whether the accounts can work there.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf, absolute};

use super::account::Account;
use super::error::{Doing, EmbeddedError};
use super::locks::Lock;

/// The name that Postgres gives its socket on the default port.
const SOCKET: &str = ".s.PGSQL.5432";
/// `sizeof(sun_path)` less the final NUL.
const SOCKET_PATH_LIMIT: usize = if cfg!(target_os = "macos") { 103 } else { 107 };

/// An existing data directory, without symbolic links in its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Makes the directory if it is absent, and checks that `me` may keep a database in it.
    pub(super) fn prepare(data_dir: &Path, me: &Account) -> Result<Self, EmbeddedError> {
        let path = absolute(data_dir).doing("resolve", data_dir)?;
        if !path.exists() {
            DirBuilder::new().recursive(true).mode(0o755).create(&path).doing("create", &path)?;
            // Root's postmaster runs as another account, which must be able to pass through.
            let mode = if me.is_root() { 0o711 } else { 0o700 };
            fs::set_permissions(&path, Permissions::from_mode(mode)).doing("set the mode of", &path)?;
        }
        let layout = Self { root: path.canonicalize().doing("resolve", &path)? };
        layout.check_owners(me)?;
        layout.check_socket()?;
        Ok(layout)
    }

    /// The layout of a directory that exists already; changes nothing.
    pub(super) fn existing(data_dir: &Path) -> Option<Self> {
        let root = data_dir.canonicalize().ok()?;
        Some(Self { root })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// Where the cluster lies while it is being made.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.root.join("data.new")
    }

    pub(super) fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    pub(super) fn hba(&self) -> PathBuf {
        self.root.join("pg_hba.conf")
    }

    pub(super) fn ident(&self) -> PathBuf {
        self.root.join("pg_ident.conf")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    pub(super) fn stop_now(&self) -> PathBuf {
        self.root.join("stop.now")
    }

    pub(super) fn pid_file(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    /// The socket and the lock file that Postgres lays beside it.
    pub(super) fn socket_files(&self) -> [PathBuf; 2] {
        [SOCKET.to_owned(), format!("{SOCKET}.lock")].map(|name| self.run().join(name))
    }

    pub(super) fn lock(&self, lock: Lock) -> PathBuf {
        self.root.join(match lock {
            Lock::Start => "start.lock",
            Lock::Users => "users.lock",
            Lock::Guard => "guard.lock",
        })
    }

    /// The owner of the cluster, if there is one.
    pub(super) fn data_owner(&self) -> Option<u32> {
        fs::metadata(self.data()).ok().map(|data| data.uid())
    }

    /// The major version of the cluster, if there is one.
    pub(super) fn data_major(&self) -> Result<Option<u32>, EmbeddedError> {
        let path = self.data();
        if !path.exists() {
            return Ok(None);
        }
        fs::read_to_string(path.join("PG_VERSION"))
            .ok()
            .and_then(|version| version.trim().parse().ok())
            .map(Some)
            .ok_or(EmbeddedError::NotACluster { path })
    }

    /// Makes a directory that belongs to the postmaster's account and is closed to others.
    pub(super) fn private_dir(path: &Path, account: &Account) -> Result<(), EmbeddedError> {
        if !path.is_dir() {
            DirBuilder::new().mode(0o700).create(path).doing("create", path)?;
        }
        chown(path, Some(account.uid), Some(account.gid)).doing("change the owner of", path)
    }

    /// Whether the postmaster's account may pass through every directory on the way to the cluster.
    pub(super) fn check_reachable(&self, account: &Account) -> Result<(), EmbeddedError> {
        for closed in self.root.ancestors() {
            let directory = fs::metadata(closed).doing("look at", closed)?;
            let needed = if directory.uid() == account.uid {
                0o100
            } else if directory.gid() == account.gid {
                0o010
            } else {
                0o001
            };
            if directory.mode() & needed == 0 {
                return Err(EmbeddedError::Unreachable {
                    closed: closed.to_path_buf(),
                    mode: directory.mode() & 0o7777,
                    account: account.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// Root insists on a directory of its own (see the module's invariants). Others need a cluster of their own, which
    /// Postgres demands too, and locks of their own, which tell that root keeps its database here.
    fn check_owners(&self, me: &Account) -> Result<(), EmbeddedError> {
        let mut ours = vec![self.data(), self.lock(Lock::Start)];
        if me.is_root() {
            ours = vec![self.root.clone()];
        }
        for path in ours {
            let owner = fs::metadata(&path).map_or(me.uid, |found| found.uid());
            if owner != me.uid {
                return Err(EmbeddedError::AnotherUsers { path: self.root.clone(), owner, user: me.name.clone() });
            }
        }
        Ok(())
    }

    fn check_socket(&self) -> Result<(), EmbeddedError> {
        let [path, _] = self.socket_files();
        let length = path.as_os_str().as_bytes().len();
        if length <= SOCKET_PATH_LIMIT {
            return Ok(());
        }
        Err(EmbeddedError::SocketPathTooLong { path, length, limit: SOCKET_PATH_LIMIT })
    }
}
