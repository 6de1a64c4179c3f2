//! The questions of each sort, made up like the directory.

use std::collections::BTreeSet;

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use openchair::kernel::{Clock, SystemClock};
use serde_json::Value;

use super::{
    ask::{Answer, Ask, Caller},
    bench::Bench,
    made_up::{Asked, Asker, MadeUp, OFFICE},
    scenario::{KINDS, Kind, Scenario},
};

/// How many questions of a sort are asked by turns, at most.
const QUESTIONS: usize = 2_000;
/// How many are made up at most, to find those that find twenty.
const CANDIDATES: usize = 8_000;
/// A page that many ask for.
pub const OFTEN: &str = "/v1/meetings?limit=20";
/// So many that find twenty are enough to ask no others.
const ENOUGH: usize = 100;

impl Bench<'_> {
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
        let searches = |path: &str, coding| {
            near.iter().map(|one| Ask::varied(&format!("{path}?{}", one.query), coding, "radius_m=")).collect()
        };
        let meetings = |known: bool| {
            let ids: BTreeSet<&String> = near.iter().flat_map(|one| &one.meetings).collect();
            let ask = |id: &&String| {
                let path = format!("/v1/meetings/{id}");
                if known { Ask::about(&path, "identity") } else { get(path) }
            };
            ids.iter().take(QUESTIONS).map(ask).collect()
        };
        let asks: Vec<Ask> = match kind.name {
            "near" => searches("/v1/meetings", "identity"),
            "near-zstd" => searches("/v1/meetings", "zstd"),
            "sql" => searches("/search", "identity"),
            "often" => vec![get(OFTEN.to_owned())],
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
            let ask = Ask::varied(&format!("{path}?{query}{zoom}"), "identity", "?q=");
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
pub fn feed(made_up: &MadeUp) -> String {
    format!("/v1/intergroups/office-{:04}/feed.json", made_up.meetings() / OFFICE / 2)
}

/// A whole answer as JSON.
///
/// # Errors
/// When it is none.
pub fn parsed(answer: &Answer) -> anyhow::Result<Value> {
    ensure!(answer.status == 200, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    Ok(serde_json::from_slice(&answer.body)?)
}
