//! Made-up directories of any size, like real ones in what costs a search its
//! time: where meetings are, when, of which types, how they are attended, how
//! much they say and in which languages. No group, person, number or link in
//! them is real; the cities and their zones are.
//!
//! Invariants: the same seed and size make the same directory, byte for byte;
//! each office is drawn from dice of its own, so that offices can be made one
//! after the other and none is kept. Meetings lie in cities by how many people
//! live there; the cities of the list are walked through in its order, and
//! every [`OFFICE`] meetings are one office's, so that a metropolis has several
//! offices and small towns share one.
//!
//! To add a city: a line in `cities.csv`, beside its neighbours. To make what
//! is listed of a meeting more like life: `meeting`, with its share in the test
//! `tests/load`.

mod asked;
mod city;
mod dice;
mod meeting;
mod office;
mod words;

use openchair::directory::Directory;

pub use asked::{Asked, Asker};
use city::City;

/// How many meetings an office lists, but for the last one.
pub const OFFICE: usize = 2_000;

/// A directory that is made as it is asked for.
#[derive(Debug)]
pub struct MadeUp {
    cities: Vec<City>,
    /// How many meetings are in the cities before each, and before nothing.
    before: Vec<usize>,
    meetings: usize,
    seed: u64,
}

impl MadeUp {
    /// One of that many meetings.
    ///
    /// # Errors
    /// When the list of cities is none.
    pub fn new(meetings: usize, seed: u64) -> anyhow::Result<Self> {
        let cities = city::read()?;
        let before = shares(&cities, meetings);
        Ok(Self { cities, before, meetings, seed })
    }

    /// How many meetings it has.
    pub fn meetings(&self) -> usize {
        self.meetings
    }

    /// Each office with all that it lists, its clock at 1.
    pub fn offices(&self) -> impl Iterator<Item = anyhow::Result<Directory>> {
        (0..self.meetings.div_ceil(OFFICE)).map(|number| office::make(self, number))
    }

    /// The cities of an office's meetings, in the order of the list, each with
    /// how many.
    fn cities_of(&self, office: usize) -> Vec<(&City, usize)> {
        let (from, to) = (office * OFFICE, ((office + 1) * OFFICE).min(self.meetings));
        let within = |city: usize| {
            let (first, end) = (self.before[city].max(from), self.before[city + 1].min(to));
            end.saturating_sub(first)
        };
        let counted = self.cities.iter().enumerate().map(|(at, city)| (city, within(at)));
        counted.filter(|(_, count)| *count > 0).collect()
    }
}

/// How many meetings lie in the cities before each one, and, last, in all.
fn shares(cities: &[City], meetings: usize) -> Vec<usize> {
    let all: f64 = cities.iter().map(City::weight).sum();
    let mut sum = 0.0;
    let mut before = vec![0];
    for city in cities {
        sum += city.weight();
        before.push((sum / all * meetings as f64).round() as usize);
    }
    before
}
