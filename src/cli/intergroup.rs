//! `openchair intergroup`

use anyhow::{Context as _, bail};
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Context, close, output};
use crate::{
    db::{self, Pools, Scope},
    directory::{self, Actor, Intergroup, NewIntergroup, Stamp, WriteError},
    kernel::{Clock, Entropy, IntergroupId, Slug, SystemClock, SystemEntropy, parse_zone},
};

/// Arguments of `intergroup`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an intergroup.
    Create(NewArguments),
    /// List all intergroups.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What a new intergroup is.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// Its name in addresses: letters, digits, '-' and '_', at most 64.
    #[arg(value_parser = parse_slug)]
    slug: Slug,
    /// Its name.
    #[arg(long, value_parser = parse_name)]
    name: String,
    /// IANA zone of its meetings that have none of their own.
    #[arg(long, value_parser = parse_timezone)]
    timezone: Tz,
    /// Slug of the entity that it belongs to.
    #[arg(long)]
    parent: Option<String>,
    /// Its website.
    #[arg(long, value_parser = parse_link)]
    website: Option<String>,
    /// Its public e-mail address.
    #[arg(long, value_parser = parse_line)]
    email: Option<String>,
    /// Its public phone number.
    #[arg(long, value_parser = parse_line)]
    phone: Option<String>,
    /// The area it serves, in words.
    #[arg(long, value_parser = parse_line)]
    location: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// An intergroup as printed.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    id: IntergroupId,
    slug: &'a Slug,
    name: &'a str,
    timezone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a Slug>,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<u8> {
    let (database, pools) = context.database().await?;
    let outcome = match arguments.command {
        Action::Create(new) => create(&pools, new).await,
        Action::List { json } => list(&pools, json).await,
    };
    close(database, pools).await;
    outcome.map(|()| 0)
}

async fn create(pools: &Pools, new: NewArguments) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let id = IntergroupId(SystemEntropy.uuid_v7(now));
    let mut write = db::begin_write(&pools.directory, Scope::Operator).await?;
    let parent = match &new.parent {
        Some(slug) => Some(
            directory::find_intergroup(&mut write.transaction, slug)
                .await?
                .with_context(|| format!("there is no intergroup {slug} to be the parent"))?,
        ),
        None => None,
    };
    let intergroup = NewIntergroup {
        id,
        slug: new.slug,
        name: new.name,
        parent_id: parent.as_ref().map(|parent| parent.id),
        timezone: new.timezone,
        website: new.website,
        email: new.email,
        phone: new.phone,
        location: new.location,
    };
    let stamp = Stamp { revision: write.revision, now, actor: Actor::Operator };
    match directory::insert_intergroup(&mut write.transaction, &intergroup, &stamp).await {
        Err(WriteError::SlugTaken) => bail!("there is an intergroup {} already", intergroup.slug),
        inserted => inserted?,
    }
    write.commit().await?;
    if new.json {
        let parent = parent.as_ref().map(|parent| &parent.slug);
        let timezone = intergroup.timezone.name();
        return output::json(&Printed { id, slug: &intergroup.slug, name: &intergroup.name, timezone, parent });
    }
    output::line(&format!("{id} {}", intergroup.slug));
    Ok(())
}

async fn list(pools: &Pools, json: bool) -> anyhow::Result<()> {
    let mut transaction = db::begin_read(&pools.directory, Scope::Read).await?;
    let all = directory::list_intergroups(&mut transaction).await?;
    let slug_of = |id| all.iter().find(|other: &&Intergroup| Some(other.id) == id).map(|other| &other.slug);
    let printed = all.iter().map(|intergroup| Printed {
        id: intergroup.id,
        slug: &intergroup.slug,
        name: &intergroup.name,
        timezone: intergroup.timezone.name(),
        parent: slug_of(intergroup.parent_id),
    });
    if json {
        return output::json(&printed.collect::<Vec<_>>());
    }
    if all.is_empty() {
        output::remark("no intergroup yet; see `openchair intergroup create --help`");
        return Ok(());
    }
    let width = |of: fn(&Intergroup) -> usize| all.iter().map(of).max().unwrap_or_default();
    let (slugs, zones) = (width(|one| one.slug.as_str().len()), width(|one| one.timezone.name().len()));
    for intergroup in printed {
        let Printed { id, slug, name, timezone, .. } = intergroup;
        output::line(&format!("{:slugs$}  {timezone:zones$}  {id}  {name}", slug.as_str()));
    }
    Ok(())
}

fn parse_slug(text: &str) -> Result<Slug, String> {
    Slug::parse(text).map_err(|error| error.to_string())
}

fn parse_timezone(text: &str) -> Result<Tz, String> {
    parse_zone(text).map_err(|error| error.to_string())
}

fn parse_line(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = (1..=255).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err("must be one line of 1 to 255 characters".to_owned()) }
}

fn parse_name(text: &str) -> Result<String, String> {
    parse_line(text)
}

fn parse_link(text: &str) -> Result<String, String> {
    let link = text.parse::<url::Url>().ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    link.map(String::from).ok_or_else(|| "must be an absolute http or https address".to_owned())
}
