//! `[secret]`: what wraps keys at rest.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

/// The secret's settings as given.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub struct SecretSettings {
    /// File with the versioned secret that encrypts keys in the database
    /// [default: secret in the data directory, made on first run].
    #[arg(long, global = true, env = "OPENCHAIR_SECRET_FILE", value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
}

impl SecretSettings {
    pub(super) fn or(self, file: Self) -> Self {
        Self { secret_file: self.secret_file.or(file.secret_file) }
    }
}
