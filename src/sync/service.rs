//! One run of a feed, from what was read to what was done.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{
    body::Body,
    feed::{self, StoredFeed},
    ids::RunIds,
    model::{ImportRun, MeetingOp, Mode, Origin, RunStatus},
    plan::{Basis, Plan, mapped},
    store,
};
use crate::{
    db::{self, Scope, Write},
    directory::{self, Actor, Extent, Stamp},
    feeds::ReadFeed,
    kernel::{Clock, Entropy, FeedId, ImportId, IntergroupId},
};

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

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The database cannot be reached, or refused something.
    #[error("the database did not take the run")]
    Database(#[from] sqlx::Error),
    /// The work on it broke off.
    #[error("the run broke off")]
    Broken(#[from] anyhow::Error),
    /// Somebody else has taken the feed over meanwhile, or disconnected it.
    #[error("the feed was taken over or disconnected")]
    Overtaken,
}

/// What a run is of, and who wants it.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: ImportId,
    /// Whose directory it is.
    pub intergroup_id: IntergroupId,
    /// What whoever wants it may see and change.
    pub scope: Scope,
    /// Of which feed.
    pub feed_id: FeedId,
    /// Its settings; the command line's feed may have none yet.
    pub feed: Option<StoredFeed>,
    /// What to do with the plan.
    pub mode: Mode,
    /// How the source came.
    pub origin: Origin,
    /// Go on where the guard would hold it.
    pub allow_shrink: bool,
    /// Who wants it.
    pub actor: Actor,
    /// When it began; what it makes is as old.
    pub started_at: DateTime<Utc>,
}

/// Plans what `read` would change of an intergroup's command-line feed, and
/// applies that same plan unless the guard holds it. Planning and applying are
/// one transaction that holds the directory's clock, so that nothing moves
/// between the two. A plan alone leaves no trace.
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
) -> Result<ImportOutcome, RunError> {
    let scope = Scope::office(intergroup_id);
    let read = Arc::new(read.clone());
    let asked = Asked { intergroup_id, options, started_at: clock.now() };
    if options.mode == Mode::Plan {
        let mut reading = db::begin_read(pool, scope).await?;
        let run = asked.run(&mut reading, entropy).await?;
        let plan = run.plan(&mut reading, &read).await?;
        reading.commit().await?;
        return Ok(run.outcome(plan, &read, clock));
    }
    let mut write = db::begin_write(pool, scope).await?;
    let run = asked.run(&mut write.transaction, entropy).await?;
    store::make_command_line_feed(&mut write.transaction, intergroup_id, run.feed_id, run.started_at).await?;
    let outcome = run.apply(&mut write, &read, None, clock).await?;
    write.commit().await?;
    Ok(outcome)
}

/// What the command line asks for.
struct Asked {
    intergroup_id: IntergroupId,
    options: ImportOptions,
    started_at: DateTime<Utc>,
}

impl Asked {
    /// Its run, of the feed that the office has for it or will have.
    async fn run(&self, connection: &mut PgConnection, entropy: &dyn Entropy) -> Result<Run, sqlx::Error> {
        let known = store::command_line_feed(connection, self.intergroup_id).await?;
        let feed = match known {
            Some(id) => feed::find_feed(connection, id).await?,
            None => None,
        };
        Ok(Run {
            id: ImportId(entropy.uuid_v7(self.started_at)),
            intergroup_id: self.intergroup_id,
            scope: Scope::office(self.intergroup_id),
            feed_id: known.unwrap_or_else(|| FeedId(entropy.uuid_v7(self.started_at))),
            feed,
            mode: self.options.mode,
            origin: Origin::CommandLine,
            allow_shrink: self.options.allow_shrink,
            actor: Actor::Operator,
            started_at: self.started_at,
        })
    }
}

impl Run {
    /// Plans on the directory as it is at this moment.
    pub(super) async fn plan_apart(&self, pool: &PgPool, read: &Arc<ReadFeed>) -> Result<Plan, RunError> {
        let mut reading = db::begin_read(pool, self.scope.clone()).await?;
        let plan = self.plan(&mut reading, read).await?;
        reading.commit().await?;
        Ok(plan)
    }

