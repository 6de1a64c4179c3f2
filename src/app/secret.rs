//! The operator's secret: a file that wraps what is encrypted in the database.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::data_dir;
use crate::{
    auth::Secret,
    config::{Config, Surroundings},
    kernel::SystemEntropy,
};

/// Where the secret is kept: the setting, or a file in the data directory.
pub fn secret_path(config: &Config, surroundings: &Surroundings) -> PathBuf {
    config.secret_file.clone().unwrap_or_else(|| data_dir(&config.database, surroundings).join("secret"))
}

/// Whether anybody but its owner may read the secret's file.
///
/// # Errors
/// When there is no such file.
pub fn is_exposed(path: &Path) -> std::io::Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Reads the secret. The one in the data directory is made on first run; one
/// that a setting names must be there.
///
/// # Errors
/// When it cannot be read or made; the message never shows what it holds.
pub fn load_secret(config: &Config, surroundings: &Surroundings) -> anyhow::Result<Secret> {
    let path = secret_path(config, surroundings);
    match fs::read_to_string(&path) {
        Ok(text) => Secret::parse(&text).with_context(|| format!("in the secret file {}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound && config.secret_file.is_none() => make(&path),
        Err(error) => Err(error).with_context(|| format!("cannot read the secret file {}", path.display())),
    }
}

/// Written aside and linked into place whole: of two processes at once the
/// second finds the first one's.
fn make(path: &Path) -> anyhow::Result<Secret> {
    let (secret, text) = Secret::generate(&SystemEntropy);
    let aside = path.with_extension(format!("new-{}", std::process::id()));
    let written = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&aside, path)
    };
    let outcome = written();
    _ = fs::remove_file(&aside);
    match outcome {
        Ok(()) => {
            tracing::info!(file = %path.display(), "made the secret that encrypts keys; keep a copy of it");
            Ok(secret)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Secret::parse(&text).with_context(|| format!("in the secret file {}", path.display()))
        }
        Err(error) => Err(error).with_context(|| {
            format!("cannot make the secret file {}; name one by OPENCHAIR_SECRET_FILE", path.display())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_at_once_have_the_same_secret_which_nobody_else_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data").join("secret");
        let (one, two) = (make(&path).unwrap(), make(&path).unwrap());
        assert_eq!(one.derive_key(1, "x"), two.derive_key(1, "x"));
        assert!(!is_exposed(&path).unwrap());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
