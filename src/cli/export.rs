//! `openchair export`

use std::{io::Write, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use super::{Context, close};
use crate::{
    calendars,
    db::{self, Pools, Scope},
    directory::{self, Departures, Directory, Extent},
    feeds::PublishedFeeds,
    kernel::{Clock, IntergroupId, SystemClock},
    search::{Form, Matches, Named, Published, Snapshot},
};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Slug of the intergroup.
    #[arg(long)]
    intergroup: String,
    /// What to write.
    #[arg(long, value_enum)]
    format: Format,
    /// File to write to [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Meeting Guide JSON, as published at `feed.json`.
    MeetingGuide,
    /// A table with TSML's columns, as published at `feed.csv`.
    Csv,
    /// The features of a map (RFC 7946), as published at `meetings.geojson`;
    /// inactive meetings too.
    Geojson,
    /// A calendar, as published at `feed.ics`.
    Ics,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<u8> {
    let (database, pools) = context.database().await?;
    let feed = render(&pools, &arguments).await;
    close(database, pools).await;
    write(&feed?, &arguments)?;
    Ok(0)
}

async fn render(pools: &Pools, arguments: &Arguments) -> anyhow::Result<Vec<u8>> {
    let mut transaction = db::begin_read(&pools.directory, Scope::Read).await?;
    let intergroup = directory::find_intergroup(&mut transaction, &arguments.intergroup)
        .await?
        .with_context(|| format!("there is no intergroup {}; see `openchair intergroup list`", arguments.intergroup))?;
    let mut directory = directory::load(&mut transaction, Extent::Public).await?;
    transaction.commit().await?;
    directory.intergroups.retain(|other| other.id == intergroup.id);
    let now = SystemClock.now();
    let feeds = |directory| PublishedFeeds::render(directory);
    let feed = match arguments.format {
        Format::MeetingGuide => feeds(&directory).meeting_guide(intergroup.id, now),
        Format::Csv => feeds(&directory).csv(intergroup.id, now),
        Format::Geojson => return Ok(features(directory)),
        Format::Ics => return calendar(directory, intergroup.id, now),
    };
    Ok(feed.map(|feed| feed.body().to_vec()).unwrap_or_default())
}

fn features(directory: Directory) -> Vec<u8> {
    let published = Arc::new(Published::of(directory, Departures::default()));
    Matches::all(published, Form::GeoJson).collect::<Vec<_>>().concat()
}

fn calendar(directory: Directory, id: IntergroupId, now: DateTime<Utc>) -> anyhow::Result<Vec<u8>> {
    let snapshot = Snapshot::build(directory);
    let intergroup = snapshot.intergroup(&Named::Id(id)).context("there is no such intergroup")?;
    Ok(calendars::of_intergroup(&snapshot, intergroup, now)?)
}

/// Into a file beside the target first: a reader never sees half a feed.
fn write(feed: &[u8], arguments: &Arguments) -> anyhow::Result<()> {
    let Some(path) = &arguments.output else {
        return match std::io::stdout().write_all(feed) {
            // A reader that has gone (`| head`) is no failure of ours.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("cannot write to standard output"),
        };
    };
    let mut beside = path.clone().into_os_string();
    beside.push(".part");
    let written = std::fs::write(&beside, feed).and_then(|()| std::fs::rename(&beside, path));
    written.with_context(|| format!("cannot write {}", path.display()))
}
