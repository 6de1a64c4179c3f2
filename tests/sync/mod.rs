//! Imports: what a source may do to a directory, and what it may not.

mod desk;
mod entities;
mod feeds;
mod guard;
mod history;
mod identity;
mod plan_mode;
mod property;
mod refused;
mod repeat;
mod simultaneous;

use desk::{Desk, rows};
