//! What is asked, what the answer has to be, and what that is compared with.
//!
//! To add one: a row of [`KINDS`], its requests in [`Bench::requests`] and what
//! they answer in [`look`].

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use openchair::kernel::{Clock, SystemClock};
use serde_json::Value;

use super::{
    ask::{Answer, Ask, Caller, Expected},
    crowd::{Crowd, Outcome, Pace},
    made_up::{Asked, Asker, MadeUp, OFFICE},
    process::{self, Served},
    rivals,
};

/// How many questions of a sort are asked by turns, at most.
const QUESTIONS: usize = 2_000;
/// How many are made up at most, to find those that find twenty.
const CANDIDATES: usize = 8_000;
/// So many that find twenty are enough to ask no others.
const ENOUGH: usize = 100;

/// What a cost is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rival {
    /// A bare hello-world.
    Hello,
    /// A page of the same bytes that is there already, in that content coding.
    Page(&'static str),
    /// The same page, which has not changed.
    PageUnchanged(&'static str),
}

/// A sort of question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// Its name in reports.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// What it is compared with.
    pub rival: Rival,
    /// The most that it may cost of the rival's at 100,000 meetings and at
    /// 1,000,000, where that is promised.
    pub promised: (Option<f64>, Option<f64>),
}

/// All of them.
pub const KINDS: [Kind; 12] = [
    kind("near", "20 near a place, by day and type", Rival::Hello, (Some(2.0), Some(4.0))),
    kind("sql", "the same in straight SQL", Rival::Hello, (None, None)),
    kind("typo", "words with a typo", Rival::Hello, (Some(10.0), None)),
    kind("facets", "facets of a city", Rival::Hello, (Some(5.0), None)),
    kind("clusters", "clusters of a map", Rival::Hello, (Some(5.0), None)),
    kind("one", "one meeting by id", Rival::Hello, (Some(1.5), None)),
    kind("one-unchanged", "the same, 304", Rival::Hello, (Some(1.5), None)),
    kind("feed-br", "feed of an office, brotli", Rival::Page("br"), (Some(1.1), None)),
    kind("feed-gzip", "feed of an office, gzip", Rival::Page("gzip"), (Some(1.1), None)),
    kind("feed-unchanged", "feed of an office, 304", Rival::PageUnchanged("br"), (None, None)),
    kind("near-zstd", "20 near a place, zstd", Rival::Hello, (None, None)),
    kind("lines", "all of a city as lines", Rival::Hello, (None, None)),
];

const fn kind(name: &'static str, title: &'static str, rival: Rival, promised: (Option<f64>, Option<f64>)) -> Kind {
    Kind { name, title, rival, promised }
}

/// The servers that are asked.
pub struct Bench<'a> {
    /// The service.
    pub service: &'a Served,
    /// The bare hello-world.
    pub hello: Served,
    /// The pages that are there already.
    pub pages: Served,
    /// The straight SQL route.
    pub sql: Served,
    /// Where the database is.
    pub data_dir: &'a Path,
}

/// A sort of question with its questions.
pub struct Scenario {
    /// What it is.
    pub kind: &'static Kind,
    /// The questions.
    asks: Vec<Ask>,
}

/// What a turn of something cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Processor time a request, of the database too, in microseconds.
    pub cpu_us: f64,
    /// Answers a second.
    pub per_second: f64,
}

