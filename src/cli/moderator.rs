//! `openchair moderator`

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{
    Context, close,
    office::{PrintedInvitation, PrintedReset, parse_email},
    output,
};
use crate::{
    auth::{self, Audience, Auth},
    db::{self, Pools, Scope},
    http::EmailAddress,
};

/// Arguments of `moderator`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a single-use link by which somebody becomes a moderator.
    Invite {
        /// Their address. An office account of it stays what it is.
        #[arg(value_name = "E-MAIL", value_parser = parse_email)]
        email: EmailAddress,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Delete a moderator's account, at once, and take back their invitation.
    Revoke {
        /// Their address.
        #[arg(value_name = "E-MAIL", value_parser = parse_email)]
        email: EmailAddress,
    },
    /// Print a single-use link by which a moderator chooses a new password.
    Reset {
        /// Their address.
        #[arg(value_name = "E-MAIL", value_parser = parse_email)]
        email: EmailAddress,
        /// They lost their second factor, too: remove it, and sign them out.
        #[arg(long)]
        second_factor: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the moderators.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Somebody as printed.
#[derive(Debug, Serialize)]
struct PrintedModerator {
    email: String,
    has_totp: bool,
    appointed_at: DateTime<Utc>,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<u8> {
    let (database, pools) = context.database().await?;
    let outcome = match context.authority(&pools) {
        Ok(auth) => act(&auth, &pools, arguments.command).await,
        Err(error) => Err(error),
    };
    close(database, pools).await;
    outcome.map(|()| 0)
}

async fn act(auth: &Auth, pools: &Pools, action: Action) -> anyhow::Result<()> {
    match action {
        Action::Invite { email, json } => {
            let made = auth.invite_moderator(&email).await?;
            let made = made.context("that is a moderator already; see `openchair moderator reset --help`")?;
            PrintedInvitation::print(made, json)
        }
        Action::Revoke { email } => {
            if !auth.revoke_moderator(&email).await? {
                bail!("there is no moderator of that address");
            }
            output::remark("revoked, at once and on every node");
            Ok(())
        }
        Action::Reset { email, second_factor, json } => {
            let reset = auth.reset_link(Audience::Moderator, &email, second_factor).await?;
            PrintedReset::print(reset.context("there is no moderator of that address")?, json)
        }
        Action::List { json } => list(pools, json).await,
    }
}

async fn list(pools: &Pools, json: bool) -> anyhow::Result<()> {
    let mut transaction = db::begin(&pools.directory, Scope::Operator).await?;
    let moderators = auth::list_moderators(&mut transaction).await?;
    transaction.commit().await?;
    if json {
        let printed = moderators.into_iter().map(|one| PrintedModerator {
            email: one.email,
            has_totp: one.has_totp,
            appointed_at: one.appointed_at,
        });
        return output::json(&printed.collect::<Vec<_>>());
    }
    for one in &moderators {
        let factor = if one.has_totp { "second factor" } else { "password only" };
        output::line(&format!("{factor:13}  {}", one.email));
    }
    if moderators.iter().filter(|one| one.has_totp).count() < 2 {
        output::remark("fewer than two with a second factor: nobody else can look at an appeal");
    }
    Ok(())
}
