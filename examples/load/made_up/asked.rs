//! What people ask of a directory: where they live, as often as there are
//! meetings, for a day and a type, or with a slip of the finger.

use super::{MadeUp, city::City, dice::Dice, words::Words};

/// What a search is asked for around a place, in metres.
const NEAR_M: u32 = 40_000;
/// What counts as a city, in metres.
const CITY_M: u32 = 25_000;
/// How far a map looks to each side of the middle, in degrees, and its zoom.
const VIEW: (f64, f64, u8) = (0.3, 0.2, 11);
/// Types that are asked for, by how often.
const TYPES: [(&str, usize); 6] = [("O", 40), ("D", 20), ("C", 15), ("B", 10), ("X", 10), ("W", 5)];

/// A question about meetings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The raw query string.
    pub query: String,
    /// How closely a map looks, which is asked beside the filters.
    pub zoom: Option<u8>,
}

/// Somebody who asks, the same for the same seed.
#[derive(Debug)]
pub struct Asker<'a> {
    made_up: &'a MadeUp,
    dice: Dice,
}

impl<'a> Asker<'a> {
    /// One who asks about a directory.
    pub fn new(made_up: &'a MadeUp) -> Self {
        // Apart from the dice of every office.
        Self { made_up, dice: Dice::new(made_up.seed, usize::MAX) }
    }

    /// For meetings near a place, on a day, of a type.
    pub fn near(&mut self) -> Asked {
        let (place, day, code) = (self.place(1_000.0), self.dice.below(7), self.dice.weighted(&TYPES));
        Asked { query: format!("{place}&radius_m={NEAR_M}&day={day}&type={code}"), zoom: None }
    }

    /// For words of a name, one of them with a slip.
    pub fn typo(&mut self) -> Asked {
        let typed = Words::of(self.city().languages().0).slipped(&mut self.dice);
        let mut encoder = url::form_urlencoded::Serializer::new(String::new());
        encoder.append_pair("q", &typed);
        Asked { query: encoder.finish(), zoom: None }
    }

    /// For how many there are of what in a city.
    pub fn facets(&mut self) -> Asked {
        Asked { query: format!("{}&radius_m={CITY_M}", self.place(200.0)), zoom: None }
    }

    /// For a map of a city.
    pub fn view(&mut self) -> Asked {
        let (east, north, zoom) = VIEW;
        let city = self.city();
        let (west, south) = (city.longitude - east, city.latitude - north);
        let (east, north) = (city.longitude + east, city.latitude + north);
        Asked { query: format!("bbox={west:.3},{south:.3},{east:.3},{north:.3}"), zoom: Some(zoom) }
    }

    /// A place in a city, so far from where people meet, in thousandths of that.
    fn place(&mut self, thousandths: f64) -> String {
        let city = self.city();
        let (north, east) = self.dice.normal();
        let degrees = city.spread_m() * thousandths / 1_000.0 / 111_195.0;
        format!("lat={:.3}&lng={:.3}", city.latitude + north * degrees, city.longitude + east * degrees)
    }

    /// A city, as often as there are meetings in it.
    fn city(&mut self) -> &'a City {
        let MadeUp { cities, before, .. } = self.made_up;
        let meeting = self.dice.below(self.made_up.meetings.max(1));
        let after = before.partition_point(|first| *first <= meeting);
        &cities[after.saturating_sub(1).min(cities.len() - 1)]
    }
}
