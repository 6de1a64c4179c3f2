//! What the service costs, beside what is as cheap as can be, on made-up
//! directories of any size: `openchair-load`.
//!
//! `fill` makes a directory in a Postgres of its own; `run` measures, and fills
//! first where there is none; `table` puts what several runs kept side by side,
//! with a plot. docs/performance.md says what is measured and how.
//!
//! The service is the program beside this one, as it is, its limits on. What it
//! is compared with are processes of this very program (`serve-…`) on as many
//! workers. Whoever asks is in this process, looks at every answer, and ends the
//! run at the first wrong one.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what it prints is what is read")]

mod answer;
mod ask;
mod bench;
mod change;
mod crowd;
mod database;
mod fill;
mod made_up;
mod process;
mod questions;
mod report;
mod rivals;
mod run;
mod scenario;
mod sql;
mod table;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use self::{made_up::MadeUp, report::Report};

/// Measures the service on made-up directories.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a directory.
    Fill(Made),
    /// Measures on a directory, which is made first where there is none.
    Run {
        #[command(flatten)]
        made: Made,
        #[command(flatten)]
        arguments: run::Arguments,
        /// Keeps what came out in a file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Prints what runs kept as a table in Markdown.
    Table {
        /// What `run --json` wrote, the smallest directory first.
        #[arg(required = true, value_name = "FILE")]
        reports: Vec<PathBuf>,
        /// Draws a plot of it, too.
        #[arg(long, value_name = "FILE")]
        plot: Option<PathBuf>,
    },
    #[command(hide = true)]
    ServeHello,
    #[command(hide = true)]
    ServePages { folder: PathBuf },
    #[command(hide = true)]
    ServeSql { data_dir: PathBuf },
}

/// Which directory, and where it is.
#[derive(Debug, Args)]
struct Made {
    /// How many meetings.
    #[arg(long, value_name = "N")]
    meetings: usize,
    /// The same seed makes the same directory.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Where Postgres keeps it; a folder for each size. Not below a home
    /// directory that others cannot enter.
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
}

impl Made {
    fn make(&self) -> anyhow::Result<(MadeUp, PathBuf)> {
        std::fs::create_dir_all(&self.data_dir)?;
        Ok((MadeUp::new(self.meetings, self.seed)?, self.data_dir.canonicalize()?))
    }
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Fill(made) => {
            let (made_up, data_dir) = made.make()?;
            let _postgres = database::start(&data_dir)?;
            tokio::runtime::Runtime::new()?.block_on(run::filled(&made_up, &data_dir))
        }
        Command::Run { made, arguments, json } => {
            raise_open_files();
            let (made_up, data_dir) = made.make()?;
            let report = run::run(&made_up, &data_dir, &arguments)?;
            println!("{}", report.lines().join("\n"));
            json.map_or(Ok(()), |file| Ok(std::fs::write(file, serde_json::to_string_pretty(&report)? + "\n")?))
        }
        Command::Table { reports, plot } => {
            let reports = reports.iter().map(|file| read(file)).collect::<anyhow::Result<Vec<_>>>()?;
            print!("{}", table::table(&reports));
            plot.map_or(Ok(()), |file| Ok(std::fs::write(file, table::plot(&reports))?))
        }
        Command::ServeHello => rivals::serve_hello(),
        Command::ServePages { folder } => rivals::serve_pages(&folder),
        Command::ServeSql { data_dir } => rivals::serve_sql(&data_dir),
    }
}

fn read(file: &Path) -> anyhow::Result<Report> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

/// Every connection is an open file: as many as may be.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    // Where it may not be, connecting fails and says so.
    _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}
