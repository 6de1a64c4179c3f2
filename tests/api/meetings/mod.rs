//! `/v1/meetings` and below.

mod get_meeting;
mod search;
mod without_database;
