//! The commands, as a person or a script runs them.

mod demo;
mod doctor;
mod drain;
mod embedded;
mod export;
mod help;
mod import;
mod intergroup;
mod migrate;
mod moderator;
mod openapi;
mod outcome;
mod pages;
mod progress;
mod serve;
mod settings;

pub use outcome::{Outcome, run};

use outcome::{Serving, command};
