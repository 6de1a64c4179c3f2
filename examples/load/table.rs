//! Runs of several sizes side by side: a table in Markdown, a plot in SVG.

use std::fmt::Write as _;

use super::{
    report::{Latency, Report},
    scenario::{KINDS, Kind, Rival},
};

/// Pixels of the plot.
const SIZE: (f64, f64) = (720.0, 420.0);
/// Pixels around its axes: left, right, above, below.
const MARGIN: (f64, f64, f64, f64) = (70.0, 130.0, 20.0, 50.0);
/// What is drawn, each in its colour.
const DRAWN: [(&str, &str); 6] = [
    ("sql", "#b33a3a"),
    ("typo", "#8a6d1d"),
    ("clusters", "#6b4fa0"),
    ("facets", "#2f7d4f"),
    ("near", "#1f5fa8"),
    ("one", "#555555"),
];

/// The table, a column for each run.
pub fn table(reports: &[Report]) -> String {
    let mut table = Table(reports, String::new());
    let sizes = reports.iter().map(|report| format!(" {} |", grouped(report.meetings))).collect::<Vec<_>>().concat();
    table.1 = format!("| | promised |{sizes}\n|---|---|{}\n", "---:|".repeat(reports.len()));
    table.row("hello, µs of processor a request", "", |report| two(report.hello_us()));
    for kind in &KINDS {
        table.row(&title(kind), &promise(kind), |report| match (report.cpu_us(kind.name), report.ratio(kind.name)) {
            (Some(cpu_us), Some(ratio)) => format!("{cpu_us:.1} µs, **{ratio:.2}**"),
            _ => String::new(),
        });
    }
    table.row("the search near a place, of what SQL costs", "1/20 at 100,000", |report| {
        report.sql_by_near().map_or(String::new(), |times| format!("1/{times:.1}"))
    });
    for one in reports.first().map(|report| &report.latencies[..]).unwrap_or_default() {
        let open = one.open_per_second.is_some();
        let pace = if open { "by the clock at half of what it can do" } else { "each after the last" };
        let title = format!("{} over {} connections, {pace}: p50 / p99 ms", one.name, grouped(one.connections));
        table.row(&title, if open { "p99 10 ms" } else { "" }, |report| {
            let same = |other: &&Latency| {
                (&other.name, other.connections, other.open_per_second.is_some()) == (&one.name, one.connections, open)
            };
            let found = report.latencies.iter().find(same);
            found.map_or(String::new(), |one| format!("{:.2} / {:.2}", one.p50_ms, one.p99_ms))
        });
    }
    table.row("ready after, s, the middle of three", "1 at 100,000, 10 at 1,000,000", |report| {
        format!("{:.2}", report.ready_after_s().0)
    });
    table.row("memory at rest, MiB", "200 at 100,000, 1,229 at 1,000,000", |report| {
        format!("{:.0}", report.memory.rest_mib)
    });
    table.row("the moment that it is ready / once all was asked, MiB", "", |report| {
        format!("{:.0} / {:.0}", report.memory.ready_mib, report.memory.asked_mib)
    });
    table.row("the most while snapshots are swapped, MiB", "twice that", |report| {
        let swapped = Some(report.memory.peak_of_swap_mib).filter(|_| !report.changes.is_empty());
        swapped.map_or(String::new(), |mib| format!("{mib:.0}"))
    });
    table.row("a change is seen, the slowest, ms: own node / another", "250 / 1,000 at 1,000,000", |report| {
        report.slowest_change_ms().map_or(String::new(), |(own, other)| format!("{own:.0} / {other:.0}"))
    });
    table.1
}

struct Table<'a>(&'a [Report], String);

impl Table<'_> {
    fn row(&mut self, title: &str, promised: &str, cell: impl Fn(&Report) -> String) {
        let cells = self.0.iter().map(|report| format!(" {} |", cell(report))).collect::<Vec<_>>().concat();
        // Writing to a string cannot fail.
        let _ = writeln!(self.1, "| {title} | {promised} |{cells}");
    }
}

