//! `[fetch]`: where the program itself goes, for sources and with webhooks.

use clap::Args;
use serde::Deserialize;

use super::Networks;

/// The settings of going elsewhere as given.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub struct FetchSettings {
    /// Networks besides the public internet that sources are fetched from and
    /// webhooks sent to, there by http and on any port, too; with commas between
    /// [default: none].
    #[arg(long, global = true, env = "OPENCHAIR_FETCH_ALLOW", value_name = "NETWORKS")]
    pub fetch_allow: Option<Networks>,
}

/// Going elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Fetch {
    /// Networks besides the public internet that may be gone to.
    pub allow: Networks,
}

impl FetchSettings {
    pub(super) fn or(self, file: Self) -> Self {
        Self { fetch_allow: self.fetch_allow.or(file.fetch_allow) }
    }

    pub(super) fn resolve(self) -> Fetch {
        Fetch { allow: self.fetch_allow.unwrap_or_default() }
    }
}