    /// Plans; what costs time is done aside, so that whoever is answered on this
    /// thread does not wait for it.
    pub(super) async fn plan(&self, connection: &mut PgConnection, read: &Arc<ReadFeed>) -> Result<Plan, RunError> {
        let directory = directory::load(connection, Extent::Office(self.intergroup_id)).await?;
        let sources = store::load_sources(connection, self.intergroup_id, self.feed_id).await?;
        let (run, read) = (self.clone(), Arc::clone(read));
        let planned = tokio::task::spawn_blocking(move || {
            let settings = run.feed.as_ref().map(|feed| &feed.settings);
            let regions = settings.map(|settings| settings.region_map.clone()).unwrap_or_default();
            let read = mapped(&read, &regions, &directory.regions, &sources.deleted_regions);
            let basis = Basis {
                intergroup_id: run.intergroup_id,
                feed_id: run.feed_id,
                directory: &directory,
                groups: sources.groups,
                locations: sources.locations,
                sources: sources.meetings,
                following: sources.following,
                deleted_regions: sources.deleted_regions,
                guard: settings.map(|settings| settings.guard).unwrap_or_default(),
                keeps: settings.map(|settings| settings.office_keeps.as_slice()).unwrap_or_default(),
                now: run.started_at,
                entropy: &RunIds::of(run.id),
            };
            let mut plan = basis.plan(&read);
            if run.allow_shrink {
                plan.held_because.clear();
            }
            plan
        });
        planned.await.map_err(|error| RunError::Broken(error.into()))
    }

    /// Plans in a transaction that holds the clock, records the run, and applies
    /// it unless the guard holds it.
    pub(super) async fn apply(
        &self,
        write: &mut Write,
        read: &Arc<ReadFeed>,
        body: Option<&Body>,
        clock: &dyn Clock,
    ) -> Result<ImportOutcome, RunError> {
        let plan = self.plan(&mut write.transaction, read).await?;
        let outcome = self.outcome(plan, read, clock);
        self.record(&mut write.transaction, &outcome, body).await?;
        if outcome.run.status == RunStatus::Applied {
            self.write(write, &outcome.plan, self.started_at).await?;
        }
        Ok(outcome)
    }

    /// Writes the plan, and what is needed to take it back.
    pub(super) async fn write(&self, write: &mut Write, plan: &Plan, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        if plan.is_empty() {
            return Ok(());
        }
        let stamp = Stamp { revision: write.revision, now, actor: Actor::Import(self.id) };
        store::remember_rows(&mut write.transaction, self.id, plan).await?;
        store::apply(&mut write.transaction, plan, &stamp).await?;
        store::remember_versions(&mut write.transaction, self.id).await
    }

    /// Records the run with what it shows.
    pub(super) async fn record(
        &self,
        connection: &mut PgConnection,
        outcome: &ImportOutcome,
        body: Option<&Body>,
    ) -> Result<(), RunError> {
        let hash = outcome.plan.hash().map_err(|error| RunError::Broken(error.into()))?;
        store::record_run(connection, self, &outcome.run, hash).await?;
        if self.mode == Mode::Apply {
            store::supersede(connection, self.feed_id, self.id).await?;
        }
        let changes: Vec<_> = outcome.plan.changes().collect();
        store::record_changes(connection, self, &changes).await?;
        store::record_problems(connection, self, &outcome.run.problems).await?;
        if let Some(body) = body {
            store::keep_body(connection, self, body).await?;
        }
        Ok(())
    }

    pub(super) fn outcome(&self, plan: Plan, read: &ReadFeed, clock: &dyn Clock) -> ImportOutcome {
        let status = match self.mode {
            _ if !plan.held_because.is_empty() => RunStatus::Held,
            Mode::Plan => RunStatus::Planned,
            Mode::Apply => RunStatus::Applied,
        };
        let run = ImportRun {
            id: self.id,
            status,
            rows: read.row_count,
            created: plan.count(&[MeetingOp::Create, MeetingOp::Restore]),
            updated: plan.count(&[MeetingOp::Update]),
            removed: plan.count(&[MeetingOp::Remove]),
            unchanged: plan.unchanged,
            protected: plan.protected,
            kept: plan.kept,
            followed: plan.followed,
            problem_count: u32::try_from(read.problems.len()).unwrap_or(u32::MAX),
            problems: read.problems.clone(),
            held_because: plan.held_because.clone(),
            started_at: self.started_at,
            finished_at: clock.now(),
        };
        ImportOutcome { run, plan }
    }
}
