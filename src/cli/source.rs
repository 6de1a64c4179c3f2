//! Reading a source for the commands: a file, standard input, or an address.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, IsTerminal, Read},
};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

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
    allowed: &Networks,
) -> anyhow::Result<ReadFeed> {
    let (bytes, reader): (Option<u64>, Box<dyn Read + Send>) = if source == "-" {
        (None, Box::new(io::stdin()))
    } else if source.contains("://") {
        let body = Fetcher::new(&PublicOnly::system().allowing(allowed.clone()))?.fetch(source).await?;
        (Some(body.len() as u64), Box::new(Cursor::new(body)))
    } else {
        let file = File::open(source).with_context(|| format!("cannot open {source}"))?;
        (file.metadata().ok().map(|metadata| metadata.len()), Box::new(BufReader::new(file)))
    };
    let progress = progress(bytes);
    let reader = progress.wrap_read(reader);
    let read = tokio::task::spawn_blocking(move || feeds::read_source(reader, format, &context)).await?;
    progress.finish_and_clear();
    Ok(read?)
}

/// A bar where somebody watches.
fn progress(bytes: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("reading {bar:40} {bytes} of {total_bytes}");
    match (bytes, style) {
        (Some(bytes), Ok(style)) => ProgressBar::new(bytes).with_style(style),
        _ => ProgressBar::new_spinner(),
    }
}
