//! `[log]`: what is logged, on stderr.

use clap::{Args, ValueEnum};
use serde::Deserialize;

/// What libraries say at this level says nothing that ours do not; the HTTP
/// parser would let anybody fill the log with broken requests.
const DEFAULT_FILTER: &str = "warn,actix_http=off,openchair=info";

/// The log's settings as given.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub struct LogSettings {
    /// What is logged: error, warn, info, debug, or a filter such as
    /// info,openchair::search=debug [default:
    /// info without what
    /// libraries say].
    #[arg(long, global = true, env = "OPENCHAIR_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Shape of log lines [default: text].
    #[arg(long, global = true, env = "OPENCHAIR_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// Shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged.
#[derive(Debug, Clone)]
pub struct Log {
    /// A filter of `tracing`.
    pub filter: String,
    /// Shape of the lines.
    pub format: LogFormat,
}

impl LogSettings {
    pub(super) fn or(self, file: Self) -> Self {
        Self { log: self.log.or(file.log), log_format: self.log_format.or(file.log_format) }
    }

    pub(super) fn resolve(self) -> Log {
        Log {
            filter: self.log.unwrap_or_else(|| DEFAULT_FILTER.to_owned()),
            format: self.log_format.unwrap_or(LogFormat::Text),
        }
    }
}
