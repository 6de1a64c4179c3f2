//! Makes the cluster, with the service's database in it, under another name; then renames it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::account::Account;
use super::binaries::Binaries;
use super::command::{LOCALE, check, command};
use super::error::{Doing, EmbeddedError};
use super::layout::Layout;
use super::locks::LockFile;
use super::{DATABASE, USER};

/// Makes the cluster. `start_lock` must be held alone.
pub(super) fn make_cluster(
    layout: &Layout,
    binaries: &Binaries,
    account: &Account,
    start_lock: &LockFile,
) -> Result<(), EmbeddedError> {
    let unfinished = layout.unfinished();
    remove(&unfinished).doing("remove", &unfinished)?;
    Layout::private_dir(&unfinished, account)?;
    check("initdb", initdb(binaries, account, &unfinished, start_lock))?;
    check("postgres --single", create_database(binaries, account, &unfinished))?;
    let data = layout.data();
    fs::rename(&unfinished, &data).doing("make", &data)?;
    // initdb has synced the files; this makes the new name last too.
    File::open(layout.root()).and_then(|root| root.sync_all()).doing("sync", layout.root())?;
    tracing::info!(
        major = binaries.major(),
        data = %data.display(),
        "made a new PostgreSQL cluster"
    );
    Ok(())
}

/// Runs `initdb` with the lock as its standard input: should this process be killed, the next starter still waits
/// until this `initdb` has ended, instead of removing files under it.
fn initdb(binaries: &Binaries, account: &Account, target: &Path, start_lock: &LockFile) -> io::Result<Output> {
    command(&binaries.dir().join("initdb"), account)
        .args(["--username", USER, "--auth", "peer", "--encoding", "UTF8"])
        .arg(format!("--locale={LOCALE}"))
        .args(["--data-checksums", "--pgdata"])
        .arg(target)
        .stdin(start_lock.as_stdin()?)
        .output()
}

/// Nothing listens yet, so nobody can meet the cluster without its database.
fn create_database(binaries: &Binaries, account: &Account, target: &Path) -> io::Result<Output> {
    let mut postgres = command(&binaries.dir().join("postgres"), account)
        .arg("--single")
        .args(["-c", "exit_on_error=true", "-D"])
        .arg(target)
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    // Dropping the pipe ends the input, and with it the program. A failed write shows in its exit status.
    if let Some(mut input) = postgres.stdin.take() {
        let _ = writeln!(input, "create database {DATABASE}");
    }
    postgres.wait_with_output()
}

/// Removes what an earlier start left. A single-user server whose starter was killed may still be closing there, so
/// that a directory fills again while it is emptied: hence some tries.
fn remove(unfinished: &Path) -> io::Result<()> {
    let mut tries = 50;
    loop {
        match fs::remove_dir_all(unfinished) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty && tries > 0 => {
                tries -= 1;
                sleep(Duration::from_millis(100));
            }
            other => return other,
        }
    }
}
