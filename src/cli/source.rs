//! Reading a source for the commands: a file, standard input, or an address.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read},
};

use anyhow::Context as _;
use url::Url;

use super::progress::Progress;
use crate::{
    config::Networks,
    feeds::{self, FeedContext, Fetcher, PublicOnly, ReadFeed, SourceFormat},
};

/// Reads and normalises the source.
///
/// # Errors
/// When it cannot be read, or is no feed as a whole.
pub(super) async fn read(
    source: &str,
    format: SourceFormat,
    context: FeedContext,
    (allowed, progress): (&Networks, &Progress),
) -> anyhow::Result<ReadFeed> {
    let (bytes, reader): (Option<u64>, Box<dyn Read + Send>) = if source == "-" {
        (None, Box::new(io::stdin()))
    } else if source.contains("://") {
        // The whole address may carry a sharing key.
        let host = Url::parse(source).ok().and_then(|url| url.host_str().map(str::to_owned));
        progress.fetching(&host.unwrap_or_default());
        let body = Fetcher::new(&PublicOnly::system().allowing(allowed.clone()))?.fetch(source).await?;
        (Some(body.len() as u64), Box::new(Cursor::new(body)))
    } else {
        let file = File::open(source).with_context(|| format!("cannot open {source}"))?;
        (file.metadata().ok().map(|metadata| metadata.len()), Box::new(BufReader::new(file)))
    };
    let reader = progress.reading(bytes).wrap_read(reader);
    Ok(tokio::task::spawn_blocking(move || feeds::read_source(reader, format, &context)).await??)
}
