//! Running the program itself.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// The program, with nothing of the tests' environment but what it needs to
/// find Postgres.
pub fn openchair() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openchair"));
    command.env_clear().env("PATH", openchair::config::Surroundings::read().path.unwrap_or_default());
    command.env("OPENCHAIR_SECRET_FILE", &*SECRET_FILE);
    command
}

/// A secret of the tests' own: the machine's is none of their business.
static SECRET_FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("openchair-tests-secret-{}", rustix::process::geteuid().as_raw()));
    std::fs::write(&path, "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
});

/// A throw-away folder that the account of Postgres may enter.
#[derive(Debug)]
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
