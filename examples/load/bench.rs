//! The servers that are asked, and what asking them costs.

use std::{path::Path, time::Duration};

use anyhow::{Context, bail, ensure};

use super::{
    ask::{Ask, Caller, Expected},
    crowd::{Crowd, Outcome, Pace},
    made_up::MadeUp,
    process::{self, Served},
    questions::{OFTEN, feed},
    rivals,
    scenario::{Rival, Scenario},
};

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
        for (coding, path) in [("br", feed(made_up)), ("gzip", feed(made_up)), ("identity", OFTEN.to_owned())] {
            let answer = Caller::to(service.address)?.ask(&Ask::new(&path, &[("accept-encoding", coding)]))?;
            ensure!(answer.status == 200, "{path}: {}", answer.status);
            std::fs::write(folder.path().join(coding), answer.sent)?;
        }
        let path = |path: &'a Path| path.to_str().context("a path that is no text");
        let pages = Served::rival(&["serve-pages", folder.path().to_str().context("a path that is no text")?])?;
        // They are read before it listens.
        drop(folder);
        let (hello, sql) = (Served::rival(&["serve-hello"])?, Served::rival(&["serve-sql", path(data_dir)?])?);
        Ok(Self { service, hello, pages, sql, data_dir })
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
