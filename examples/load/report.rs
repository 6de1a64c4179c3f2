//! What came out: kept as JSON, told to people.

use serde::{Deserialize, Serialize};

use super::scenario::{KINDS, Rival};

/// A whole run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    /// How many meetings there were.
    pub meetings: usize,
    /// When it ended, RFC 3339.
    pub at: String,
    /// Processors of the machine.
    pub processors: usize,
    /// Whether the programs were built without optimisation: then nothing of it
    /// says anything.
    pub debug: bool,
    /// From the start of the process until it is ready, Postgres already up.
    pub ready_after_s: Vec<f64>,
    /// Memory of the service.
    pub memory: Memory,
    /// How many meetings the searches near a place show, on average.
    pub near_shown: f64,
    /// By sort of question, in turns.
    pub turns: Vec<Turn>,
    /// Of some sorts, by number of connections.
    pub latencies: Vec<Latency>,
    /// Until a change is seen.
    pub changes: Vec<Change>,
}

/// Memory of the service in MiB.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Memory {
    /// When it is ready, and nothing has been asked.
    pub ready_mib: f64,
    /// The most until then.
    pub peak_until_ready_mib: f64,
    /// Some seconds later, still before anything has been asked.
    #[serde(default)]
    pub rest_mib: f64,
    /// After all questions.
    pub asked_mib: f64,
    /// The most while snapshots are swapped.
    pub peak_of_swap_mib: f64,
}

/// A turn of a sort of question, and of what it is compared with, one after the other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Turn {
    /// The sort.
    pub name: String,
    /// Processor time a request, in microseconds.
    pub cpu_us: f64,
    /// Of the rival.
    pub rival_cpu_us: f64,
    /// Answers a second.
    pub per_second: f64,
}

/// How long answers took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Latency {
    /// Of what; `hello` too.
    pub name: String,
    /// Connections.
    pub connections: usize,
    /// Requests a second, where they came by the clock (open) and not each after the last.
    pub open_per_second: Option<f64>,
    /// Answers a second.
    pub per_second: f64,
    /// Half of all took at most so long.
    pub p50_ms: f64,
    /// 99 of 100 took at most so long.
    pub p99_ms: f64,
}

/// Until a change is seen, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Change {
    /// On the node that it was made on.
    pub own_ms: f64,
    /// On another.
    pub other_ms: f64,
}

impl Report {
    /// The median over the turns of what something costs, in microseconds.
    pub fn cpu_us(&self, name: &str) -> Option<f64> {
        median(self.turns.iter().filter(|turn| turn.name == name).map(|turn| turn.cpu_us))
    }

    /// The median over the turns of that by the rival's.
    pub fn ratio(&self, name: &str) -> Option<f64> {
        median(self.turns.iter().filter(|turn| turn.name == name).map(|turn| turn.cpu_us / turn.rival_cpu_us))
    }

    /// How often the service's search fits into the straight SQL's, by turns.
    pub fn sql_by_near(&self) -> Option<f64> {
        let of = |name: &'static str| self.turns.iter().filter(move |turn| turn.name == name).map(|turn| turn.cpu_us);
        median(of("sql").zip(of("near")).map(|(sql, near)| sql / near))
    }

    /// What hello costs, in microseconds.
    pub fn hello_us(&self) -> Option<f64> {
        let hello = KINDS.iter().filter(|kind| kind.rival == Rival::Hello).map(|kind| kind.name);
        let hello: Vec<&str> = hello.collect();
        median(self.turns.iter().filter(|turn| hello.contains(&&*turn.name)).map(|turn| turn.rival_cpu_us))
    }

    /// The median and the longest of the start-ups, in seconds.
    pub fn ready_after_s(&self) -> (f64, f64) {
        let longest = self.ready_after_s.iter().copied().fold(0.0, f64::max);
        (median(self.ready_after_s.iter().copied()).unwrap_or_default(), longest)
    }

    /// The longest that a change took, on its own node and another, in
    /// milliseconds; `None` where nothing was changed.
    pub fn slowest_change_ms(&self) -> Option<(f64, f64)> {
        let longest = |of: fn(&Change) -> f64| self.changes.iter().map(of).max_by(f64::total_cmp);
        Some((longest(|change| change.own_ms)?, longest(|change| change.other_ms)?))
    }

    /// For people, in lines.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{} meetings, {} processors, {}", self.meetings, self.processors, self.at)];
        if self.debug {
            lines.push("built without optimisation: nothing of this says anything".to_owned());
        }
        lines.push(format!("hello {:.1} us of processor a request", self.hello_us().unwrap_or_default()));
        for kind in &KINDS {
            let (Some(cpu_us), Some(ratio)) = (self.cpu_us(kind.name), self.ratio(kind.name)) else { continue };
            let rival = match kind.rival {
                Rival::Hello => "hello",
                Rival::Page(_) => "the page",
                Rival::PageUnchanged(_) => "the page, 304",
            };
            let title = kind.title;
            lines.push(format!("{:15} {title:33} {cpu_us:9.1} us, {ratio:6.2} x {rival}", kind.name));
        }
        lines.push(format!(
            "straight SQL costs {:.1} times the search; searches near a place show {:.1} on average",
            self.sql_by_near().unwrap_or_default(),
            self.near_shown
        ));
        for one in &self.latencies {
            let pace = one.open_per_second.map_or("closed".to_owned(), |open| format!("open at {open:.0}/s"));
            let Latency { name, connections, per_second, p50_ms, p99_ms, .. } = one;
            lines.push(format!(
                "{name:6} {connections:5} connections, {pace}: {per_second:.0}/s, p50 {p50_ms:.2} ms, p99 {p99_ms:.2} ms"
            ));
        }
        let (ready, longest) = self.ready_after_s();
        lines.push(format!("ready after {ready:.2} s, at most {longest:.2} s of {}", self.ready_after_s.len()));
        let Memory { ready_mib, peak_until_ready_mib, rest_mib, asked_mib, peak_of_swap_mib } = self.memory;
        lines.push(format!(
            "memory {ready_mib:.0} MiB when ready (at most {peak_until_ready_mib:.0} until then), {rest_mib:.0} MiB \
             soon after, {asked_mib:.0} MiB when asked"
        ));
        if let Some((own, other)) = self.slowest_change_ms() {
            lines.push(format!("memory at most {peak_of_swap_mib:.0} MiB while snapshots are swapped"));
            lines.push(format!(
                "a change is seen within {own:.0} ms on its node and {other:.0} ms on another, the slowest of {}",
                self.changes.len()
            ));
        }
        lines
    }
}

/// The middle of some numbers; of two middles the upper.
pub fn median(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}
