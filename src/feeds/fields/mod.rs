//! The fields of a row, taken out of it one group at a time: each file asks
//! the parsers of `feeds::normalise`, and says to the office through the row
//! what was mended, dropped or refused.
//!
//! Names of fields are those of the Meeting Guide specification, with the
//! additions that real feeds send. To read a further field: in the file that
//! it belongs to, take it from the row; what nobody takes is kept in
//! `source_fields`.

mod conference;
mod contacts;
mod links;
mod notices;
mod place;
mod region;
mod schedule;
mod types;
mod zone;

pub(super) use conference::conference;
pub(super) use contacts::contacts;
pub(super) use links::{contribution, feedback_url, updated, website};
pub(super) use notices::notices;
pub(super) use place::place;
pub(super) use region::{district, region};
pub(super) use schedule::schedule;
pub(super) use types::types;
pub(super) use zone::zone;
