//! Finds `postgres` and `initdb`: Debian, Red Hat, Homebrew, Postgres.app, a build from source, then `PATH`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::EmbeddedError;
use super::layout::Layout;
use super::settings::EmbeddedSettings;

/// Directories whose entries with this prefix hold a `bin` each. To support another package system, add its line.
const PLACES: [(&str, &str); 7] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql"),
    ("/usr/local/opt", "postgresql"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql"),
    ("/Applications/Postgres.app/Contents/Versions", ""),
    ("/usr/local", "pgsql"),
];

/// The server programs of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    dir: PathBuf,
    major: u32,
}

impl Binaries {
    /// Binaries of the cluster's major version, or the newest ones if there is no cluster yet.
    pub(super) fn find(
        settings: &EmbeddedSettings,
        layout: &Layout,
        data_major: Option<u32>,
    ) -> Result<Self, EmbeddedError> {
        let found = match &settings.bin_dir {
            Some(dir) => {
                let given = Self::in_dir(dir.clone());
                vec![given.ok_or(EmbeddedError::BadBinDir { bin_dir: dir.clone() })?]
            }
            None => search(settings.search_path.as_deref()),
        };
        choose(found, &layout.data(), data_major)
    }

    /// `bin_dir` if both programs are there and the server tells its version.
    fn in_dir(dir: PathBuf) -> Option<Self> {
        if !dir.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(dir.join("postgres")).arg("--version").env_clear().output().ok()?;
        let major = parse_major(&String::from_utf8(output.stdout).ok()?)?;
        Some(Self { dir, major })
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn major(&self) -> u32 {
        self.major
    }
}

fn choose(mut found: Vec<Binaries>, data_dir: &Path, data_major: Option<u32>) -> Result<Binaries, EmbeddedError> {
    // Stable, so that of two with one version the earlier place in the list wins.
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    let mut found_majors: Vec<u32> = found.iter().map(|binaries| binaries.major).collect();
    found_majors.dedup();
    let chosen = found.into_iter().find(|binaries| data_major.is_none_or(|major| major == binaries.major));
    match (chosen, data_major) {
        (Some(binaries), _) => Ok(binaries),
        (None, Some(data_major)) if !found_majors.is_empty() => {
            Err(EmbeddedError::ForeignMajor { data_dir: data_dir.to_path_buf(), data_major, found: found_majors })
        }
        (None, _) => Err(EmbeddedError::MissingBinaries),
    }
}

fn search(search_path: Option<&OsStr>) -> Vec<Binaries> {
    let places = PLACES.iter().flat_map(|(parent, prefix)| versions_below(Path::new(parent), prefix));
    // The folder of the real file: a link in PATH often has no `initdb` beside it.
    let on_path = search_path
        .into_iter()
        .flat_map(std::env::split_paths)
        .filter_map(|dir| dir.join("postgres").canonicalize().ok())
        .filter_map(|program| program.parent().map(Path::to_path_buf));
    let mut dirs: Vec<PathBuf> = Vec::new();
    for dir in places.chain(on_path) {
        if !dirs.contains(&dir) {
            dirs.push(dir);
        }
    }
    dirs.into_iter().filter_map(Binaries::in_dir).collect()
}

fn versions_below(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut dirs: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join("bin"))
        .collect();
    dirs.sort();
    dirs
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15, and `18beta1` is 18.
fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number.get(..digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(parse_major(debian), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major("postgres (PostgreSQL) devel"), None);
    }

    fn chosen(majors: &[u32], data_major: Option<u32>) -> Result<u32, EmbeddedError> {
        let binaries = |major: &u32| Binaries { dir: format!("/{major}").into(), major: *major };
        let found = majors.iter().map(binaries).collect();
        choose(found, Path::new("/data"), data_major).map(|binaries| binaries.major)
    }

    #[test]
    fn the_cluster_decides_the_version_and_a_new_cluster_takes_the_newest() {
        assert!(matches!(chosen(&[15, 17, 16], None), Ok(17)));
        assert!(matches!(chosen(&[15, 17, 16], Some(15)), Ok(15)));
        assert!(matches!(chosen(&[], Some(15)), Err(EmbeddedError::MissingBinaries)));
        let foreign = chosen(&[15, 17, 17], Some(16));
        assert!(matches!(foreign, Err(EmbeddedError::ForeignMajor { found, .. }) if found == [17, 15]));
    }
}
