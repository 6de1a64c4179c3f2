//! The made-up directory of the demo.

use anyhow::Context as _;
use serde::Deserialize;

use crate::{
    db::{self, Pools, Scope},
    directory::{self, Actor, NewIntergroup, Stamp},
    feeds::{self, FeedContext},
    kernel::{Clock, Entropy, IntergroupId, Slug, SystemClock, SystemEntropy, parse_zone},
    sync::{self, ImportOptions, Mode},
};

/// Its list of intergroups and their feeds, by file.
const DIRECTORY: &str = include_str!("../../../data/demo/directory.json");

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

/// Makes its intergroups, and imports their feeds.
pub(super) async fn fill(pools: &Pools) -> anyhow::Result<()> {
    let listed: Vec<Listed> = serde_json::from_str(DIRECTORY).context("the bundled directory")?;
    let options = ImportOptions { mode: Mode::Apply, allow_shrink: false };
    for listed in listed {
        let timezone = parse_zone(&listed.timezone)?;
        let feed = feed(&listed.feed).with_context(|| format!("the bundled feed {}", listed.feed))?;
        let id = make(pools, listed, timezone).await?;
        let read = feeds::read_meeting_guide(feed.as_bytes(), &FeedContext::of(timezone))?;
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

macro_rules! feeds {
    ($($name:literal),* $(,)?) => {
        fn feed(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!("../../../data/demo/", $name))),)*
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
