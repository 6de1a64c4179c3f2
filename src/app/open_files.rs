//! How many files the process may have open: every connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What else is open: the database's connections, the log, what is read.
const BESIDES: u64 = 512;

/// Raises the limit as far as that many connections need and the process may;
/// how many of them it leaves room for. Without room the service would fail at
/// whatever it opens next, its database's connections too.
pub(super) fn room_for(connections: usize) -> usize {
    let needed = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(BESIDES);
    let limit = getrlimit(Resource::Nofile);
    let mut now = limit.current.unwrap_or(u64::MAX);
    if now < needed {
        let raised = needed.min(limit.maximum.unwrap_or(u64::MAX));
        if setrlimit(Resource::Nofile, Rlimit { current: Some(raised), ..limit }).is_ok() {
            now = raised;
        }
    }
    let room = room(now).min(connections);
    if room < connections {
        tracing::warn!(
            connections = room,
            open_files = now,
            "the limit of open files leaves room for fewer connections"
        );
    }
    room
}

fn room(open_files: u64) -> usize {
    usize::try_from(open_files.saturating_sub(BESIDES).max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_what_is_left_and_for_one_at_least() {
        assert_eq!((room(0), room(BESIDES), room(BESIDES + 1), room(BESIDES + 88)), (1, 1, 1, 88));
    }
}
