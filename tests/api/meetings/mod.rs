//! `/v1/meetings` and below.

mod clusters;
mod facets;
mod get_meeting;
mod matches;
mod occurrences;
mod search;
mod without_database;
