//! `openchair disclose`

use anyhow::Context as _;
use clap::Args;

use super::{Context, close, output};
use crate::members::{self, Disclosure};

/// Arguments of `disclose`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Handle of the account: three words with hyphens.
    #[arg(long)]
    handle: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<u8> {
    let (database, pools) = context.database().await?;
    let found = members::disclose(&pools.members, &arguments.handle).await;
    close(database, pools).await;
    // What was asked for is not repeated: it may be nobody's handle but a secret.
    let disclosure = found?.context("there is no account of that handle")?;
    if arguments.json {
        output::json(&disclosure)?;
    } else {
        print(&disclosure);
    }
    Ok(0)
}

fn print(disclosure: &Disclosure) {
    let line = |name: &str, value: &str| output::line(&format!("{name:<20}{value}"));
    line("handle", &disclosure.handle);
    line("week made", &disclosure.made_week);
    line("week last seen", &disclosure.seen_week);
    line("hash of its key", &disclosure.auth_key_hash);
    for session in &disclosure.sessions {
        line("session used in", &session.used_week);
        line("  hash used", &session.hash_used);
        line("  hash due", &session.hash_next);
    }
    let (versions, bytes) = (disclosure.vault_bytes.len(), disclosure.vault_bytes.iter().max().unwrap_or(&0));
    line("vault", &format!("{versions} versions of {bytes} bytes"));
    for (name, vouchers) in
        [("circle vouchers", &disclosure.circle_vouchers), ("story vouchers", &disclosure.story_vouchers)]
    {
        let weeks: Vec<String> = vouchers.iter().map(|(week, count)| format!("{count} in {week}")).collect();
        let weeks = if weeks.is_empty() { "none".to_owned() } else { weeks.join(", ") };
        line(name, &weeks);
    }
}
