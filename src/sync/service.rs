//! One run of a feed, from what was read to what was done.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{
    model::{ImportRun, MeetingOp, RunStatus},
    plan::{Basis, Plan},
    store,
};
use crate::{
    db::{self, Scope},
    directory::{self, Actor, Extent, Stamp},
    feeds::ReadFeed,
    kernel::{Clock, Entropy, FeedId, ImportId, IntergroupId},
};

/// What to do with the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Show it.
    Plan,
    /// Apply it, unless the guard holds it.
    Apply,
}

/// How a run is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportOptions {
    /// What to do with the plan.
    pub mode: Mode,
    /// Go on where the guard would hold it.
    pub allow_shrink: bool,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportOutcome {
    /// The report.
    pub run: ImportRun,
    /// The plan that was shown or applied.
    pub plan: Plan,
}

/// Plans what `read` would change of an intergroup's command-line feed, and
/// applies that same plan unless the guard holds it. Planning and applying are
/// one transaction that holds the directory's clock, so that nothing moves
/// between the two.
///
/// # Errors
/// When the database cannot be reached; then nothing was changed.
pub async fn import(
    pool: &PgPool,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    intergroup_id: IntergroupId,
    read: &ReadFeed,
    options: ImportOptions,
) -> Result<ImportOutcome, sqlx::Error> {
    let started_at = clock.now();
    let run = Run { id: ImportId(entropy.uuid_v7(started_at)), started_at, intergroup_id, read, options };
    if options.mode == Mode::Plan {
        let mut transaction = db::begin_read(pool, Scope::office(intergroup_id)).await?;
        let plan = run.plan(&mut transaction, entropy).await?;
        transaction.commit().await?;
        return Ok(run.outcome(plan, clock));
    }
    let mut write = db::begin_write(pool, Scope::office(intergroup_id)).await?;
    let outcome = run.outcome(run.plan(&mut write.transaction, entropy).await?, clock);
    let plan = &outcome.plan;
    store::make_command_line_feed(&mut write.transaction, intergroup_id, plan.feed_id, started_at).await?;
    store::record_run(&mut write.transaction, intergroup_id, plan.feed_id, &outcome.run).await?;
    if outcome.run.status == RunStatus::Applied && !plan.is_empty() {
        let stamp = Stamp { revision: write.revision, now: started_at, actor: Actor::Import(run.id) };
        store::apply(&mut write.transaction, plan, &stamp).await?;
    }
    write.commit().await?;
    Ok(outcome)
}

/// What a run knows from its start.
struct Run<'a> {
    id: ImportId,
    started_at: DateTime<Utc>,
    intergroup_id: IntergroupId,
    read: &'a ReadFeed,
    options: ImportOptions,
}

impl Run<'_> {
    async fn plan(&self, connection: &mut PgConnection, entropy: &dyn Entropy) -> Result<Plan, sqlx::Error> {
        let known = store::command_line_feed(connection, self.intergroup_id).await?;
        let feed_id = known.unwrap_or_else(|| FeedId(entropy.uuid_v7(self.started_at)));
        let directory = directory::load(connection, Extent::Office(self.intergroup_id)).await?;
        let sources = store::load_sources(connection, self.intergroup_id, feed_id).await?;
        let basis = Basis {
            intergroup_id: self.intergroup_id,
            feed_id,
            directory: &directory,
            groups: sources.groups,
            locations: sources.locations,
            sources: sources.meetings,
            foreign: sources.foreign,
            deleted_regions: sources.deleted_regions,
            now: self.started_at,
            entropy,
        };
        let mut plan = basis.plan(self.read);
        if self.options.allow_shrink {
            plan.held_because.clear();
        }
        Ok(plan)
    }

    fn outcome(&self, plan: Plan, clock: &dyn Clock) -> ImportOutcome {
        let status = match self.options.mode {
            _ if !plan.held_because.is_empty() => RunStatus::Held,
            Mode::Plan => RunStatus::Planned,
            Mode::Apply => RunStatus::Applied,
        };
        let run = ImportRun {
            id: self.id,
            status,
            rows: self.read.row_count,
            created: plan.count(&[MeetingOp::Create, MeetingOp::Restore]),
            updated: plan.count(&[MeetingOp::Update]),
            removed: plan.count(&[MeetingOp::Remove]),
            unchanged: plan.unchanged,
            protected: plan.protected,
            problem_count: u32::try_from(self.read.problems.len()).unwrap_or(u32::MAX),
            problems: self.read.problems.clone(),
            held_because: plan.held_because.clone(),
            started_at: self.started_at,
            finished_at: clock.now(),
        };
        ImportOutcome { run, plan }
    }
}
