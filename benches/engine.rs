//! The engine without anything around it: no socket, no framework, no database.
//!
//! On a made-up directory of 10,000 meetings, or as many as
//! `OPENCHAIR_BENCH_MEETINGS` says: `cargo bench --bench engine`.

#[path = "../examples/load/made_up/mod.rs"]
mod made_up;

use std::{hint::black_box, sync::LazyLock};

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use divan::Bencher;
use made_up::{Asked, Asker, MadeUp};
use openchair::{
    directory::Directory,
    http::QueryString,
    kernel::{Clock, SystemClock},
    search::{Snapshot, clusters::clusters, engine, facets::facets, query::SearchQuery},
};

const MEETINGS: usize = 10_000;
const SEED: u64 = 1;
/// How many questions are asked by turns.
const QUESTIONS: usize = 500;

fn main() -> anyhow::Result<()> {
    // What cannot be made up is told before anything is measured.
    directory()?;
    divan::main();
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a bench is told from outside how large")]
fn made_up() -> anyhow::Result<MadeUp> {
    let meetings = std::env::var("OPENCHAIR_BENCH_MEETINGS").map_or(Ok(MEETINGS), |number| number.parse())?;
    MadeUp::new(meetings, SEED)
}

/// All offices in one.
fn directory() -> anyhow::Result<Directory> {
    let made_up = made_up()?;
    let mut all = Directory { revision: 1, ..Directory::default() };
    all.meetings.reserve_exact(made_up.meetings());
    for office in made_up.offices() {
        let office = office?;
        all.intergroups.extend(office.intergroups);
        all.regions.extend(office.regions);
        all.groups.extend(office.groups);
        all.locations.extend(office.locations);
        all.meetings.extend(office.meetings);
    }
    Ok(all)
}

#[expect(clippy::expect_used, reason = "main has tried it")]
static MADE_UP: LazyLock<MadeUp> = LazyLock::new(|| made_up().expect("a made-up directory"));

#[expect(clippy::expect_used, reason = "main has tried it")]
static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::build(directory().expect("a made-up directory")));

/// Benches what is done for each of some questions by turns.
#[expect(clippy::expect_used, reason = "a bench that asks what is refused measures nothing")]
fn ask<T>(
    bencher: Bencher<'_, '_>,
    question: fn(&mut Asker<'static>) -> Asked,
    read: fn(&mut QueryString) -> anyhow::Result<SearchQuery>,
    answer: fn(&Snapshot, &SearchQuery, u8, DateTime<Utc>) -> T,
) {
    let mut asker = Asker::new(&MADE_UP);
    let questions: Vec<(SearchQuery, u8)> = (0..QUESTIONS)
        .map(|_| {
            let asked = question(&mut asker);
            let mut query = QueryString::parse(&asked.query).expect("a query string");
            (read(&mut query).expect("a search"), asked.zoom.unwrap_or_default())
        })
        .collect();
    let (snapshot, now, mut next) = (&*SNAPSHOT, SystemClock.now(), 0);
    bencher.bench_local(|| {
        next = (next + 1) % questions.len();
        let (query, zoom) = &questions[next];
        answer(snapshot, black_box(query), *zoom, now)
    });
}

fn page(query: &mut QueryString) -> anyhow::Result<SearchQuery> {
    SearchQuery::parse(query).map_err(|invalid| anyhow!("{invalid:?}"))
}

fn all(query: &mut QueryString) -> anyhow::Result<SearchQuery> {
    SearchQuery::parse_filters(query).map_err(|invalid| anyhow!("{invalid:?}"))
}

#[divan::bench]
fn search_near(bencher: Bencher<'_, '_>) {
    ask(bencher, Asker::near, page, |snapshot, query, _, now| engine::search(snapshot, query, now));
}

#[divan::bench]
fn search_with_typo(bencher: Bencher<'_, '_>) {
    ask(bencher, Asker::typo, page, |snapshot, query, _, now| engine::search(snapshot, query, now));
}

#[divan::bench]
fn facets_of_a_city(bencher: Bencher<'_, '_>) {
    ask(bencher, Asker::facets, all, |snapshot, query, _, now| facets(snapshot, query, now));
}

#[divan::bench]
fn clusters_of_a_map(bencher: Bencher<'_, '_>) {
    ask(bencher, Asker::view, all, clusters);
}

#[divan::bench(sample_count = 10, sample_size = 1)]
#[expect(clippy::expect_used, reason = "main has tried it")]
fn build_a_snapshot(bencher: Bencher<'_, '_>) {
    let directory = directory().expect("a made-up directory");
    bencher.with_inputs(|| directory.clone()).bench_values(Snapshot::build);
}