impl<'a> Bench<'a> {
    /// Starts the rivals. The pages are the service's own feed of an office.
    ///
    /// # Errors
    /// When one does not come up.
    pub fn start(service: &'a Served, data_dir: &'a Path, made_up: &MadeUp) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        for coding in ["br", "gzip"] {
            let answer = Caller::to(service.address)?.ask(&Ask::new(&feed(made_up), &[("accept-encoding", coding)]))?;
            ensure!(answer.status == 200, "the feed: {}", answer.status);
            std::fs::write(folder.path().join(coding), answer.sent)?;
        }
        let path = |path: &'a Path| path.to_str().context("a path that is no text");
        let pages = Served::rival(&["serve-pages", folder.path().to_str().context("a path that is no text")?])?;
        // They are read before it listens.
        drop(folder);
        let (hello, sql) = (Served::rival(&["serve-hello"])?, Served::rival(&["serve-sql", path(data_dir)?])?);
        Ok(Self { service, hello, pages, sql, data_dir })
    }

    /// All scenarios with their questions, what they answer not known yet;
    /// `near_shown` is set to how many meetings a search near a place shows.
    ///
    /// # Errors
    /// When nothing finds anything.
    pub fn scenarios(&self, made_up: &MadeUp, near_shown: &mut f64) -> anyhow::Result<Vec<Scenario>> {
        let mut asker = Asker::new(made_up);
        let near = self.near(&mut asker)?;
        *near_shown = near.iter().map(|one| one.ids.len()).sum::<usize>() as f64 / near.len().max(1) as f64;
        KINDS.iter().map(|kind| Ok(Scenario { kind, asks: self.requests(kind, &mut asker, &near, made_up)? })).collect()
    }

    fn requests(
        &self,
        kind: &Kind,
        asker: &mut Asker<'_>,
        near: &[Near],
        made_up: &MadeUp,
    ) -> anyhow::Result<Vec<Ask>> {
        let get = |path: String| Ask::new(&path, &[("accept-encoding", "identity")]);
        let searches = |path: &str| near.iter().map(|one| get(format!("{path}?{}", one.query))).collect();
        let meetings = |known: bool| {
            let ids: BTreeSet<&String> = near.iter().flat_map(|one| &one.meetings).collect();
            let ask = |id: &&String| {
                let path = format!("/v1/meetings/{id}");
                if known { Ask::about(&path, "identity") } else { get(path) }
            };
            ids.iter().take(QUESTIONS).map(ask).collect()
        };
        let asks: Vec<Ask> = match kind.name {
            "near" => searches("/v1/meetings"),
            "near-zstd" => {
                let ask = |one: &Near| Ask::new(&format!("/v1/meetings?{}", one.query), &[("accept-encoding", "zstd")]);
                near.iter().map(ask).collect()
            }
            "sql" => searches("/search"),
            "typo" => self.finding("/v1/meetings", || asker.typo())?,
            "facets" => self.finding("/v1/meetings/facets", || asker.facets())?,
            "clusters" => self.finding("/v1/meetings/clusters", || asker.view())?,
            "lines" => self.finding("/v1/meetings.ndjson", || asker.facets())?.into_iter().take(20).collect(),
            "one" => meetings(false),
            "one-unchanged" => meetings(true),
            "feed-br" => vec![Ask::new(&feed(made_up), &[("accept-encoding", "br")])],
            "feed-gzip" => vec![Ask::new(&feed(made_up), &[("accept-encoding", "gzip")])],
            "feed-unchanged" => vec![Ask::about(&feed(made_up), "br")],
            name => bail!("{name} asks nothing"),
        };
        ensure!(!asks.is_empty(), "{} finds nothing to ask", kind.name);
        Ok(asks)
    }

    /// Searches near places that find as much as a page shows, or as much as
    /// there is.
    fn near(&self, asker: &mut Asker<'_>) -> anyhow::Result<Vec<Near>> {
        let (mut service, mut sql) = (Caller::to(self.service.address)?, Caller::to(self.sql.address)?);
        let (mut found, mut full, mut other) = (Vec::new(), 0, 0);
        for _ in 0..CANDIDATES {
            let query = asker.near().query;
            let get = |path: &str| Ask::new(&format!("{path}?{query}"), &[("accept-encoding", "identity")]);
            let answer = parsed(&service.ask(&get("/v1/meetings"))?)?;
            let one = Near::of(query.clone(), &answer)?;
            if one.ids.is_empty() {
                continue;
            }
            // The rival has to find the same, or it is none.
            let rival = Near::of(query.clone(), &parsed(&sql.ask(&get("/search"))?)?)?;
            other += usize::from(rival.ids != one.ids || rival.total != one.total);
            full += usize::from(one.ids.len() == 20);
            found.push(one);
            if full == QUESTIONS {
                break;
            }
        }
        ensure!(other * 100 <= found.len(), "SQL finds something else for {other} of {} questions", found.len());
        if full >= ENOUGH {
            found.retain(|one| one.ids.len() == 20);
        }
        found.truncate(QUESTIONS);
        Ok(found)
    }

    fn finding(&self, path: &str, mut asked: impl FnMut() -> Asked) -> anyhow::Result<Vec<Ask>> {
        let mut caller = Caller::to(self.service.address)?;
        let mut found = Vec::new();
        for _ in 0..CANDIDATES {
            let Asked { query, zoom } = asked();
            let zoom = zoom.map(|zoom| format!("&zoom={zoom}")).unwrap_or_default();
            let ask = Ask::new(&format!("{path}?{query}{zoom}"), &[("accept-encoding", "identity")]);
            let answer = caller.ask(&ask)?;
            ensure!(answer.status == 200, "{path}?{query}: {}", answer.status);
            // Where nothing is found there is not even a page's worth of JSON.
            if answer.body.len() > 200 {
                found.push(ask);
            }
            if found.len() == QUESTIONS / 4 {
                break;
            }
        }
        Ok(found)
    }

    /// Asks for as long of a scenario, over so many connections; what it cost.
    ///
    /// # Errors
    /// When an answer is wrong.
    pub fn ask(&self, scenario: &Scenario, crowd: &Sitting) -> anyhow::Result<(Cost, Outcome)> {
        let sql = scenario.kind.name == "sql";
        self.measure(if sql { &self.sql } else { self.service }, scenario.asks.clone(), crowd, sql)
    }

    /// The same of what a scenario is compared with.
    ///
    /// # Errors
    /// When an answer is wrong.
    pub fn ask_rival(&self, rival: Rival, crowd: &Sitting) -> anyhow::Result<(Cost, Outcome)> {
        let (server, mut ask) = match rival {
            Rival::Hello => (&self.hello, Ask::new("/", &[("accept-encoding", "identity")])),
            Rival::Page(coding) => (&self.pages, Ask::new(&format!("/{coding}"), &[("accept-encoding", coding)])),
            Rival::PageUnchanged(coding) => {
                let headers = [("accept-encoding", coding), ("if-none-match", &*format!("\"{coding}\""))];
                (&self.pages, Ask::new(&format!("/{coding}"), &headers))
            }
        };
        ask.expected = match rival {
            Rival::Hello => Expected::Bytes(rivals::HELLO.into()),
            Rival::Page(_) => Expected::Bytes(Caller::to(server.address)?.ask(&ask)?.sent.into()),
            Rival::PageUnchanged(_) => Expected::Unchanged,
        };
        self.measure(server, vec![ask], crowd, false)
    }

    fn measure(
        &self,
        server: &Served,
        asks: Vec<Ask>,
        sitting: &Sitting,
        with_database: bool,
    ) -> anyhow::Result<(Cost, Outcome)> {
        let Sitting { connections, pace, lasting } = *sitting;
        let crowd = Crowd { address: server.address, asks: asks.into(), connections, pace, lasting };
        let mut readings = Vec::new();
        let outcome = crowd.ask(|| {
            let database = if with_database { process::postgres_cpu_s(self.data_dir) } else { Ok(0.0) };
            readings.push(server.cpu_s().and_then(|own| Ok(own + database?)));
        })?;
        let readings = readings.into_iter().collect::<anyhow::Result<Vec<f64>>>()?;
        let [before, after] = readings[..] else { bail!("the cost was not read twice") };
        ensure!(outcome.answers > 0, "nothing was answered");
        let cpu_us = (after - before) * 1e6 / outcome.answers as f64;
        Ok((Cost { cpu_us, per_second: outcome.per_second() }, outcome))
    }
}

