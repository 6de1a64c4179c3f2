//! An office with its regions, groups, places and meetings.

use std::f64::consts::PI;

use chrono::{DateTime, TimeDelta, Utc};
use openchair::{
    directory::{Contribution, Directory, Group, Intergroup, Location, Meeting, MeetingState, Place, Region},
    kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId, Slug, slugify},
};
use uuid::Uuid;

use super::{
    MadeUp,
    city::City,
    dice::Dice,
    meeting::{self, Around},
    words::Words,
};

/// When the first office came, in milliseconds since 1970: in January 2026.
const BEGINNING_MS: u64 = 1_767_571_200_000;
/// How long an office takes to come.
const OFFICE_MS: u64 = 60_000;
/// A city of at least so many meetings of one office has quarters.
const QUARTERED: usize = 100;
const QUARTERS: [&str; 5] = ["Center", "North", "South", "East", "West"];
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// What is made of an office so far.
struct Draft {
    dice: Dice,
    at_ms: u64,
    intergroup: IntergroupId,
    made: Directory,
}

/// Makes an office by its number, from 0.
///
/// # Errors
/// None that is known: what is made up keeps to the directory's rules.
pub fn make(made_up: &MadeUp, number: usize) -> anyhow::Result<Directory> {
    let cities = made_up.cities_of(number);
    let at_ms = BEGINNING_MS + number as u64 * OFFICE_MS;
    let mut dice = Dice::new(made_up.seed, number);
    let intergroup = IntergroupId(dice.uuid_v7(at_ms));
    let made = Directory { revision: 1, ..Directory::default() };
    let mut draft = Draft { dice, at_ms, intergroup, made };
    if let Some((seat, _)) = cities.iter().max_by_key(|(_, count)| *count) {
        draft.found(seat, number)?;
    }
    for (city, count) in cities {
        draft.settle(city, count)?;
    }
    Ok(draft.made)
}

impl Draft {
    /// An id of its own, after those before.
    fn id(&mut self) -> Uuid {
        self.at_ms += 1;
        self.dice.uuid_v7(self.at_ms)
    }

