//! How many of the meetings that a query matches have what: on which day, at
//! what time of day, of which type, and so on.
//!
//! To count by something else: a list of [`FacetsView`], its counts in
//! `Counts`, and one line each in `Counts::add` and `Counts::view`.

use std::{cmp::Reverse, sync::LazyLock};

use chrono::{DateTime, Utc};
use foldhash::{HashMap, HashMapExt};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    area::Area,
    attendance_set::AttendanceSet,
    engine,
    grid::Placed,
    order::Start,
    query::{SearchQuery, TimeOfDay},
    snapshot::{
        Snapshot,
        entry::{Facts, Index, NO_DAY, NONE},
    },
    view::{Open, OpenAttendance},
};
use crate::{
    directory::Attendance,
    kernel::{RegionId, Slug},
};

const DAY_MINUTES: u16 = 24 * 60;

/// For each minute of the day which times of day it is in, a bit each.
static BANDS: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    let bands = TimeOfDay::ALL.map(TimeOfDay::window);
    let of = |minute| bands.iter().rev().fold(0, |bits, band| bits << 1 | u8::from(band.has(minute)));
    (0..DAY_MINUTES).map(of).collect()
});

/// How many have what. What no meeting has is left out.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Facets)]
pub struct FacetsView<'a> {
    /// How many match in all.
    pub total: u64,
    /// By the day of their start, Sunday first.
    pub days: Vec<DayCount>,
    /// How many are by appointment, without day and time; with `in_zone` those
    /// without an occurrence to come.
    pub by_appointment: u64,
    /// By time of day; these overlap, so a meeting may be counted twice.
    pub times_of_day: Vec<TimeOfDayCount>,
    /// By type code, most often first.
    pub types: Vec<TypeCount>,
    /// By how one takes part.
    pub attendance: Vec<AttendanceCount>,
    /// By region, sub-regions included, most often first.
    pub regions: Vec<RegionCount<'a>>,
}

/// How many start on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayCount {
    /// 0 (Sunday) to 6, local to each meeting or as `in_zone` sees it.
    #[schema(minimum = 0, maximum = 6)]
    pub day: u8,
    /// How many.
    pub count: u64,
}

/// How many start at a time of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeOfDayCount {
    /// `morning`, `midday`, `evening` or `night`.
    pub time_of_day: &'static str,
    /// How many.
    pub count: u64,
}

/// How many are of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TypeCount {
    /// Its code.
    pub code: &'static str,
    /// How many.
    pub count: u64,
}

/// In how many one takes part so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AttendanceCount {
    /// How one takes part.
    pub attendance: OpenAttendance,
    /// How many.
    pub count: u64,
}

/// How many are in a region or its sub-regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RegionCount<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: RegionId,
    /// Its name in addresses.
    #[schema(value_type = String)]
    pub slug: &'a Slug,
    /// Its name.
    pub name: &'a str,
    /// How many.
    pub count: u64,
}

/// The facets of `query`, whose sort, limit and cursor do not matter, as JSON.
///
/// # Errors
/// None that is known: what is counted always serialises.
pub fn facets(snapshot: &Snapshot, query: &SearchQuery, now: DateTime<Utc>) -> serde_json::Result<Vec<u8>> {
    let (mut counts, area) = (Counts::new(snapshot), Area::of(query).unmeasured());
    engine::visit(snapshot, query, &area, engine::to_minute(now), |hit, placed| match placed {
        Some(Placed { spotted, extra }) => counts.add(hit.at, spotted.types, spotted.attendance, extra.region),
        None => {
            let Facts { types, attendance, region, .. } = snapshot.facts[hit.meeting as usize];
            counts.add(hit.at, types, attendance, region);
        }
    });
    serde_json::to_vec(&counts.view(snapshot))
}

/// Counts as a scan makes them.
struct Counts {
    total: u64,
    /// The eighth: by appointment.
    days: [u64; 8],
    /// By the times of day that they are in, a bit each.
    bands: [u64; 1 << TimeOfDay::ALL.len()],
    /// By the bit of a type code.
    types: [u64; u128::BITS as usize],
    attendance: [u64; 4],
    /// By region, without sub-regions.
    regions: Vec<u32>,
    /// The regions that any are in.
    reached: Vec<Index>,
}

impl Counts {
    fn new(snapshot: &Snapshot) -> Self {
        Self {
            total: 0,
            days: [0; 8],
            bands: Default::default(),
            types: [0; u128::BITS as usize],
            attendance: [0; 4],
            regions: vec![0; snapshot.regions.len()],
            reached: Vec::new(),
        }
    }

    fn add(&mut self, at: Start, mut types: u128, attendance: u8, region: Index) {
        self.total += 1;
        self.days[usize::from(at.day)] += 1;
        self.attendance[attendance.trailing_zeros() as usize] += 1;
        while types != 0 {
            self.types[types.trailing_zeros() as usize] += 1;
            types &= types - 1;
        }
        if at.day != NO_DAY {
            self.bands[usize::from(BANDS[usize::from(at.minute)])] += 1;
        }
        if region != NONE {
            let count = &mut self.regions[region as usize];
            if *count == 0 {
                self.reached.push(region);
            }
            *count += 1;
        }
    }

    fn view<'a>(&self, snapshot: &'a Snapshot) -> FacetsView<'a> {
        let days = (0..7).zip(self.days).map(|(day, count)| DayCount { day, count });
        let attendance = Attendance::ALL.map(|attendance| AttendanceCount {
            attendance: Open(attendance),
            count: self.attendance[AttendanceSet::of(attendance).bits().trailing_zeros() as usize],
        });
        let times_of_day = TimeOfDay::ALL.into_iter().enumerate().map(|(at, band)| self.at(at, band));
        FacetsView {
            total: self.total,
            days: days.filter(|one| one.count > 0).collect(),
            by_appointment: self.days[usize::from(NO_DAY)],
            times_of_day: times_of_day.filter(|one| one.count > 0).collect(),
            types: self.of_types(snapshot),
            attendance: attendance.into_iter().filter(|one| one.count > 0).collect(),
            regions: self.in_regions(snapshot),
        }
    }

    fn at(&self, at: usize, band: TimeOfDay) -> TimeOfDayCount {
        let within = self.bands.iter().enumerate().filter(|(bits, _)| bits >> at & 1 == 1);
        TimeOfDayCount { time_of_day: band.name(), count: within.map(|(_, count)| *count).sum() }
    }

    fn of_types(&self, snapshot: &Snapshot) -> Vec<TypeCount> {
        let counts = snapshot.type_codes.iter().zip(self.types);
        let mut types: Vec<TypeCount> = counts.map(|(code, count)| TypeCount { code, count }).collect();
        types.retain(|one| one.count > 0);
        types.sort_by_key(|one| (Reverse(one.count), one.code));
        types
    }

    fn in_regions<'a>(&self, snapshot: &'a Snapshot) -> Vec<RegionCount<'a>> {
        let mut counts: HashMap<Index, u64> = HashMap::new();
        for region in &self.reached {
            for around in &snapshot.trees.region_lineage[*region as usize] {
                *counts.entry(*around).or_default() += u64::from(self.regions[*region as usize]);
            }
        }
        let count = |(index, count): (Index, u64)| {
            let region = &snapshot.regions[index as usize];
            RegionCount { id: region.id, slug: &region.slug, name: &region.name, count }
        };
        let mut regions: Vec<RegionCount<'a>> = counts.into_iter().map(count).collect();
        regions.sort_by_key(|one| (Reverse(one.count), one.id));
        regions
    }
}
