//! What the caller decides, and the default place of the data.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What [`start`](super::start) needs to know. Nothing is read from the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedSettings {
    /// Where cluster, socket, locks and log lie; made if absent. See [`default_data_dir`].
    pub data_dir: PathBuf,
    /// The folder that holds `postgres` and `initdb`; `None` searches the usual places.
    pub bin_dir: Option<PathBuf>,
    /// The value of `PATH`, searched after the usual places.
    pub search_path: Option<OsString>,
    /// The program to run as the guard, with [`GUARD_SUBCOMMAND`](super::GUARD_SUBCOMMAND), the data directory and
    /// the folder of the binaries as its arguments; `None` is the running program. For tests, whose own executable
    /// has no such subcommand.
    pub guard_program: Option<PathBuf>,
}

/// The platform's place for the data of this service.
///
/// Root uses `/var/lib/openchair`, because the account that the postmaster runs as cannot enter `/root`. Anybody else
/// uses `$XDG_DATA_HOME/openchair` or `~/.local/share/openchair`, on macOS `~/Library/Application Support/openchair`.
/// An empty or relative `XDG_DATA_HOME` counts as unset (XDG Base Directory Specification 0.8). Without a home
/// directory the answer is `/var/lib/openchair` too.
#[must_use]
pub fn default_data_dir(home: Option<&OsStr>, xdg_data_home: Option<&OsStr>, is_root: bool) -> PathBuf {
    let absolute = |value: &OsStr| Some(PathBuf::from(value)).filter(|path| path.is_absolute());
    let share = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
    let base = if is_root {
        None
    } else {
        let xdg = xdg_data_home.and_then(absolute).filter(|_| !cfg!(target_os = "macos"));
        xdg.or_else(|| home.and_then(absolute).map(|home| home.join(share)))
    };
    base.unwrap_or_else(|| Path::new("/var/lib").to_path_buf()).join("openchair")
}

#[cfg(all(test, not(target_os = "macos")))]
mod tests {
    use super::*;

    fn default(home: &str, xdg: Option<&str>, is_root: bool) -> PathBuf {
        default_data_dir(Some(OsStr::new(home)), xdg.map(OsStr::new), is_root)
    }

    #[test]
    fn root_never_keeps_its_data_below_its_home() {
        assert_eq!(default("/root", Some("/root/x"), true), Path::new("/var/lib/openchair"));
    }

    #[test]
    fn others_follow_xdg_and_then_their_home() {
        assert_eq!(default("/home/a", Some("/x"), false), Path::new("/x/openchair"));
        let at_home = Path::new("/home/a/.local/share/openchair");
        assert_eq!(default("/home/a", None, false), at_home);
        assert_eq!(default("/home/a", Some(""), false), at_home);
        assert_eq!(default("/home/a", Some("relative"), false), at_home);
        assert_eq!(default_data_dir(None, None, false), Path::new("/var/lib/openchair"));
    }
}
