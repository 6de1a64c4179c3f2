//! `/v1/meetings` and below.

mod facets;
mod get_meeting;
mod occurrences;
mod search;
mod without_database;
