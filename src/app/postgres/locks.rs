//! The three lock files.
//!
//! A lock is a `flock` on an empty file: the kernel drops it when the last descriptor of that opening is closed,
//! however the process ends. The files are never removed, since a removed lock file can be locked twice.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::{Doing, EmbeddedError};
use super::layout::Layout;

/// How often a waiting process looks again. `flock` can wait by itself, but not with a limit.
const RETRY: Duration = Duration::from_millis(10);

/// Which lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// Held by whoever starts or stops the postmaster.
    Start,
    /// Held shared by each process that uses the database.
    Users,
    /// Held by the guard while it lives.
    Guard,
}

/// How to hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Together with others.
    Shared,
    /// Alone.
    Alone,
}

/// An opened lock file. What it holds ends when it is dropped.
#[derive(Debug)]
pub(super) struct LockFile {
    file: File,
    path: PathBuf,
}

impl LockFile {
    /// Opens the file without locking it, and makes it if it is absent.
    pub(super) fn open(layout: &Layout, lock: Lock) -> Result<Self, EmbeddedError> {
        let path = layout.lock(lock);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .read(true)
            .mode(0o600)
            .open(&path)
            .doing("open", &path)?;
        Ok(Self { file, path })
    }

    /// Takes the lock if nobody stands in the way; whether it did.
    pub(super) fn try_hold(&self, hold: Hold) -> Result<bool, EmbeddedError> {
        let taken = match hold {
            Hold::Shared => self.file.try_lock_shared(),
            Hold::Alone => self.file.try_lock(),
        };
        match taken {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error).doing("lock", &self.path),
        }
    }

    /// Takes the lock, and waits for it at most `patience`.
    pub(super) fn hold(&self, hold: Hold, patience: Duration) -> Result<(), EmbeddedError> {
        let began = Instant::now();
        while !self.try_hold(hold)? {
            if began.elapsed() > patience {
                return Err(EmbeddedError::Busy { lock: self.path.clone() });
            }
            sleep(RETRY);
        }
        Ok(())
    }

    /// Gives the lock back and keeps the file open.
    pub(super) fn release(&self) -> Result<(), EmbeddedError> {
        self.file.unlock().doing("unlock", &self.path)
    }

    /// Whether anybody holds the lock in any way. Looks by taking it for an instant, so whoever takes this lock has to
    /// try more than once.
    pub(super) fn is_held(&self) -> Result<bool, EmbeddedError> {
        let free = self.try_hold(Hold::Alone)?;
        if free {
            self.release()?;
        }
        Ok(!free)
    }

    /// A standard input that keeps what this file holds until the child and its children have ended too, even if this
    /// process is killed before.
    pub(super) fn as_stdin(&self) -> io::Result<Stdio> {
        self.file.try_clone().map(Stdio::from)
    }
}
