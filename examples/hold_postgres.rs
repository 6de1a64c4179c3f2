//! Test program: `hold DIR`, `stop DIR` and the hidden guard subcommand.
//!
//! Both `hold` and `stop` start the database, print one line and wait for the end of standard input; `stop` then
//! also stops the database if no other process uses it.
#![expect(clippy::print_stdout, reason = "what it prints is what the tests read")]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use openchair::app::postgres::{EmbeddedSettings, GUARD_SUBCOMMAND, run_guard, start};

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [command, rest @ ..] = arguments.as_slice() else { std::process::exit(2) };
    let outcome = match (command.to_str(), rest) {
        (Some(GUARD_SUBCOMMAND), [data_dir, bin_dir]) => run_guard(data_dir, bin_dir),
        (Some(verb), [data_dir, bin_dir @ ..]) => hold(verb == "stop", data_dir, bin_dir.first()),
        _ => std::process::exit(2),
    };
    if let Err(error) = outcome {
        println!("error: {error}");
        std::process::exit(1);
    }
}

fn hold(stop: bool, data_dir: &Path, bin_dir: Option<&PathBuf>) -> Result<(), openchair::app::postgres::EmbeddedError> {
    let began = Instant::now();
    let postgres = start(&EmbeddedSettings {
        data_dir: data_dir.to_path_buf(),
        bin_dir: bin_dir.cloned(),
        search_path: openchair::config::Surroundings::read().path,
        guard_program: None,
    })?;
    println!(
        "ready started_now={} after {:?} at {}",
        postgres.started_now(),
        began.elapsed(),
        postgres.socket_dir().display()
    );
    // Any end of input, even an error, means: leave.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    if stop {
        println!("stopped={}", postgres.stop_if_last(Duration::from_secs(30)));
    }
    Ok(())
}
