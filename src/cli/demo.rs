//! `openchair demo`

use std::{os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;

use super::{
    Context, close, output,
    serve::{self, Stop},
};
use crate::{
    app::{Database, Server},
    auth::Role,
    db::{self, Pools, Scope},
    directory::{self, Actor, NewIntergroup, Stamp},
    feeds::{self, FeedContext},
    http::EmailAddress,
    kernel::{Clock, Entropy, IntergroupId, Slug, SystemClock, SystemEntropy, parse_zone},
    sync::{self, ImportOptions, Mode},
};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

/// The made-up directory: its list of intergroups and their feeds, by file.
const DIRECTORY: &str = include_str!("../../data/demo/directory.json");

/// The office that has an owner, and how they sign in.
const OFFICE: &str = "lantern-rivers";
const EMAIL: &str = "owner@example.org";
const PASSWORD: &str = "lanterns on the river";

/// An intergroup of the list.
#[derive(Debug, Deserialize)]
struct Listed {
    slug: String,
    name: String,
    timezone: String,
    parent: Option<String>,
    website: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    location: Option<String>,
    feed: String,
}

pub(super) async fn run(mut context: Context, _arguments: Arguments) -> anyhow::Result<u8> {
    // From the start: told to end at any moment, it still removes its folder.
    let mut stop = Stop::listen()?;
    let folder = Folder::new()?;
    context.config.database.url = None;
    context.config.database.circles_url = None;
    context.config.database.pass_keys_url = None;
    context.config.database.data_dir = Some(folder.0.clone());
    context.config.secret_file = None;
    output::remark("Starting a throw-away database with a made-up directory …");
    let database = Database::open(&context.config.database, &context.surroundings).await?;
    let pools = database.pools();
    let started = tokio::select! {
        started = start(&context, &database, &pools) => Some(started),
        () = stop.asked() => None,
    };
    let served = match started {
        None => Ok(()),
        Some(Err(error)) => Err(error),
        Some(Ok(server)) => {
            introduce(&format!("http://{}", server.address()));
            serve::until_stopped(server, &mut stop).await
        }
    };
    close(database, pools).await;
    served.map(|()| 0)
}

async fn start(context: &Context, database: &Database, pools: &Pools) -> anyhow::Result<Server> {
    database.migrate().await?;
    fill(pools).await?;
    let server = serve::start(context, database, pools, true).await?;
    server.snapshots().wait_for(1).await;
    make_owner(pools, &server).await?;
    Ok(server)
}

/// Somebody who owns the first office, with a password that is printed.
async fn make_owner(pools: &Pools, server: &Server) -> anyhow::Result<()> {
    let mut transaction = db::begin_read(&pools.directory, Scope::Read).await?;
    let office = directory::find_intergroup(&mut transaction, OFFICE).await?;
    transaction.commit().await?;
    let office = office.with_context(|| format!("the bundled directory has no {OFFICE}"))?;
    while !server.auth().keys().are_loaded() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let email = EmailAddress::parse(EMAIL).context("the demo's address")?;
    let invited = server.auth().invite(office.id, &email, Role::Owner).await?;
    let taken_up = server.auth().take_up(&invited.code, PASSWORD.into()).await;
    taken_up.map_err(|error| anyhow::anyhow!("the demo's owner cannot be made: {error}"))
}

async fn fill(pools: &Pools) -> anyhow::Result<()> {
    let listed: Vec<Listed> = serde_json::from_str(DIRECTORY).context("the bundled directory")?;
    let options = ImportOptions { mode: Mode::Apply, allow_shrink: false };
    for listed in listed {
        let timezone = parse_zone(&listed.timezone)?;
        let feed = feed(&listed.feed).with_context(|| format!("the bundled feed {}", listed.feed))?;
        let id = make(pools, listed, timezone).await?;
        let read = feeds::read_meeting_guide(feed.as_bytes(), &FeedContext { default_timezone: timezone })?;
        sync::import(&pools.directory, &SystemClock, &SystemEntropy, id, &read, options).await?;
    }
    Ok(())
}

async fn make(pools: &Pools, listed: Listed, timezone: chrono_tz::Tz) -> anyhow::Result<IntergroupId> {
    let now = SystemClock.now();
    let id = IntergroupId(SystemEntropy.uuid_v7(now));
    let mut write = db::begin_write(&pools.directory, Scope::Operator).await?;
    let parent = match &listed.parent {
        Some(slug) => directory::find_intergroup(&mut write.transaction, slug).await?,
        None => None,
    };
    let new = NewIntergroup {
        id,
        slug: Slug::parse(&listed.slug)?,
        name: listed.name,
        parent_id: parent.map(|parent| parent.id),
        timezone,
        website: listed.website,
        email: listed.email,
        phone: listed.phone,
        location: listed.location,
    };
    let stamp = Stamp { revision: write.revision, now, actor: Actor::Operator };
    directory::insert_intergroup(&mut write.transaction, &new, &stamp).await?;
    write.commit().await?;
    Ok(id)
}

fn introduce(base: &str) {
    for line in [
        format!("OpenChair serves a made-up directory at {base}"),
        String::new(),
        "Three things to try:".to_owned(),
        format!("  curl '{base}/v1/meetings?lat=41.88&lng=-87.63&day=1&limit=3'"),
        format!("  curl '{base}/v1/meetings?attendance=online&sort=next&limit=3'"),
        format!("  curl '{base}/v1/intergroups/{OFFICE}/feed.json'"),
        String::new(),
        format!("Owner of {OFFICE}: {EMAIL}, password \"{PASSWORD}\". To sign in:"),
        format!("  curl {base}/v1/auth/office/token --json '{{\"email\":\"{EMAIL}\",\"password\":\"{PASSWORD}\"}}'"),
        String::new(),
        format!("Documentation: {base}/docs    Stop with Ctrl-C; nothing is kept."),
    ] {
        output::line(&line);
    }
}

/// A throw-away directory, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("openchair-demo-{}", SystemEntropy.uuid_v4().simple()));
        // Whatever the umask: as root, Postgres passes through as another account.
        let made = std::fs::create_dir(&path)
            .and_then(|()| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o711)));
        made.with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            output::remark(&format!("cannot remove {}: {error}", self.0.display()));
        }
    }
}

macro_rules! feeds {
    ($($name:literal),* $(,)?) => {
        fn feed(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!("../../data/demo/", $name))),)*
                _ => None,
            }
        }
    };
}

feeds! {
    "inland-waters.json",
    "lantern-rivers.json",
    "prairie-lamps.json",
    "painted-shore.json",
    "five-ferries.json",
    "ocotillo-basin.json",
    "puffin-bay.json",
    "heron-and-downs.json",
    "valle-del-colibri.json",
    "higashi-bay.json",
    "banksia-harbour.json",
    "lighthouse-hours.json",
}
