//! Which meetings a query matches.
//!
//! A query is first put into terms of the snapshot (bits, indexes); then every
//! candidate is looked at once, the cheap conditions first, without allocating
//! for it. Candidates are those asked for by id, else those that have the words,
//! else those on the right days in the strips of the grid that the area
//! reaches, else what lists and sets tell (`candidates`).
//!
//! To add a condition: a field of [`Filter`] if it needs the snapshot's terms,
//! and its test in [`Filter::passes`].

use std::{hint::black_box, iter};

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Timelike, Utc};
use roaring::RoaringBitmap;

use super::{
    area::Area,
    candidates::{Asked, Candidates},
    geo::Spot,
    grid::{Placed, Sieve, Spotted},
    order::{Hit, Start},
    query::{SearchQuery, Soon, TimeOfDay, TypeFilter, Window},
    snapshot::{
        Entry, Snapshot,
        entry::{Facts, Index, NO_DAY, NONE},
    },
};
use crate::directory::{Attendance, TypeInfo, all_types};
use crate::kernel::ZoneClock;
use crate::search::attendance_set::AttendanceSet;

/// Of how many candidates the facts are asked for together.
const AT_ONCE: usize = 256;
const ONLINE: u8 = AttendanceSet::of(Attendance::Online).bits();

/// A query in terms of one snapshot.
pub(super) struct Filter<'a> {
    snapshot: &'a Snapshot,
    query: &'a SearchQuery,
    /// Bits of days; the eighth stands for meetings by appointment.
    days: u8,
    windows: Vec<Window>,
    types_all: u128,
    types_any: Option<u128>,
    types_none: u128,
    languages: Option<u128>,
    districts: Option<Vec<Index>>,
    intergroups: Option<Vec<bool>>,
    regions: Option<Vec<bool>>,
    groups: Option<Vec<Index>>,
    locations: Option<Vec<Index>>,
    /// The meetings that have the words asked for, by index, with their points.
    text: Option<Vec<(Index, u32)>>,
    viewer: Option<ZoneClock>,
    now: DateTime<Utc>,
    /// Asks for a type that no meeting has.
    impossible: bool,
    /// Asks for no type and no language.
    any_type: bool,
    /// Asks for no day and no time.
    any_start: bool,
    /// Asks for nothing that the grid does not know.
    by_place: bool,
}

impl<'a> Filter<'a> {
    /// `now` is that of the first page.
    pub(super) fn new(snapshot: &'a Snapshot, query: &'a SearchQuery, now: DateTime<Utc>) -> Self {
        let bits = |codes: &[&str]| codes.iter().fold(0, |bits, code| bits | snapshot.type_bit(code));
        let types = &query.types;
        let windows = query.times_of_day.iter().flatten().copied().map(TimeOfDay::window).collect();
        Self {
            snapshot,
            query,
            days: query.days.unwrap_or(u8::MAX),
            windows,
            types_all: bits(&types.all),
            types_any: (!types.any.is_empty()).then(|| bits(&types.any)),
            types_none: bits(&types.none),
            languages: query.languages.as_ref().map(|languages| bits(&codes_of(languages))),
            districts: query.districts.as_ref().map(|districts| {
                let number = |district: &String| snapshot.districts.get(district.as_str()).copied();
                districts.iter().filter_map(number).collect()
            }),
            text: query.text.as_ref().map(|text| snapshot.text.find(text)),
            viewer: query.in_zone.map(ZoneClock::of),
            now,
            intergroups: query.intergroups.as_ref().map(|named| {
                let found = named.iter().filter_map(|named| snapshot.intergroup(named));
                marked(snapshot.intergroups.len(), found.flat_map(|found| found.descendants.iter()))
            }),
            regions: query.regions.as_ref().map(|named| {
                let found = named.iter().flat_map(|named| snapshot.regions_named(named));
                marked(snapshot.regions.len(), found.flat_map(|found| found.descendants.iter()))
            }),
            groups: query
                .groups
                .as_ref()
                .map(|ids| ids.iter().filter_map(|id| snapshot.groups.find(*id)).map(|index| index as Index).collect()),
            locations: query.locations.as_ref().map(|ids| {
                ids.iter().filter_map(|id| snapshot.locations.find(*id)).map(|index| index as Index).collect()
            }),
            any_type: *types == TypeFilter::default() && query.languages.is_none(),
            any_start: query.days.is_none() && query.window.is_none() && query.times_of_day.is_none(),
            impossible: types.all.iter().any(|code| snapshot.type_bit(code) == 0),
            by_place: query.intergroups.is_none()
                && query.regions.is_none()
                && query.groups.is_none()
                && query.locations.is_none()
                && query.districts.is_none()
                && query.in_zone.is_none()
                && query.updated_since.is_none()
                && query.soon.is_none(),
        }
    }

