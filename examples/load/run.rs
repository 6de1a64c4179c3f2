//! One run: everything that is promised of the service's speed and size, on a
//! directory of one size.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use openchair::kernel::{Clock, SystemClock};
use sqlx::{AssertSqlSafe, Executor};

use super::{
    bench::{Bench, Sitting},
    change::Office,
    crowd::{Outcome, Pace},
    database,
    fill::fill,
    made_up::MadeUp,
    process::Served,
    report::{Change, Latency, Memory, Report, Turn},
    scenario::{Rival, Scenario},
    sql,
};

/// Connections of every turn.
const CONNECTIONS: usize = 64;
/// Connections that latencies are told of.
const CROWDS: [usize; 3] = [64, 256, 1_024];
/// How long the service is left alone once it is ready: what it took to become
/// so is given back a second later.
const REST: Duration = Duration::from_secs(5);
/// How often the service is started.
const STARTS: usize = 3;

/// How it is run.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many turns everything has; the middle one counts.
    #[arg(long, default_value_t = 5)]
    turns: usize,
    /// How many seconds a turn of one thing lasts.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How often a meeting is changed, with a second node beside the first; 0
    /// where the machine has no memory for two.
    #[arg(long, default_value_t = 8)]
    changes: usize,
}

/// Fills the directory where that is to be done, and measures.
///
/// # Errors
/// When anything is not as it should be: a wrong answer ends it.
pub fn run(made_up: &MadeUp, data_dir: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Runtime::new()?;
    let _postgres = database::start(data_dir)?;
    runtime.block_on(filled(made_up, data_dir))?;
    let mut owner = runtime.block_on(database::owner(data_dir))?;
    runtime.block_on(owner.execute(sql::INDEX))?;
    runtime.block_on(owner.execute("ANALYZE directory.locations"))?;
    let report = measure(made_up, data_dir, arguments, &runtime);
    // As it was, whatever came of it.
    runtime.block_on(owner.execute(sql::NO_INDEX))?;
    report
}

/// Migrates and fills an empty directory; one that is there must be as large.
///
/// # Errors
/// When it is not.
pub async fn filled(made_up: &MadeUp, data_dir: &Path) -> anyhow::Result<()> {
    openchair::db::migrate(&openchair::db::Databases::one(&database::options(data_dir)?)).await?;
    let mut owner = database::owner(data_dir).await?;
    let count = "SELECT count(*) FROM directory.meetings";
    let there: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut owner).await?;
    if there == 0 {
        let begun = Instant::now();
        let mut told = 0;
        fill(&mut owner, made_up, |meetings| {
            if meetings / 50_000 > told {
                told = meetings / 50_000;
                eprintln!("{meetings} meetings after {:.0?}", begun.elapsed());
            }
        })
        .await?;
        eprintln!("filled with {} meetings in {:.1?}", made_up.meetings(), begun.elapsed());
        return Ok(());
    }
    ensure!(there as usize == made_up.meetings(), "the directory has {there} meetings: choose another --data-dir");
    Ok(())
}

fn measure(
    made_up: &MadeUp,
    data_dir: &Path,
    arguments: &Arguments,
    runtime: &tokio::runtime::Runtime,
) -> anyhow::Result<Report> {
    let mut report = Report {
        meetings: made_up.meetings(),
        processors: std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        debug: cfg!(debug_assertions),
        ..Report::default()
    };
    for _ in 1..STARTS {
        report.ready_after_s.push(Served::service(data_dir, &[])?.ready_after.as_secs_f64());
    }
    let service = Served::service(data_dir, &[])?;
    report.ready_after_s.push(service.ready_after.as_secs_f64());
    let (ready_mib, peak_until_ready_mib) = service.memory_mib()?;
    thread::sleep(REST);
    let (rest_mib, _) = service.memory_mib()?;
    report.memory = Memory { ready_mib, peak_until_ready_mib, rest_mib, ..Memory::default() };
    eprintln!("ready after {:.2?}, with {ready_mib:.0} MiB, soon {rest_mib:.0}", service.ready_after);

    let bench = Bench::start(&service, data_dir, made_up)?;
    let mut scenarios = bench.scenarios(made_up, &mut report.near_shown)?;
    let lasting = Duration::from_secs_f64(arguments.seconds);
    let sitting = Sitting { connections: CONNECTIONS, pace: Pace::Closed, lasting };
    for turn in 1..=arguments.turns {
        for scenario in &mut scenarios {
            scenario.learn(&bench).with_context(|| scenario.kind.name)?;
            report.turns.push(one_turn(&bench, scenario, &sitting)?);
        }
        eprintln!("turn {turn} of {}", arguments.turns);
    }
    report.latencies = latencies(&bench, &mut scenarios, lasting)?;
    report.memory.asked_mib = service.memory_mib()?.0;
    drop(bench);

    if arguments.changes > 0 {
        service.forget_peak()?;
        report.changes = runtime.block_on(changes(&service, data_dir, arguments.changes))?;
        report.memory.peak_of_swap_mib = service.memory_mib()?.1;
    }
    report.at = SystemClock.now().to_rfc3339();
    Ok(report)
}

