//! Customary milestones: 24 hours, 30 days, a year. Groups differ, so they are
//! data, in sets by name; apps compute on the device, from a date that never
//! leaves it, and compare their own reckoning with the test vectors.
//!
//! [`reckon`] is the reference that the vectors are held against.

mod model;
mod reckoning;
mod routes;

pub use model::{Milestone, MilestoneSet, Reached, Vector};
pub use reckoning::{Standing, reckon};
pub use routes::*;