/// How many ask, when, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Sitting {
    /// Connections.
    pub connections: usize,
    /// When they ask.
    pub pace: Pace,
    /// How long.
    pub lasting: Duration,
}

impl Scenario {
    /// How many questions there are.
    pub fn questions(&self) -> usize {
        self.asks.len()
    }

    /// Asks every question once, looks closely at what is answered, and holds
    /// later answers to it.
    ///
    /// # Errors
    /// When an answer is not what the question asks for.
    pub fn learn(&mut self, bench: &Bench<'_>) -> anyhow::Result<()> {
        let server = if self.kind.name == "sql" { &bench.sql } else { bench.service };
        let mut caller = Caller::to(server.address)?;
        for ask in &mut self.asks {
            let answer = caller.ask(ask)?;
            look(self.kind.name, &answer).with_context(|| String::from_utf8_lossy(&answer.body).into_owned())?;
            ask.expected = match self.kind.name {
                "one-unchanged" | "feed-unchanged" => {
                    ask.know(answer.tag.as_deref().context("no entity tag")?);
                    Expected::Unchanged
                }
                "feed-br" | "feed-gzip" => Expected::Bytes(Arc::from(answer.sent)),
                name => {
                    // As much as is the same whatever moves: the id of a meeting too.
                    let begins = answer.sent.len().min(if name == "one" { 44 } else { 9 });
                    let begins = answer.sent[..if name == "near-zstd" { 4 } else { begins }].to_vec();
                    let ends = if name == "near-zstd" { vec![] } else { answer.sent[answer.sent.len() - 1..].to_vec() };
                    Expected::Like { begins, ends, length: answer.sent.len() }
                }
            };
        }
        Ok(())
    }
}