    /// When it came.
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.at_ms as i64).unwrap_or_default()
    }

    fn found(&mut self, seat: &City, number: usize) -> anyhow::Result<()> {
        let slug = Slug::parse(&format!("office-{number:04}"))?;
        self.made.intergroups.push(Intergroup {
            id: self.intergroup,
            name: format!("{} Office {number}", seat.name),
            parent_id: None,
            timezone: seat.zone()?,
            website: Some(format!("https://{slug}.example.org/")),
            email: Some(format!("{slug}@example.org")),
            phone: None,
            location: Some(seat.name.clone()),
            logo: None,
            version: 1,
            updated_at: self.now(),
            slug,
        });
        Ok(())
    }

    /// The meetings of a city, and what they share.
    fn settle(&mut self, city: &City, count: usize) -> anyhow::Result<()> {
        let regions = self.regions(city, count)?;
        let words = Words::of(city.languages().0);
        let (groups, places) = ((count / 3).max(1), (count / 5).max(1));
        let area = self.made.locations.len();
        self.location(Place {
            formatted_address: Some(line(&[&city.name, &city.state, &city.country])),
            city: Some(city.name.clone()),
            state: Some(city.state.clone()).filter(|state| !state.is_empty()),
            country: Some(city.country.clone()),
            latitude: Some(city.latitude),
            longitude: Some(city.longitude),
            approximate: true,
            ..Place::default()
        });
        for _ in 0..places {
            let place = self.place(city, words);
            self.location(place);
        }
        let first_group = self.made.groups.len();
        for _ in 0..groups {
            self.group(words)?;
        }
        for _ in 0..count {
            let group = first_group + self.dice.below(groups);
            // A group meets at its own place, mostly.
            let own = area + 1 + (group - first_group) % places;
            let elsewhere = area + 1 + self.dice.below(places);
            let place = if self.dice.chance(850) { own } else { elsewhere };
            let region = regions[self.dice.below(regions.len())];
            self.meeting(city, words, (group, place, area, region))?;
        }
        Ok(())
    }

    /// The city's region and its quarters; where meetings are told to be.
    fn regions(&mut self, city: &City, count: usize) -> anyhow::Result<Vec<usize>> {
        let name = line(&[&city.name, &city.state]);
        let first = self.region(name, None)?;
        if count < QUARTERED {
            return Ok(vec![first]);
        }
        let parent = self.made.regions[first].id;
        QUARTERS.into_iter().map(|quarter| self.region(quarter.to_owned(), Some(parent))).collect()
    }

    fn region(&mut self, name: String, parent_id: Option<RegionId>) -> anyhow::Result<usize> {
        let at = self.made.regions.len();
        let (id, slug) = (RegionId(self.id()), numbered(&name, at)?);
        self.made.regions.push(Region { id, intergroup_id: self.intergroup, parent_id, slug, name, version: 1 });
        Ok(at)
    }

    /// The names from the root to a region.
    fn path(&self, region: &Region) -> Vec<String> {
        let parent = self.made.regions.iter().find(|one| Some(one.id) == region.parent_id);
        parent.into_iter().chain([region]).map(|one| one.name.clone()).collect()
    }

    fn place(&mut self, city: &City, words: &Words) -> Place {
        let (north, east) = self.dice.normal();
        let (north, east) = (north * city.spread_m() / DEGREE_M, east * city.spread_m() / DEGREE_M);
        let address = words.address(&mut self.dice);
        let postal_code = format!("{:05}", self.dice.below(100_000));
        let state = line(&[&city.state, &postal_code]);
        Place {
            name: Some(words.building(&mut self.dice)),
            formatted_address: Some(line(&[&address, &city.name, &state, &city.country])),
            address: Some(address),
            city: Some(city.name.clone()),
            state: Some(city.state.clone()).filter(|state| !state.is_empty()),
            postal_code: Some(postal_code),
            country: Some(city.country.clone()),
            latitude: Some(decimals5(city.latitude + north)),
            longitude: Some(decimals5(city.longitude + east / (city.latitude * PI / 180.0).cos())),
            approximate: false,
            notes: self.dice.chance(150).then(|| words.notes(&mut self.dice)),
        }
    }

    fn location(&mut self, place: Place) {
        let id = LocationId(self.id());
        self.made.locations.push(Location { id, intergroup_id: self.intergroup, place, version: 1 });
    }

    fn group(&mut self, words: &Words) -> anyhow::Result<()> {
        let name = words.name(&mut self.dice);
        let slug = numbered(&name, self.made.groups.len())?;
        let id = GroupId(self.id());
        self.made.groups.push(Group {
            id,
            intergroup_id: self.intergroup,
            name,
            notes: self.dice.chance(100).then(|| words.notes(&mut self.dice)),
            website: self.dice.chance(150).then(|| format!("https://{slug}.example.org/")),
            gso_number: None,
            contribution: Contribution::default(),
            contacts_public: false,
            version: 1,
            slug,
        });
        Ok(())
    }

    fn meeting(
        &mut self,
        city: &City,
        words: &Words,
        (group, place, area, region): (usize, usize, usize, usize),
    ) -> anyhow::Result<()> {
        let id = MeetingId(self.id());
        let (group, region) = (&self.made.groups[group], &self.made.regions[region]);
        let around = Around {
            city,
            words,
            // Some meetings are no group's.
            group: Some(group).filter(|_| self.dice.chance(900)),
            place: &self.made.locations[place],
            area: &self.made.locations[area],
        };
        let (mut content, location_id) = meeting::content(&mut self.dice, &around)?;
        content.region = self.path(region);
        let notices = meeting::notices(&mut self.dice, self.at_ms);
        let (group_id, region_id) = (around.group.map(|group| group.id), Some(region.id));
        let age = TimeDelta::minutes(self.dice.below(2 * 365 * 24 * 60) as i64);
        self.made.meetings.push(Meeting {
            id,
            intergroup_id: self.intergroup,
            slug: numbered(&content.name, self.made.meetings.len())?,
            group_id,
            location_id,
            region_id,
            content,
            contacts_public: false,
            notices,
            verified_on: None,
            synced_on: None,
            updated_at: self.now() - age,
            version: 1,
            revision: 1,
            state: MeetingState::Published,
        });
        Ok(())
    }
}

/// A slug that the office has once: with the thing's number.
fn numbered(name: &str, number: usize) -> anyhow::Result<Slug> {
    match slugify(name) {
        Some(slug) => Ok(slug.with_suffix(&number.to_string())?),
        None => Ok(Slug::parse(&number.to_string())?),
    }
}

/// What there is of some parts, with commas between.
fn line(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn decimals5(degrees: f64) -> f64 {
    (degrees * 100_000.0).round() / 100_000.0
}
