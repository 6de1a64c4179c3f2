//! How many of the meetings that a query matches have what: on which day, at
//! what time of day, of which type, and so on.
//!
//! To count by something else: a list of [`FacetsView`], its counts in
//! `Counts`, and a line or two in `Counts::add` and `Counts::write`.

use std::{cmp::Reverse, sync::LazyLock};

use chrono::{DateTime, Utc};
use foldhash::{HashMap, HashMapExt};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    area::Area,
    attendance_set::AttendanceSet,
    engine,
    grid::Placed,
    order::Start,
    query::{SearchQuery, TimeOfDay},
    snapshot::{
        RegionEntry, Snapshot,
        entry::{Facts, Index, NO_DAY, NONE},
    },
    view::{OpenAttendance, write_decimal},
};
use crate::{
    directory::Attendance,
    http::spare_body,
    kernel::{RegionId, Slug},
};

const DAY_MINUTES: u16 = 24 * 60;
/// How many bytes an answer has, mostly.
const BYTES: usize = 2_048;

/// For each minute of the day which times of day it is in, a bit each.
static BANDS: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    let bands = TimeOfDay::ALL.map(TimeOfDay::window);
    let of = |minute| bands.iter().rev().fold(0, |bits, band| bits << 1 | u8::from(band.has(minute)));
    (0..DAY_MINUTES).map(of).collect()
});

/// How many have what. What no meeting has is left out.
#[derive(Debug, ToSchema)]
#[schema(as = Facets)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct FacetsView<'a> {
    /// How many match in all.
    total: u64,
    /// By the day of their start, Sunday first.
    days: Vec<DayCount>,
    /// How many are by appointment, without day and time; with `in_zone` those
    /// without an occurrence to come.
    by_appointment: u64,
    /// By time of day; these overlap, so a meeting may be counted twice.
    times_of_day: Vec<TimeOfDayCount>,
    /// By type code, most often first.
    types: Vec<TypeCount>,
    /// By how one takes part.
    attendance: Vec<AttendanceCount>,
    /// By region, sub-regions included, most often first.
    regions: Vec<RegionCount<'a>>,
}

/// How many start on a day.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct DayCount {
    /// 0 (Sunday) to 6, local to each meeting or as `in_zone` sees it.
    #[schema(minimum = 0, maximum = 6)]
    day: u8,
    /// How many.
    count: u64,
}

/// How many start at a time of day.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct TimeOfDayCount {
    /// `morning`, `midday`, `evening` or `night`.
    time_of_day: &'static str,
    /// How many.
    count: u64,
}

/// How many are of a type.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct TypeCount {
    /// Its code.
    code: &'static str,
    /// How many.
    count: u64,
}

/// In how many one takes part so.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct AttendanceCount {
    /// How one takes part.
    attendance: OpenAttendance,
    /// How many.
    count: u64,
}

/// How many are in a region or its sub-regions.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct RegionCount<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: RegionId,
    /// Its name in addresses.
    #[schema(value_type = String)]
    slug: &'a Slug,
    /// Its name.
    name: &'a str,
    /// How many.
    count: u64,
}

/// The facets of `query`, whose sort, limit and cursor do not matter, as JSON
/// ([`FacetsView`]).
pub fn facets(snapshot: &Snapshot, query: &SearchQuery, now: DateTime<Utc>) -> Vec<u8> {
    let (mut counts, area) = (Counts::new(snapshot), Area::of(query).unmeasured());
    engine::visit(snapshot, query, &area, engine::to_minute(now), |hit, placed| match placed {
        Some(Placed { spotted, extra }) => counts.add(hit.at, spotted.types, spotted.attendance, extra.region),
        None => {
            let Facts { types, attendance, region, .. } = snapshot.facts[hit.meeting as usize];
            counts.add(hit.at, types, attendance, region);
        }
    });
    let mut body = spare_body(BYTES);
    counts.write(snapshot, &mut body);
    body
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

    fn write(&self, snapshot: &Snapshot, out: &mut Vec<u8>) {
        let number = |out: &mut Vec<u8>, number: u64| write_decimal(out, number as i64, 0);
        let word = |out: &mut Vec<u8>, word: &str| {
            out.push(b'"');
            out.extend_from_slice(word.as_bytes());
            out.push(b'"');
        };
        out.extend_from_slice(br#"{"total":"#);
        number(out, self.total);
        out.extend_from_slice(br#","days":"#);
        list(out, (0..7).zip(self.days), br#"{"day":"#, |out, day| number(out, day));
        out.extend_from_slice(br#","by_appointment":"#);
        number(out, self.days[usize::from(NO_DAY)]);
        out.extend_from_slice(br#","times_of_day":"#);
        let bands = TimeOfDay::ALL.into_iter().enumerate().map(|(at, band)| (band, self.in_band(at)));
        list(out, bands, br#"{"time_of_day":"#, |out, band| word(out, band.name()));
        out.extend_from_slice(br#","types":"#);
        list(out, self.of_types(snapshot).into_iter(), br#"{"code":"#, word);
        out.extend_from_slice(br#","attendance":"#);
        let attendance = Attendance::ALL.into_iter().map(|attendance| {
            (attendance, self.attendance[AttendanceSet::of(attendance).bits().trailing_zeros() as usize])
        });
        // Names and texts always serialise, and writing to a vector cannot fail.
        list(out, attendance, br#"{"attendance":"#, |out, attendance| _ = serde_json::to_writer(out, &attendance));
        out.extend_from_slice(br#","regions":"#);
        list(out, self.in_regions(snapshot).into_iter(), br#"{"id":"#, |out, region| {
            word(out, region.id.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
            out.extend_from_slice(br#","slug":"#);
            word(out, region.slug.as_str());
            out.extend_from_slice(br#","name":"#);
            let _ = serde_json::to_writer(out, &*region.name);
        });
        out.push(b'}');
    }

    fn in_band(&self, at: usize) -> u64 {
        self.bands.iter().enumerate().filter(|(bits, _)| bits >> at & 1 == 1).map(|(_, count)| *count).sum()
    }

    /// Most often first.
    fn of_types(&self, snapshot: &Snapshot) -> Vec<(&'static str, u64)> {
        let mut types: Vec<_> = snapshot.type_codes.iter().copied().zip(self.types).collect();
        types.retain(|(_, count)| *count > 0);
        types.sort_by_key(|(code, count)| (Reverse(*count), *code));
        types
    }

    /// Most often first.
    fn in_regions<'a>(&self, snapshot: &'a Snapshot) -> Vec<(&'a RegionEntry, u64)> {
        let mut counts: HashMap<Index, u64> = HashMap::new();
        for region in &self.reached {
            for around in &snapshot.trees.region_lineage[*region as usize] {
                *counts.entry(*around).or_default() += u64::from(self.regions[*region as usize]);
            }
        }
        let of = |(index, count): (Index, u64)| (&snapshot.regions[index as usize], count);
        let mut regions: Vec<_> = counts.into_iter().map(of).collect();
        regions.sort_by_key(|(region, count)| (Reverse(*count), region.id));
        regions
    }
}

/// Appends a list of what there is any of: each is what it begins with, what
/// `write` appends, and how many there are.
fn list<T>(out: &mut Vec<u8>, counts: impl Iterator<Item = (T, u64)>, begin: &[u8], write: impl Fn(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (place, (what, count)) in counts.filter(|(_, count)| *count > 0).enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(begin);
        write(out, what);
        out.extend_from_slice(br#","count":"#);
        write_decimal(out, count as i64, 0);
        out.push(b'}');
    }
    out.push(b']');
}