/// Whether an answer is one to its sort of question.
fn look(name: &str, answer: &Answer) -> anyhow::Result<()> {
    ensure!(answer.status == 200 || (answer.status == 304 && name.ends_with("unchanged")), "{}", answer.status);
    match name {
        "near" | "sql" | "typo" => {
            let page = parsed(answer)?;
            let (shown, total) = (page["data"].as_array().context("no data")?.len(), page["total"].as_u64());
            let total = total.context("no total")?;
            ensure!(shown > 0 && shown as u64 == total.min(20), "{shown} of {total}");
        }
        "facets" => ensure!(parsed(answer)?["total"].as_u64() > Some(0), "it counts nothing"),
        "clusters" => ensure!(!parsed(answer)?["data"].as_array().context("no data")?.is_empty(), "no clusters"),
        "one" => ensure!(parsed(answer)?["occurrences"].is_array(), "no meeting"),
        "lines" => {
            let mut lines = answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            lines.try_for_each(|line| serde_json::from_slice::<Value>(line).map(drop))?;
        }
        _ => {}
    }
    Ok(())
}

fn parsed(answer: &Answer) -> anyhow::Result<Value> {
    ensure!(answer.status == 200, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    Ok(serde_json::from_slice(&answer.body)?)
}

/// A search near a place, and what it found.
struct Near {
    query: String,
    ids: Vec<String>,
    total: u64,
    /// Those of them whose next start is some time off, so that what is told of
    /// them stays the same meanwhile.
    meetings: Vec<String>,
}

impl Near {
    fn of(query: String, page: &Value) -> anyhow::Result<Self> {
        let soon = SystemClock.now() + TimeDelta::hours(12);
        let (mut ids, mut meetings) = (Vec::new(), Vec::new());
        for one in page["data"].as_array().context("no data")? {
            let id = one["id"].as_str().context("no id")?;
            ids.push(id.to_owned());
            let next = one["next_start"].as_str().and_then(|next| next.parse::<DateTime<Utc>>().ok());
            if next.is_some_and(|next| next > soon) {
                meetings.push(id.to_owned());
            }
        }
        Ok(Self { query, ids, total: page["total"].as_u64().context("no total")?, meetings })
    }
}

/// The feed of an office with as many meetings as an office has.
fn feed(made_up: &MadeUp) -> String {
    format!("/v1/intergroups/office-{:04}/feed.json", made_up.meetings() / OFFICE / 2)
}