fn title(kind: &Kind) -> String {
    let rival = match kind.rival {
        Rival::Hello => "× hello",
        Rival::Page(_) => "× a prebuilt page of the same bytes",
        Rival::PageUnchanged(_) => "× a prebuilt page, 304",
    };
    format!("{}, {rival}", kind.title)
}

fn promise(kind: &Kind) -> String {
    match kind.promised {
        (Some(at_100k), Some(at_1m)) => format!("{at_100k} at 100,000, {at_1m} at 1,000,000"),
        (Some(at_100k), None) => format!("{at_100k} at 100,000"),
        (None, _) => String::new(),
    }
}

/// Processor time a request over the number of meetings, both in powers of ten.
pub fn plot(reports: &[Report]) -> String {
    let (width, height) = SIZE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    let costs: Vec<f64> = reports
        .iter()
        .flat_map(|report| DRAWN.iter().filter_map(|(name, _)| report.cpu_us(name)).chain(report.hello_us()))
        .collect();
    let sizes = reports.iter().map(|report| report.meetings as f64);
    let (x, y) =
        (Axis::over(sizes, (MARGIN.0, width - MARGIN.1)), Axis::over(costs.into_iter(), (height - MARGIN.3, MARGIN.2)));
    for power in y.from..=y.to {
        let (at, label) = (y.at(10_f64.powi(power)), grouped(10_usize.pow(power.max(0) as u32)));
        let (left, right) = (MARGIN.0, width - MARGIN.1);
        let _ = writeln!(svg, "<path d=\"M{left} {at:.1}H{right}\" stroke=\"#dddddd\"/>");
        svg += &text(left - 6.0, at + 4.0, "end", "#333333", &label);
    }
    for report in reports {
        svg += &text(
            x.at(report.meetings as f64),
            height - MARGIN.3 + 18.0,
            "middle",
            "#333333",
            &grouped(report.meetings),
        );
    }
    svg += &text(MARGIN.0, height - 10.0, "start", "#333333", "meetings; µs of processor a request");
    for (name, colour) in DRAWN {
        let points = reports.iter().filter_map(|report| Some((report.meetings, report.cpu_us(name)?)));
        svg += &line(points, (&x, &y), name, colour);
    }
    let hello = reports.iter().filter_map(|report| Some((report.meetings, report.hello_us()?)));
    svg += &line(hello, (&x, &y), "hello", "#999999");
    svg + "</svg>\n"
}

fn line(points: impl Iterator<Item = (usize, f64)>, (x, y): (&Axis, &Axis), name: &str, colour: &str) -> String {
    let points: Vec<(f64, f64)> = points.map(|(meetings, cost)| (x.at(meetings as f64), y.at(cost))).collect();
    let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let Some((end_x, end_y)) = points.last() else { return String::new() };
    let label = text(end_x + 8.0, end_y + 4.0, "start", colour, name);
    format!("<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n{label}", path.join(" "))
}

fn text(x: f64, y: f64, anchor: &str, colour: &str, text: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>\n")
}

/// Powers of ten on pixels.
struct Axis {
    from: i32,
    to: i32,
    pixels: (f64, f64),
}

impl Axis {
    /// One that all of some numbers are on.
    fn over(numbers: impl Iterator<Item = f64>, pixels: (f64, f64)) -> Self {
        let logs: Vec<f64> = numbers.map(|number| number.max(1.0).log10()).collect();
        let least = logs.iter().copied().fold(f64::INFINITY, f64::min);
        let most = logs.iter().copied().fold(0.0, f64::max);
        let from = if least.is_finite() { least.floor() as i32 } else { 0 };
        Self { from, to: (most.ceil() as i32).max(from + 1), pixels }
    }

    fn at(&self, number: f64) -> f64 {
        let share = (number.max(1.0).log10() - f64::from(self.from)) / f64::from(self.to - self.from);
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }
}

fn two(number: Option<f64>) -> String {
    number.map_or(String::new(), |number| format!("{number:.1}"))
}

/// A number with a comma at every thousand.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
