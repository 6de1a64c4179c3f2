//! `openchair import`

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Context, HELD, close, output, progress::Progress, source};
use crate::{
    config::Networks,
    db::{self, Pools, Scope},
    directory,
    feeds::{FeedContext, ReadFeed, SourceFormat},
    kernel::{SystemClock, SystemEntropy},
    sync::{
        self, FieldChange, HeldReason, ImportOptions, ImportOutcome, ImportRun, MeetingOp, Mode, PlannedChange,
        RunStatus,
    },
};

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A file, - for standard input, or an https address.
    source: String,
    /// Slug of the intergroup whose directory it is.
    #[arg(long)]
    intergroup: String,
    /// What the source is written in.
    #[arg(long, value_enum, default_value_t = Format::Auto)]
    format: Format,
    /// Show what would change, and change nothing.
    #[arg(long)]
    plan: bool,
    /// Go on where the guard would hold the run for a person: the source is
    /// empty, or very much would go or change.
    #[arg(long)]
    allow_shrink: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What a source is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Found out from the source.
    Auto,
    /// Meeting Guide JSON, as TSML and others publish it.
    MeetingGuide,
    /// A table with a row of names, as TSML takes it and spreadsheets write it.
    Csv,
}

impl From<Format> for SourceFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Auto => Self::Auto,
            Format::MeetingGuide => Self::MeetingGuide,
            Format::Csv => Self::Csv,
        }
    }
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    run: &'a ImportRun,
    changes: Vec<PlannedChange>,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<u8> {
    let (database, pools) = context.database().await?;
    let progress = Progress::new(!arguments.json && !context.surroundings.plain_terminal);
    let outcome = import(&pools, &arguments, &context.config.fetch.allow, &progress).await;
    drop(progress);
    close(database, pools).await;
    let outcome = outcome?;
    report(&outcome, &arguments)?;
    Ok(if outcome.run.status == RunStatus::Held { HELD } else { 0 })
}

async fn import(
    pools: &Pools,
    arguments: &Arguments,
    allowed: &Networks,
    progress: &Progress,
) -> anyhow::Result<ImportOutcome> {
    let mut transaction = db::begin_read(&pools.directory, Scope::Read).await?;
    let intergroup = directory::find_intergroup(&mut transaction, &arguments.intergroup)
        .await?
        .with_context(|| format!("there is no intergroup {}; see `openchair intergroup list`", arguments.intergroup))?;
    transaction.commit().await?;
    let context = FeedContext::of(intergroup.timezone);
    let read = source::read(&arguments.source, arguments.format.into(), context, (allowed, progress)).await?;
    progress.planning(read.rows.len(), !arguments.plan);
    apply(pools, intergroup.id, &read, arguments).await
}

async fn apply(
    pools: &Pools,
    intergroup: crate::kernel::IntergroupId,
    read: &ReadFeed,
    arguments: &Arguments,
) -> anyhow::Result<ImportOutcome> {
    let options = ImportOptions {
        mode: if arguments.plan { Mode::Plan } else { Mode::Apply },
        allow_shrink: arguments.allow_shrink,
    };
    let outcome = sync::import(&pools.directory, &SystemClock, &SystemEntropy, intergroup, read, options).await;
    outcome.context("nothing was changed")
}

fn report(outcome: &ImportOutcome, arguments: &Arguments) -> anyhow::Result<()> {
    let run = &outcome.run;
    if arguments.json {
        let shown = arguments.plan || run.status == RunStatus::Held;
        let changes = if shown { outcome.plan.changes().collect() } else { Vec::new() };
        return output::json(&Printed { run, changes });
    }
    if arguments.plan || run.status == RunStatus::Held {
        outcome.plan.changes().for_each(|change| output::line(&describe(&change)));
    }
    for problem in &run.problems {
        let slug = problem.slug.as_deref().unwrap_or("no slug");
        let (row, field, message) = (problem.row, &problem.field, &problem.message);
        let action = match problem.action {
            crate::feeds::Action::Mended => "mended",
            crate::feeds::Action::DroppedField => "left out",
            crate::feeds::Action::RefusedRow => "row refused",
        };
        let value = if problem.value.is_empty() { String::new() } else { format!(" \"{}\"", problem.value) };
        output::line(&format!("row {row} ({slug}) {field}{value}: {message} [{action}]"));
    }
    output::line(&format!(
        "{}: {} rows, {} created, {} updated, {} removed, {} unchanged, {} problems",
        run.status.as_str(),
        run.rows,
        run.created,
        run.updated,
        run.removed,
        run.unchanged,
        run.problem_count
    ));
    if run.protected > 0 {
        let kept = run.protected;
        output::remark(&format!("{kept} meetings were kept because a refused row may stand for them"));
    }
    if run.followed > 0 {
        let followed = run.followed;
        output::remark(&format!(
            "{followed} rows are meetings that another source brings, and are shown as that one says"
        ));
    }
    for reason in &run.held_because {
        output::remark(&format!("held for a person: {}", because(*reason, run)));
    }
    if run.status == RunStatus::Held {
        output::remark("nothing was changed; look at the plan above, then go on with --allow-shrink");
    }
    Ok(())
}

/// One sentence for a volunteer.
fn because(reason: HeldReason, run: &ImportRun) -> String {
    let had = run.updated + run.removed + run.unchanged;
    match reason {
        HeldReason::SourceEmpty => format!("the source has no meetings at all, and this feed had {had}"),
        HeldReason::RemovesTooMany => format!(
            "it would remove {} of this feed's {had} meetings; more than 100, or 3 and more than 20 %, wait",
            run.removed
        ),
        HeldReason::ChangesTooMany => {
            format!("more than 30 % of this feed's {had} meetings would change day, time, zone, place or attendance")
        }
    }
}

fn describe(change: &PlannedChange) -> String {
    let sign = match change.op {
        MeetingOp::Create => "+",
        MeetingOp::Restore => "+ (back)",
        MeetingOp::Update => "~",
        MeetingOp::Remove => "-",
        MeetingOp::Follow => "= (another source brings it)",
        MeetingOp::HandOn => "= (another source has it)",
    };
    let fields: String = change.fields.iter().map(describe_field).collect();
    format!("{sign} {} ({}){fields}", change.name, change.slug)
}

fn describe_field(field: &FieldChange) -> String {
    let text = |value: &Option<serde_json::Value>| match value {
        None => "nothing".to_owned(),
        Some(value) => value.to_string(),
    };
    format!("\n    {}: {} -> {}", field.field, text(&field.before), text(&field.after))
}
