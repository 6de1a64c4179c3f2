//! `openchair openapi`

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::output;
use crate::app;

/// Arguments of `openapi`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Compare with a committed document; fail when they differ.
    #[arg(long, num_args = 0..=1, value_name = "FILE", default_missing_value = "openapi/openapi.json")]
    check: Option<PathBuf>,
    /// The document of one audience alone, as `/openapi/AUDIENCE.json` has it.
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(app::AUDIENCES), conflicts_with = "check")]
    audience: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    if let Some(audience) = &arguments.audience {
        output::line(&serde_json::to_string_pretty(&app::document_of(audience)?)?);
        return Ok(0);
    }
    let document = app::document().to_pretty_json()?;
    let Some(path) = &arguments.check else {
        output::line(&document);
        return Ok(0);
    };
    let committed = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if committed.trim_end() == document.trim_end() {
        return Ok(0);
    }
    let changed = committed.lines().zip(document.lines()).position(|(a, b)| a != b);
    let line = changed.unwrap_or_else(|| committed.lines().count().min(document.lines().count())) + 1;
    anyhow::bail!("{} differs from line {line}; write it anew with `openchair openapi`", path.display());
}
