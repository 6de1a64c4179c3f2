//! The postmaster as the guard sees it: its own child, or one that an earlier guard left.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::account::Account;
use super::command::command;
use super::error::{Doing, EmbeddedError};
use super::layout::Layout;
use super::{log, pid_file};

/// How long a fast shutdown, which writes a checkpoint, may take before the hard one.
const FAST_SHUTDOWN: Duration = Duration::from_mins(1);
const HARD_SHUTDOWN: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(20);

/// Settings on the command line, which neither `postgresql.conf` nor `ALTER SYSTEM` can change.
///
/// The log must hold nothing that a member wrote. Statements and parameters are off, `terse` leaves out the details
/// ("Key (name)=(…) already exists"), and `log_min_messages = log` leaves out the errors of statements themselves
/// ("invalid input syntax …: …"), which the service receives anyway. What happens to the server is still logged.
/// No commit bears its moment, from which acts of two hands could be laid side by side.
const SETTINGS: [&str; 25] = [
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=128MB",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "log_destination=stderr",
    "logging_collector=off",
    "log_min_messages=log",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "log_statement=none",
    "log_duration=off",
    "log_min_duration_statement=-1",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "log_checkpoints=off",
    "log_connections=off",
    "log_disconnections=off",
    "log_lock_waits=off",
    "log_temp_files=-1",
    "log_timezone=UTC",
    "track_commit_timestamp=off",
];

/// A postmaster that was alive when it was started or found.
#[derive(Debug)]
pub(super) enum Postmaster {
    /// Started by this guard.
    Started(Child),
    /// Left by a guard that was killed.
    Adopted(Pid),
}

impl Postmaster {
    /// The one that lives, or else a new one.
    pub(super) fn adopt_or_start(layout: &Layout, bin_dir: &Path, account: &Account) -> Result<Self, EmbeddedError> {
        if let Some(running) = pid_file::running(layout) {
            return Ok(Self::Adopted(running.pid));
        }
        pid_file::disown(layout)?;
        log::keep_small(layout)?;
        let log = log::open(layout)?;
        let program = bin_dir.join("postgres");
        let child = command(&program, account)
            .arg("-D")
            .arg(layout.data())
            .args(options(layout))
            .stdin(Stdio::null())
            .stdout(log.try_clone().doing("open", &layout.log())?)
            .stderr(log)
            .spawn()
            .doing("run", &program)?;
        Ok(Self::Started(child))
    }

    /// Whether it has ended, and how, as far as that can be known.
    pub(super) fn end(&mut self, layout: &Layout) -> io::Result<Option<String>> {
        match self {
            Self::Started(child) => Ok(child.try_wait()?.map(|status| status.to_string())),
            Self::Adopted(pid) => {
                Ok((!pid_file::is_postmaster(*pid, &layout.data())).then(|| "it was not this guard's child".to_owned()))
            }
        }
    }

    /// Stops it: connections are closed, the data is written, and the next start has nothing to recover. Only if that
    /// takes too long it is ended hard.
    pub(super) fn stop(&mut self, layout: &Layout) -> io::Result<()> {
        let steps = [(Signal::INT, FAST_SHUTDOWN), (Signal::QUIT, HARD_SHUTDOWN)];
        for (signal, patience) in steps {
            let began = Instant::now();
            if self.end(layout)?.is_none() {
                self.signal(signal)?;
            }
            while self.end(layout)?.is_none() && began.elapsed() < patience {
                sleep(LOOK);
            }
        }
        Ok(())
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        let pid = match self {
            Self::Started(child) => Pid::from_child(child),
            Self::Adopted(pid) => *pid,
        };
        match kill_process(pid, signal) {
            Err(rustix::io::Errno::SRCH) => Ok(()),
            other => other.map_err(io::Error::from),
        }
    }
}

fn options(layout: &Layout) -> Vec<OsString> {
    let fixed = SETTINGS.map(OsString::from);
    let paths = [
        named("hba_file=", layout.hba().as_os_str()),
        named("ident_file=", layout.ident().as_os_str()),
        named("unix_socket_directories=", &quoted(layout.run().as_os_str())),
    ];
    fixed.into_iter().chain(paths).flat_map(|setting| [OsString::from("-c"), setting]).collect()
}

fn named(name: &str, value: &OsStr) -> OsString {
    let mut setting = OsString::from(name);
    setting.push(value);
    setting
}

/// As one element of a list, in which a comma or a space would otherwise separate.
fn quoted(path: &OsStr) -> OsString {
    let mut quoted = vec![b'"'];
    for byte in path.as_bytes() {
        if *byte == b'"' {
            quoted.push(b'"');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    OsString::from_vec(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_the_socket_path_is_doubled() {
        assert_eq!(quoted(OsStr::new("/a \"b\",c")), "\"/a \"\"b\"\",c\"");
    }
}
