//! What is asked, what the answer has to be, and what that is compared with.
//!
//! To add one: a row of [`KINDS`], its requests in `questions`, and what they
//! answer in [`look`].

use std::sync::Arc;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::{
    ask::{Answer, Ask, Caller, Expected},
    bench::Bench,
    questions::parsed,
};

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
pub const KINDS: [Kind; 13] = [
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
    kind("often", "20 meetings that many ask for", Rival::Page("identity"), (None, None)),
    kind("lines", "all of a city as lines", Rival::Hello, (None, None)),
];

const fn kind(name: &'static str, title: &'static str, rival: Rival, promised: (Option<f64>, Option<f64>)) -> Kind {
    Kind { name, title, rival, promised }
}

/// A sort of question with its questions.
pub struct Scenario {
    /// What it is.
    pub kind: &'static Kind,
    /// The questions, and what each answer has to be.
    pub asks: Vec<Ask>,
}

impl Scenario {
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
        "near" | "sql" | "typo" | "often" => {
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
