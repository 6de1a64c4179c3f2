//! How the server programs are run: with an empty environment, and not as root.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use super::account::Account;
use super::error::EmbeddedError;

/// A locale that encodes UTF-8 and sorts by code point, so that every machine orders alike; macOS has no `C.UTF-8`.
/// It is also in the environment, because on macOS the postmaster refuses to start without one.
pub(super) const LOCALE: &str = if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" };

/// Prepares a program. The environment is emptied since it may hold secrets of the service, which have no business in
/// `/proc/PID/environ` of another account.
pub(super) fn command(program: &Path, account: &Account) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", LOCALE).env("TZ", "UTC").current_dir("/");
    if rustix::process::geteuid().is_root() {
        // The standard library drops root's supplementary groups together with the user id.
        command.gid(account.gid).uid(account.uid);
    }
    command
}

/// Turns the end of a program that makes the cluster into an error, if it was not a good one.
pub(super) fn check(program: &'static str, outcome: io::Result<Output>) -> Result<(), EmbeddedError> {
    let reason = match outcome {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => {
            let said = last_lines(&String::from_utf8_lossy(&output.stderr), 3);
            format!("{}: {said}", output.status)
        }
        Err(error) => error.to_string(),
    };
    Err(EmbeddedError::ClusterNotMade { program, reason })
}

/// The last lines that are not blank, joined into one.
pub(super) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let kept = lines.get(lines.len().saturating_sub(count)..);
    kept.unwrap_or_default().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_become_one() {
        assert_eq!(last_lines("a\nb\n\n  c \n", 2), "b | c");
        assert_eq!(last_lines("a\n", 2), "a");
        assert_eq!(last_lines("", 2), "");
    }
}
