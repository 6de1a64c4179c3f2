//! `openchair keys`

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Context, close, output};
use crate::auth::{Auth, ListedKey, Rotation, Secret};
use crate::kernel::{Clock, SystemClock, SystemEntropy};

/// Arguments of `keys`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the keys that tokens are signed with.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make new keys: they are published for a day before they sign, and the
    /// old ones are believed until their last token has run out.
    Rotate {
        /// A key has leaked: sign with new ones at once and believe no old
        /// token. Whoever is signed in stays so by their refresh token.
        #[arg(long)]
        now: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print a new secret file, for OPENCHAIR_SECRET_FILE.
    NewSecret,
}

/// A key as printed.
#[derive(Debug, Serialize)]
struct Printed {
    kid: String,
    audience: &'static str,
    state: &'static str,
    signs_from: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signs_until: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifies_until: Option<DateTime<Utc>>,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<u8> {
    if let Action::NewSecret = arguments.command {
        let (_, text) = Secret::generate(&SystemEntropy);
        output::line(text.trim_end());
        return Ok(0);
    }
    let (database, pools) = context.database().await?;
    let outcome = match context.authority(&pools) {
        Ok(auth) => act(&auth, arguments.command).await,
        Err(error) => Err(error),
    };
    close(database, pools).await;
    outcome.map(|()| 0)
}

async fn act(auth: &Auth, action: Action) -> anyhow::Result<()> {
    let json = match action {
        Action::List { json } => json,
        Action::Rotate { now, json } => {
            // First those that are due, so that there is something to follow on.
            auth.keys().rotate(Rotation::Scheduled).await?;
            auth.keys().rotate(if now { Rotation::AtOnce } else { Rotation::Planned }).await?;
            json
        }
        Action::NewSecret => return Ok(()),
    };
    let now = SystemClock.now();
    let printed: Vec<Printed> = auth.keys().list().await?.iter().map(|key| printed(key, now)).collect();
    if json {
        return output::json(&printed);
    }
    if printed.is_empty() {
        output::remark("no keys yet; they are made when the service first runs");
    }
    for key in printed {
        output::line(&format!("{}  {:9}  {:9}  from {}", key.kid, key.audience, key.state, key.signs_from));
    }
    Ok(())
}

fn printed(key: &ListedKey, now: DateTime<Utc>) -> Printed {
    let state = if !key.opens {
        "sealed" // by another secret than this one
    } else if !key.times.verifies(now) {
        "retired"
    } else if key.times.signs(now) {
        "signs"
    } else if key.times.signs_from > now {
        "next"
    } else {
        "verifies"
    };
    Printed {
        kid: key.kid.as_str().to_owned(),
        audience: key.audience.as_str(),
        state,
        signs_from: key.times.signs_from,
        signs_until: key.times.signs_until,
        verifies_until: key.times.verifies_until,
    }
}
