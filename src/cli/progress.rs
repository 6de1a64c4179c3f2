//! How far an import is, for a person who watches: on a terminal, on stderr,
//! and gone when it is over. Elsewhere nothing is written.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// How often the sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// The one line that says what is going on. It is cleared when it is dropped,
/// however the work ends.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A line where somebody watches and `wanted`.
    pub(super) fn new(wanted: bool) -> Self {
        Self(if wanted && io::stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() })
    }

    /// The source is on its way from a host.
    pub(super) fn fetching(&self, host: &str) {
        self.turns("fetching from {msg} {spinner}", host.to_owned());
    }

    /// The source is read: of so many bytes, where that is known. What reads it
    /// through the bar moves it on.
    pub(super) fn reading(&self, bytes: Option<u64>) -> ProgressBar {
        match bytes {
            Some(bytes) => self.shows("reading {bar:40} {bytes} of {total_bytes}", Some(bytes)),
            None => self.shows("reading {bytes} {spinner}", None),
        }
        self.0.clone()
    }

    /// So many meetings are compared with the directory, and what changed is
    /// written unless it is only to be shown.
    pub(super) fn planning(&self, meetings: usize, writes: bool) {
        let what = if writes { "planning and applying" } else { "planning" };
        let s = if meetings == 1 { "" } else { "s" };
        self.turns("{msg} {spinner}", format!("{what} {meetings} meeting{s}"));
    }

    fn turns(&self, template: &str, message: String) {
        self.shows(template, None);
        self.0.set_message(message);
        if !self.0.is_hidden() {
            self.0.enable_steady_tick(TICK);
        }
    }

    fn shows(&self, template: &str, length: Option<u64>) {
        self.0.disable_steady_tick();
        self.0.reset();
        match length {
            Some(length) => self.0.set_length(length),
            None => self.0.unset_length(),
        }
        // A template that is a constant is one that can be read.
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
