//! SQL of imports: what a plan is made on, and applying it.

mod apply;
mod basis;

pub(super) use apply::{apply, record_run};
pub(super) use basis::{command_line_feed, load_sources, make_command_line_feed};
