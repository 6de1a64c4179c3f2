//! `openchair office`

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::{Context, close, output};
use crate::{
    auth::{self, Audience, Auth, NewLink, Role},
    db::{self, Pools, Scope},
    directory,
    http::EmailAddress,
};

/// Arguments of `office`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a single-use link by which somebody begins to act for an office.
    Invite {
        /// Their address.
        #[arg(value_name = "E-MAIL", value_parser = parse_email)]
        email: EmailAddress,
        /// Slug of the intergroup.
        #[arg(long)]
        intergroup: String,
        /// What they may do in it and in all that belong to it.
        #[arg(long, value_enum)]
        role: RoleArgument,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take away what somebody may do in an office, at once.
    Revoke {
        /// Their address.
        #[arg(value_name = "E-MAIL", value_parser = parse_email)]
        email: EmailAddress,
        /// Slug of the intergroup.
        #[arg(long)]
        intergroup: String,
        /// Also where they are its last owner.
        #[arg(long)]
        last_owner: bool,
    },
    /// Print a single-use link by which somebody chooses a new password.
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
    /// List who acts for an office.
    List {
        /// Slug of the intergroup.
        #[arg(long)]
        intergroup: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// A role on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleArgument {
    /// Decides who else may, and sees who did what.
    Owner,
    /// Keeps the directory.
    Editor,
    /// Sees what the public does not.
    Observer,
}

/// What `invite --json` prints.
#[derive(Debug, Serialize)]
pub(super) struct PrintedInvitation {
    invitation: String,
    link: String,
    expires_at: DateTime<Utc>,
}

impl PrintedInvitation {
    /// Prints it, as JSON where that is asked for.
    pub(super) fn print(made: NewLink, json: bool) -> anyhow::Result<()> {
        let NewLink { code: invitation, link, expires_at, .. } = made;
        if json {
            return output::json(&Self { invitation, link, expires_at });
        }
        output::line(&link);
        output::remark(&format!("works once, until {expires_at}; hand it to them by a way that you trust"));
        Ok(())
    }
}

/// What `reset --json` prints.
#[derive(Debug, Serialize)]
pub(super) struct PrintedReset {
    reset_code: String,
    link: String,
    expires_at: DateTime<Utc>,
}

impl PrintedReset {
    /// Prints it, as JSON where that is asked for.
    pub(super) fn print(made: NewLink, json: bool) -> anyhow::Result<()> {
        let NewLink { code: reset_code, link, expires_at, .. } = made;
        if json {
            return output::json(&Self { reset_code, link, expires_at });
        }
        output::line(&link);
        output::remark(&format!("works once, until {expires_at}"));
        Ok(())
    }
}

/// Somebody as printed.
#[derive(Debug, Serialize)]
struct PrintedAdmin {
    email: String,
    role: Role,
    has_totp: bool,
    granted_at: DateTime<Utc>,
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
        Action::Invite { email, intergroup, role, json } => {
            let office = find(pools, &intergroup).await?;
            return PrintedInvitation::print(auth.invite(office.id, &email, role.into()).await?, json);
        }
        Action::Revoke { email, intergroup, last_owner } => {
            let office = find(pools, &intergroup).await?;
            match auth.revoke_grant(office.id, &email, last_owner).await? {
                auth::Removal::Removed => output::remark("revoked, at once and on every node"),
                auth::Removal::NotThere => bail!("nobody with that address acts for {intergroup}"),
                auth::Removal::LastOwner => bail!(
                    "that is the last owner of {intergroup}; invite another first, or add --last-owner to leave it \
                     without one"
                ),
            }
        }
        Action::Reset { email, second_factor, json } => {
            let reset = auth.reset_link(Audience::Office, &email, second_factor).await?;
            return PrintedReset::print(reset.context("there is no account of that address")?, json);
        }
        Action::List { intergroup, json } => list(pools, &intergroup, json).await?,
    }
    Ok(())
}

async fn find(pools: &Pools, slug: &str) -> anyhow::Result<directory::Intergroup> {
    let mut transaction = db::begin_read(&pools.directory, Scope::Read).await?;
    directory::find_intergroup(&mut transaction, slug)
        .await?
        .with_context(|| format!("there is no intergroup {slug}; see `openchair intergroup list`"))
}

async fn list(pools: &Pools, intergroup: &str, json: bool) -> anyhow::Result<()> {
    let office = find(pools, intergroup).await?;
    let mut transaction = db::begin(&pools.directory, Scope::Operator).await?;
    let admins = auth::list_admins(&mut transaction, office.id).await?;
    transaction.commit().await?;
    let owners = admins.iter().filter(|admin| admin.role == Role::Owner).count();
    let printed = admins.into_iter().map(|admin| PrintedAdmin {
        email: admin.email,
        role: admin.role,
        has_totp: admin.has_totp,
        granted_at: admin.granted_at,
    });
    if json {
        return output::json(&printed.collect::<Vec<_>>());
    }
    for admin in printed {
        let factor = if admin.has_totp { "second factor" } else { "password only" };
        output::line(&format!("{:8}  {:13}  {}", admin.role.as_str(), factor, admin.email));
    }
    if owners < 2 {
        output::remark("fewer than two owners: when one is away, nobody can invite or remove anybody");
    }
    Ok(())
}

pub(super) fn parse_email(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|error| error.to_string())
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Self {
        match role {
            RoleArgument::Owner => Self::Owner,
            RoleArgument::Editor => Self::Editor,
            RoleArgument::Observer => Self::Observer,
        }
    }
}