fn one_turn(bench: &Bench<'_>, scenario: &Scenario, sitting: &Sitting) -> anyhow::Result<Turn> {
    let name = scenario.kind.name;
    let (rival, _) = bench.ask_rival(scenario.kind.rival, sitting).with_context(|| format!("the rival of {name}"))?;
    let (cost, _) = bench.ask(scenario, sitting).with_context(|| name)?;
    let turn =
        Turn { name: name.to_owned(), cpu_us: cost.cpu_us, rival_cpu_us: rival.cpu_us, per_second: cost.per_second };
    eprintln!(
        "{name:15} {:5} questions {:9.1} us, {:6.2} x {:.1} us, {:.0}/s",
        scenario.asks.len(),
        turn.cpu_us,
        turn.cpu_us / turn.rival_cpu_us,
        turn.rival_cpu_us,
        turn.per_second
    );
    Ok(turn)
}

/// Of hello, the search and straight SQL, each after the last answer; then of
/// the search by the clock, at half of what it can do.
fn latencies(bench: &Bench<'_>, scenarios: &mut [Scenario], lasting: Duration) -> anyhow::Result<Vec<Latency>> {
    let mut told = Vec::new();
    let mut tell = |name: &str, sitting: &Sitting, outcome: &Outcome| {
        told.push(Latency {
            name: name.to_owned(),
            connections: sitting.connections,
            open_per_second: match sitting.pace {
                Pace::Closed => None,
                Pace::Open(per_second) => Some(per_second),
            },
            per_second: outcome.per_second(),
            p50_ms: outcome.percentile_ms(50),
            p99_ms: outcome.percentile_ms(99),
        });
    };
    let mut capacity = 0.0_f64;
    for connections in CROWDS {
        let sitting = Sitting { connections, pace: Pace::Closed, lasting };
        tell("hello", &sitting, &bench.ask_rival(Rival::Hello, &sitting).context("hello")?.1);
        for scenario in scenarios.iter_mut().filter(|scenario| ["near", "sql"].contains(&scenario.kind.name)) {
            scenario.learn(bench)?;
            let name = scenario.kind.name;
            let (_, outcome) =
                bench.ask(scenario, &sitting).with_context(|| format!("{name} over {connections} connections"))?;
            tell(name, &sitting, &outcome);
            if name == "near" {
                capacity = capacity.max(outcome.per_second());
            }
        }
    }
    let [.., most] = CROWDS;
    for scenario in scenarios.iter_mut().filter(|scenario| scenario.kind.name == "near") {
        scenario.learn(bench)?;
        let sitting = Sitting { connections: most, pace: Pace::Open(capacity / 2.0), lasting: lasting * 2 };
        let (_, outcome) = bench.ask(scenario, &sitting).context("by the clock")?;
        tell(scenario.kind.name, &sitting, &outcome);
    }
    Ok(told)
}

/// Changes a meeting again and again, with another node beside the one that it
/// is changed on.
async fn changes(service: &Served, data_dir: &Path, count: usize) -> anyhow::Result<Vec<Change>> {
    let other = Served::service(data_dir, &["--no-worker"])?;
    let mut owner = database::owner(data_dir).await?;
    let (slug, meeting): (String, uuid::Uuid) = sqlx::query_as(
        "SELECT i.slug, m.id FROM directory.meetings m JOIN directory.intergroups i ON i.id = m.intergroup_id
         ORDER BY i.slug, m.id LIMIT 1",
    )
    .fetch_one(&mut owner)
    .await?;
    let office = Office::of(service, data_dir, &slug, meeting.to_string()).await?;
    let mut changes = Vec::new();
    for n in 0..count {
        let [own, other] = office.write_and_see(service, &other, n).await?;
        changes.push(Change { own_ms: own.as_secs_f64() * 1e3, other_ms: other.as_secs_f64() * 1e3 });
        // What a snapshot leaves behind is given back meanwhile.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(changes)
}
