//! Accounts of the operating system: who runs the program, and whom the postmaster runs as.
//!
//! The names come from `/etc/passwd`, for the caller's own also from `id -un`, which asks directory services too
//! (and macOS, which lists no person in that file). `getpwuid` would need `unsafe`.

use std::fs;
use std::process::Command;

use super::error::EmbeddedError;

/// A user with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// The account that this process runs as.
    pub(super) fn current() -> Result<Self, EmbeddedError> {
        let uid = rustix::process::geteuid().as_raw();
        let gid = rustix::process::getegid().as_raw();
        let name = find(|account| account.uid == uid)
            .map(|account| account.name)
            .or_else(asked_of_the_system)
            .ok_or(EmbeddedError::NamelessUser { uid })?;
        Ok(Self { name, uid, gid })
    }

    /// The account for the postmaster: this one, or for root, whom Postgres refuses, the owner of the cluster that
    /// exists, else `postgres`, else `nobody`.
    pub(super) fn of_postmaster(&self, data_owner: Option<u32>) -> Result<Self, EmbeddedError> {
        if !self.is_root() {
            return Ok(self.clone());
        }
        match data_owner {
            Some(uid) if uid != 0 => find(|account| account.uid == uid).ok_or(EmbeddedError::NamelessUser { uid }),
            _ => ["postgres", "nobody"]
                .iter()
                .find_map(|name| find(|account| account.name == *name && account.uid != 0))
                .ok_or(EmbeddedError::NoUnprivilegedAccount),
        }
    }

    /// Whether this is the superuser.
    pub(super) fn is_root(&self) -> bool {
        self.uid == 0
    }
}

fn find(wanted: impl Fn(&Account) -> bool) -> Option<Account> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    passwd.lines().filter_map(parse).find(wanted)
}

/// One line of `/etc/passwd`: `name:password:uid:gid:comment:home:shell`.
fn parse(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(Account { name, uid, gid })
}

fn asked_of_the_system() -> Option<String> {
    let output = Command::new("/usr/bin/id").arg("-un").output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?;
    // `id` prints the bare number when it fails on some systems: that is not a name.
    Some(name.trim().to_owned())
        .filter(|name| output.status.success() && name.parse::<u32>().is_err() && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passwd_line_gives_name_uid_and_gid() {
        let account = parse("postgres:x:101:104:PostgreSQL administrator,,,:/var/lib:/bin/bash");
        let expected = Account { name: "postgres".to_owned(), uid: 101, gid: 104 };
        assert_eq!(account, Some(expected));
    }

    #[test]
    fn other_lines_are_skipped() {
        for line in ["", "# comment", "+::::::", "nobody:*:-2:-2:Unprivileged:/:/bin/false"] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
