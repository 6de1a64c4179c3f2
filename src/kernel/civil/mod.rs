//! Days and weeks of the calendar on the wall: what a circle dates things by.
//!
//! A civil day is a square on the calendar, not a span of time. Which one it is
//! for somebody, their own device decides; nothing here knows of zones, and
//! nothing of a circle is stored with an instant. So a day can be neither lost
//! nor lived twice when clocks are put back, and who crosses the date line
//! writes into the square that they see.
//!
//! A rule that asks how far a day lies from the present takes the present from
//! the injected clock, in UTC, as [`writable_days`] does.

mod day;
mod week;

pub use day::{CivilDay, CivilDayError, writable_days};
pub use week::{IsoWeek, IsoWeekError};

#[cfg(test)]
mod tests;