    /// Shows every match within an area to `visit`, in no order, with what the
    /// grid knows of it where it was found there.
    pub(super) fn visit(&self, area: &Area, mut visit: impl FnMut(Hit, Option<Placed<'_>>)) {
        if self.impossible {
            return;
        }
        let snapshot = self.snapshot;
        let one = |index: usize, points| self.match_one(index, &snapshot.facts[index], points, area);
        if let Some(ids) = &self.query.ids {
            let found = ids.iter().filter_map(|id| snapshot.meeting_index(*id));
            found.filter_map(|index| one(index, self.points(index)?)).for_each(|hit| visit(hit, None));
        } else if let Some(text) = &self.text {
            self.visit_some(text.iter().copied(), area, visit);
        } else if self.query.has_place() {
            // What a zone sees may be another day than the one that is listed.
            let days = if self.viewer.is_none() { self.days } else { u8::MAX };
            let any = [self.types_any, self.languages];
            let sieve = Sieve::new(self.types_all, any, self.query.attendance.bits());
            let affinities = self.query.affinity_joins().then_some(&snapshot.affinities);
            // In one place, so that all of it is compiled into one loop.
            for grid in iter::once(&snapshot.doors).chain(affinities) {
                grid.visit(days, area, sieve, |some| {
                    for placed in some {
                        if let Some(hit) = self.match_near(placed.spotted, area) {
                            visit(hit, Some(*placed));
                        }
                    }
                });
            }
        } else {
            match self.candidates() {
                Candidates::All => {
                    (0..snapshot.facts.len()).filter_map(|at| one(at, 0)).for_each(|hit| visit(hit, None));
                }
                Candidates::Lists(lists) => {
                    self.visit_some(lists.into_iter().flatten().map(|at| (*at, 0)), area, visit);
                }
                Candidates::Set(set) => self.visit_some(set.into_iter().map(|at| (at, 0)), area, visit),
            }
        }
    }

    /// The same of candidates with their points. What is known of them is far
    /// apart, and is asked for together before it is looked at.
    fn visit_some(
        &self,
        mut some: impl Iterator<Item = (Index, u32)>,
        area: &Area,
        mut visit: impl FnMut(Hit, Option<Placed<'_>>),
    ) {
        let facts = |index: Index| &self.snapshot.facts[index as usize];
        let mut now = Vec::with_capacity(AT_ONCE);
        loop {
            now.extend(some.by_ref().take(AT_ONCE));
            if now.is_empty() {
                return;
            }
            black_box(now.iter().fold(0, |all, (index, _)| all ^ facts(*index).minute));
            let found = now.drain(..);
            let found = found.filter_map(|(index, points)| self.match_one(index as usize, facts(index), points, area));
            found.for_each(|hit| visit(hit, None));
        }
    }

    /// Those that may match where nothing else tells: by what is likely to leave
    /// the fewest.
    fn candidates(&self) -> Candidates<'a> {
        let (snapshot, query) = (self.snapshot, self.query);
        let distinct = |named: &[Index]| {
            let mut named = named.to_vec();
            named.sort_unstable();
            named.dedup();
            named.into_iter().map(|index| index as usize)
        };
        if let Some(groups) = &self.groups {
            return Candidates::Lists(distinct(groups).map(|at| &*snapshot.groups[at].meetings).collect());
        }
        if let Some(locations) = &self.locations {
            return Candidates::Lists(distinct(locations).map(|at| &*snapshot.locations[at].meetings).collect());
        }
        if let Some(regions) = &self.regions {
            return Candidates::Set(snapshot.sets.in_regions(places(regions)));
        }
        if let Some(intergroups) = &self.intergroups {
            let lists = places(intergroups).map(|at| &*snapshot.intergroups[at].meetings);
            return Candidates::Lists(lists.collect());
        }
        // What a zone sees may be another day than the one that is listed.
        let days = if self.viewer.is_none() { self.days } else { u8::MAX };
        let (attendances, types_all) = (query.attendance.bits(), self.types_all);
        let types_any = [self.types_any, self.languages];
        let set = snapshot.sets.of(&Asked { days, attendances, types_all, types_any });
        let soon = query.soon.map(|soon| {
            let (from, to) = soon.window(self.now);
            snapshot.starts.between(from, to)
        });
        let seen = self.viewer.as_ref().filter(|_| self.days >> NO_DAY & 1 == 0).map(|viewer| self.seen_by(viewer));
        [set, soon, seen].into_iter().flatten().reduce(|all, one| all & one).map_or(Candidates::All, Candidates::Set)
    }

    /// Those of which the next occurrence may be on a day that is asked for, as a
    /// zone sees it.
    fn seen_by(&self, viewer: &ZoneClock) -> RoaringBitmap {
        // It starts within a week, or is under way for a day at most; clocks that
        // are set may move it by a day.
        let first = self.now - TimeDelta::days(3);
        let dates = (0..13).filter_map(|days| viewer.date(first + TimeDelta::days(days)));
        let asked = dates.filter(|date| self.days >> date.weekday().num_days_from_sunday() & 1 == 1);
        let spans = asked.filter_map(|date| {
            let begin = viewer.instant(date, NaiveTime::MIN)?;
            Some(self.snapshot.starts.between(begin - TimeDelta::hours(3), begin + TimeDelta::hours(30)))
        });
        spans.reduce(|all, one| all | one).unwrap_or_default()
    }

    /// How well a meeting meets the words asked for; `None` where it does not.
    fn points(&self, index: usize) -> Option<u32> {
        let Some(text) = &self.text else { return Some(0) };
        let at = text.binary_search_by_key(&index, |(meeting, _)| *meeting as usize).ok()?;
        Some(text[at].1)
    }

    /// The same as [`Self::match_one`], for what the grid knows without a look at
    /// the meeting.
    #[expect(clippy::inline_always, reason = "it is asked of thousands, and a call costs as much as most of it")]
    #[inline(always)]
    fn match_near(&self, spotted: &Spotted, area: &Area) -> Option<Hit> {
        let Spotted { spot, types, meeting, day, minute, attendance } = *spotted;
        let listed = Start { day, minute };
        let starts = || self.viewer.is_some() || self.starts_right(listed);
        if attendance & self.query.attendance.bits() == 0 || !self.is_of_type(types) || !starts() {
            return None;
        }
        let facts = || &self.snapshot.facts[meeting as usize];
        let at = if self.by_place { listed } else { self.passing(meeting as usize, facts())? };
        Self::reached(meeting, at, 0, attendance == ONLINE, (spot, area))
    }

    fn match_one(&self, index: usize, facts: &Facts, points: u32, area: &Area) -> Option<Hit> {
        let (meeting, at) = (index as Index, self.passing(index, facts)?);
        if !self.query.has_place() {
            return Some(Hit { meeting, at, points, joined: false, distance_mm: None });
        }
        let joined = facts.attendance == ONLINE;
        if joined && !self.query.affinity_joins() {
            return None;
        }
        // Only of what may be reached is it reckoned where on the globe that is.
        let point = self.snapshot.entries[index].point.get().filter(|point| area.may_contain(*point))?;
        Self::reached(meeting, at, points, joined, (point.into(), area))
    }

    /// The match that a meeting is where it lies within the area.
    #[expect(clippy::inline_always, reason = "as above")]
    #[inline(always)]
    fn reached(meeting: Index, at: Start, points: u32, joined: bool, (spot, area): (Spot, &Area)) -> Option<Hit> {
        let distance_mm = area.reach(spot)?.filter(|_| !joined);
        Some(Hit { meeting, at, points, joined, distance_mm })
    }

    /// When a meeting starts that meets every condition but that of the place.
    fn passing(&self, index: usize, facts: &Facts) -> Option<Start> {
        let entry = &self.snapshot.entries[index];
        let listed = Start { day: facts.day, minute: facts.minute };
        if self.viewer.is_none() && !self.starts_right(listed) || !self.passes(facts) || !self.passes_slowly(entry) {
            return None;
        }
        let at = self.viewer.as_ref().map_or(listed, |viewer| seen(entry, viewer, self.now));
        (self.viewer.is_none() || self.starts_right(at)).then_some(at)
    }

    fn passes(&self, facts: &Facts) -> bool {
        facts.attendance & self.query.attendance.bits() != 0
            && self.is_of_type(facts.types)
            && self.districts.as_ref().is_none_or(|districts| districts.contains(&facts.district))
            && has(self.intergroups.as_ref(), facts.intergroup)
            && has(self.regions.as_ref(), facts.region)
            && self.groups.as_ref().is_none_or(|groups| groups.contains(&facts.group))
            && self.locations.as_ref().is_none_or(|locations| locations.contains(&facts.location))
    }

    #[inline]
    fn is_of_type(&self, types: u128) -> bool {
        self.any_type
            || types & self.types_all == self.types_all
                && types & self.types_none == 0
                && self.types_any.is_none_or(|any| types & any != 0)
                && self.languages.is_none_or(|any| types & any != 0)
    }

    /// What is not kept where a scan stays in cache.
    fn passes_slowly(&self, entry: &Entry) -> bool {
        let soon = |soon: Soon| match &entry.schedule {
            Some(schedule) => schedule.next(self.now).is_some_and(|next| {
                let by_next = soon.has_next(next.start, self.now);
                by_next.unwrap_or_else(|| soon.has(schedule.occurrences(self.now), self.now))
            }),
            None => false,
        };
        self.query.updated_since.is_none_or(|since| entry.updated_at >= since) && self.query.soon.is_none_or(soon)
    }

    #[inline]
    fn starts_right(&self, at: Start) -> bool {
        if self.any_start {
            return true;
        }
        if self.days & 1 << at.day == 0 {
            return false;
        }
        if self.query.window.is_none() && self.windows.is_empty() {
            return true;
        }
        at.day != NO_DAY
            && self.query.window.is_none_or(|window| window.has(at.minute))
            && (self.windows.is_empty() || self.windows.iter().any(|window| window.has(at.minute)))
    }
}

/// When a zone sees the next occurrence of a meeting.
fn seen(entry: &Entry, viewer: &ZoneClock, now: DateTime<Utc>) -> Start {
    let next = entry.schedule.as_ref().and_then(|schedule| schedule.next(now));
    let local = next.and_then(|next| viewer.local(next.start));
    local.map_or(Start { day: NO_DAY, minute: 0 }, |local| {
        let minute = local.hour() * 60 + local.minute();
        Start { day: local.weekday().num_days_from_sunday() as u8, minute: minute as u16 }
    })
}

/// The type codes that stand for one of these languages.
fn codes_of(languages: &[&str]) -> Vec<&'static str> {
    let speaks = |info: &TypeInfo| info.iso639.as_deref().is_some_and(|language| languages.contains(&language));
    all_types().filter(|(_, info)| speaks(info)).map(|(code, _)| code.as_str()).collect()
}

fn marked<'a>(count: usize, indexes: impl Iterator<Item = &'a Index>) -> Vec<bool> {
    let mut marks = vec![false; count];
    indexes.for_each(|index| marks[*index as usize] = true);
    marks
}

/// Where marks are set.
fn places(marks: &[bool]) -> impl Iterator<Item = usize> {
    marks.iter().enumerate().filter_map(|(at, marked)| marked.then_some(at))
}

fn has(marks: Option<&Vec<bool>>, index: Index) -> bool {
    marks.is_none_or(|marks| index != NONE && marks[index as usize])
}
