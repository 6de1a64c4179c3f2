//! Settings: defaults < file < environment < flags.
//!
//! Each setting is declared and documented once, in the struct of its section:
//! that makes its flag, its environment variable, its line of `--help`, and
//! its key in the file's table of the section's name. To add one: a field
//! there, a line in the section's `or`, and where it is resolved.

mod bounds;
mod database;
mod fetch;
mod log;
mod mail;
mod networks;
mod proxies;
mod secret;
mod server;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Args;
use serde::Deserialize;

pub use bounds::Bounds;
pub use database::{Database, DatabaseSettings};
pub use fetch::{Fetch, FetchSettings};
pub use log::{Log, LogFormat, LogSettings};
pub use mail::{Mail, MailSettings};
pub use networks::{Networks, NoNetworks};
pub use proxies::TrustedProxies;
pub use secret::SecretSettings;
pub use server::{RateLimit, Server, ServerSettings};

/// Everything that may be set; what is absent has its default.
#[derive(Debug, Clone, Default, Args)]
pub struct Settings {
    /// TOML file with settings, in tables `[server]`, `[database]`, `[secret]`, `[mail]`,
    /// `[fetch]` and `[log]`.
    #[arg(long, global = true, env = "OPENCHAIR_CONFIG", value_name = "FILE", help_heading = "Settings")]
    pub config: Option<PathBuf>,
    /// The listener.
    #[command(flatten)]
    pub server: ServerSettings,
    /// The database.
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// What wraps keys at rest.
    #[command(flatten)]
    pub secret: SecretSettings,
    /// The mail server.
    #[command(flatten)]
    pub mail: MailSettings,
    /// Where the program itself goes.
    #[command(flatten)]
    pub fetch: FetchSettings,
    /// What is logged.
    #[command(flatten)]
    pub log: LogSettings,
}

/// The file's tables.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    server: ServerSettings,
    database: DatabaseSettings,
    secret: SecretSettings,
    mail: MailSettings,
    fetch: FetchSettings,
    log: LogSettings,
}

/// Settings with nothing left open.
#[derive(Debug, Clone)]
pub struct Config {
    /// The listener.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// The file of the operator's secret; absent: in the data directory.
    pub secret_file: Option<PathBuf>,
    /// The mail server.
    pub mail: Mail,
    /// Where the program itself goes.
    pub fetch: Fetch,
    /// What is logged.
    pub log: Log,
}

/// What the program's surroundings say that is no setting.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `HOME`.
    pub home: Option<OsString>,
    /// `XDG_DATA_HOME`.
    pub xdg_data_home: Option<OsString>,
    /// `PATH`.
    pub path: Option<OsString>,
    /// Whether the terminal, if it is one, is not to be drawn on: `NO_COLOR` or
    /// `CI` is set, or `TERM` is `dumb`.
    pub plain_terminal: bool,
}

impl Surroundings {
    /// Reads them from the environment.
    #[expect(clippy::disallowed_methods, reason = "config is where the environment is read")]
    pub fn read() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            home: std::env::var_os("HOME"),
            xdg_data_home: std::env::var_os("XDG_DATA_HOME"),
            path: std::env::var_os("PATH"),
            plain_terminal: ["NO_COLOR", "CI"].into_iter().any(is_set)
                || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb"),
        }
    }
}

impl Settings {
    /// Reads the file, if one is named, and fills in the defaults.
    ///
    /// # Errors
    /// When the file cannot be read, has an unknown key, or a value that its
    /// setting cannot have.
    pub fn resolve(self) -> anyhow::Result<Config> {
        let file = self.config.as_deref().map(read_file).transpose()?.unwrap_or_default();
        Ok(Config {
            server: self.server.or(file.server).resolve()?,
            database: self.database.or(file.database).resolve()?,
            secret_file: self.secret.or(file.secret).secret_file,
            mail: self.mail.or(file.mail).resolve()?,
            fetch: self.fetch.or(file.fetch).resolve(),
            log: self.log.or(file.log).resolve(),
        })
    }
}

fn read_file(path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration file {}", path.display()))?;
    parse_file(&text).with_context(|| format!("in the configuration file {}", path.display()))
}

/// A message with line and key, but without the line itself: it may hold a
/// password.
fn parse_file(text: &str) -> anyhow::Result<File> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        anyhow::anyhow!("line {line}: {}", without_value(error.message()))
    })
}

/// A message about a wrong value repeats it, and says at its end what would
/// have been right.
fn without_value(message: &str) -> String {
    let repeats = ["invalid type", "invalid value", "invalid length", "unknown variant"];
    let expected = message.rsplit_once(", expected ").filter(|_| repeats.iter().any(|how| message.starts_with(how)));
    expected.map_or_else(|| message.to_owned(), |(_, expected)| format!("this value cannot be; expected {expected}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("openchair.toml");
        std::fs::write(&file, "[server]\nlisten = \"127.0.0.1:1\"\nworkers = 3\n[log]\nlog = \"warn\"").unwrap();
        let cli = Cli::parse_from(["openchair", "--config", file.to_str().unwrap(), "--listen", "127.0.0.1:2"]);
        let config = cli.settings.resolve().unwrap();
        assert_eq!(config.server.listen.port(), 2);
        assert_eq!(config.server.workers, Some(3));
        assert_eq!(config.log.filter, "warn");
        assert_eq!(config.log.format, LogFormat::Text);
    }

    #[test]
    fn an_unknown_key_is_named_and_no_value_is_shown() {
        let error = parse_file("[database]\ndatabase_ur = \"postgres://u:secret@h/d\"").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("database_ur"), "{error}");
        let error = parse_file("[database]\ndatabase_url = [\"secret\"]").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
        let error = parse_file("[server]\nworkers = \"secret, expected secret, \"").unwrap_err().to_string();
        assert_eq!(error, "line 2: this value cannot be; expected u16");
    }

    #[test]
    fn secrets_are_not_shown_by_debug_or_help() {
        let cli = Cli::parse_from(["openchair", "--database-url", "postgres://u:hunter2@h/d"]);
        let config = cli.settings.resolve().unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
