//! Reads `postmaster.pid`, and tells whether the process it names is the postmaster of this cluster.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::process::Command;

use rustix::fs::OFlags;
use rustix::process::Pid;

use super::error::{Doing, EmbeddedError};
use super::layout::Layout;

/// A postmaster that lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) pid: Pid,
    /// Whether it takes connections.
    pub(super) ready: bool,
}

/// The postmaster of this cluster, if one lives. A file left by a killed one does not deceive: it may say `ready`, and
/// its process id may be another program's by now, or a zombie's.
pub(super) fn running(layout: &Layout) -> Option<Running> {
    let content = fs::read_to_string(layout.pid_file()).ok()?;
    let running = parse(&content)?;
    is_postmaster(running.pid, &layout.data()).then_some(running)
}

/// Line 1 is the process id, line 8 the state (`LOCK_FILE_LINE_*` in PostgreSQL's `utils/pidfile.h`).
fn parse(content: &str) -> Option<Running> {
    let mut lines = content.lines().map(str::trim);
    let pid = lines.next()?.parse().ok().filter(|pid| *pid > 0)?;
    Some(Running { pid: Pid::from_raw(pid)?, ready: lines.nth(6) == Some("ready") })
}

/// Whether this process is a postmaster on the cluster `data`.
///
/// By its command line, which every account may read, while the link to its working directory is closed in a
/// container even to root. A zombie has none. Where there is no `/proc`, `ps` tells it.
pub(super) fn is_postmaster(pid: Pid, data: &Path) -> bool {
    let pid = pid.as_raw_nonzero().to_string();
    if cfg!(target_os = "linux") {
        return fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|cmdline| serves(cmdline.split(|byte| *byte == 0), data));
    }
    let output = Command::new("/bin/ps").args(["-ww", "-o", "command=", "-p", &pid]).output();
    let wanted = format!("postgres -D {} ", data.display());
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&wanted))
}

fn serves<'a>(mut arguments: impl Iterator<Item = &'a [u8]>, data: &Path) -> bool {
    let program = arguments.next().map(OsStr::from_bytes).map(Path::new);
    let name = program.and_then(Path::file_name).map(OsStr::as_bytes);
    // Not an equality: some packages wrap the program under a longer name.
    let is_server = name.is_some_and(|name| name.windows(8).any(|part| part == b"postgres"));
    is_server
        && arguments
            .skip_while(|argument| *argument != b"-D")
            .nth(1)
            .is_some_and(|argument| argument == data.as_os_str().as_bytes())
}

/// Prepares the cluster of a postmaster that was killed for the next one. Only while none lives.
///
/// Postgres refuses to start while a process with the id in its lock file exists, whatever that process is, unless it
/// is its own parent. So the parent, which is this process, puts its own id there. Removing the file instead would
/// also remove the key of the shared memory, by which Postgres waits for the backends that the killed one left.
pub(super) fn disown(layout: &Layout) -> Result<(), EmbeddedError> {
    let path = layout.pid_file();
    ignore_absence(rewrite(&path)).doing("write", &path)?;
    for path in layout.socket_files() {
        ignore_absence(fs::remove_file(&path)).doing("remove", &path)?;
    }
    Ok(())
}

fn rewrite(path: &Path) -> io::Result<()> {
    // The directory is another account's when this is root: a link there must not be followed.
    let no_follow = OFlags::NOFOLLOW.bits().cast_signed();
    let mut file = OpenOptions::new().read(true).write(true).custom_flags(no_follow).open(path)?;
    let mut content = String::new();
    file.read_to_string(&mut content)?;
    let rest = content.split_once('\n').map_or("", |(_, rest)| rest);
    let content = format!("{}\n{rest}", std::process::id());
    // Never empty in between, since Postgres refuses an empty one.
    file.write_all_at(content.as_bytes(), 0)?;
    file.set_len(content.len() as u64)
}

fn ignore_absence(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_on_the_eighth_line() {
        let read = |file| parse(file).map(|found| (found.pid.as_raw_nonzero().get(), found.ready));
        let file = "4711\n/d\n1700000000\n5432\n/d/run\n\n 1 2\nready   \n";
        assert_eq!(read(file), Some((4711, true)));
        assert_eq!(read("4711\n/d\n"), Some((4711, false)));
        assert_eq!(read("-4711\n/d\n"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn a_process_counts_only_if_it_serves_this_cluster() {
        let serves = |line: &str| serves(line.split(' ').map(str::as_bytes), Path::new("/d/data"));
        assert!(serves("/usr/lib/postgresql/15/bin/postgres -D /d/data -c a=b"));
        assert!(!serves("/usr/lib/postgresql/15/bin/postgres -D /e/data"));
        assert!(!serves("/usr/lib/postgresql/15/bin/initdb -D /d/data"));
        assert!(!serves("postgres: checkpointer "));
        assert!(!serves(""));
    }
}
