//! Meetings by when in the week they start on the clocks of their zone: who
//! starts soon, or has just begun, is found without a look at the others.
//!
//! Invariant: a zone's meetings stand in the order of their minutes; those of
//! which a notice may change a start are apart, and always candidates.

use std::{collections::BTreeMap, iter, sync::Arc};

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use foldhash::HashMap;
use roaring::RoaringBitmap;

use crate::kernel::ZoneClock;
use crate::search::{schedule::Schedule, snapshot::entry::Index};

const WEEK: i64 = 7 * 24 * 60;

/// The starts of all meetings that have dates.
#[derive(Debug, Default, Clone)]
pub(in crate::search) struct Starts {
    zones: Vec<Arc<Zone>>,
    by_name: Arc<HashMap<Box<str>, usize>>,
    /// Those with notices.
    others: Arc<RoaringBitmap>,
}

/// The meetings of a zone.
#[derive(Debug)]
struct Zone {
    clock: ZoneClock,
    /// In minutes after Sunday's midnight, in order.
    minutes: Box<[u16]>,
    /// Beside `minutes`.
    meetings: Box<[Index]>,
}

/// What leaves and comes.
#[derive(Debug, Default)]
pub(in crate::search) struct Moves(BTreeMap<usize, Move>);

#[derive(Debug, Default)]
struct Move {
    leave: Vec<Index>,
    come: Vec<(u16, Index)>,
}

impl Starts {
    /// A meeting is there.
    pub(in crate::search) fn come(&mut self, meeting: Index, schedule: &Schedule, moves: &mut Moves) {
        match schedule.weekly_alone() {
            Some((clock, minute)) => {
                let zone = self.zone(clock);
                moves.0.entry(zone).or_default().come.push((minute, meeting));
            }
            None => _ = Arc::make_mut(&mut self.others).insert(meeting),
        }
    }

    /// A meeting of that schedule is no longer there.
    pub(in crate::search) fn leave(&mut self, meeting: Index, schedule: &Schedule, moves: &mut Moves) {
        match schedule.weekly_alone() {
            Some((clock, _)) => {
                let zone = self.zone(clock);
                moves.0.entry(zone).or_default().leave.push(meeting);
            }
            None => _ = Arc::make_mut(&mut self.others).remove(meeting),
        }
    }

    /// The number of a zone.
    fn zone(&mut self, clock: &ZoneClock) -> usize {
        let name = clock.name();
        if let Some(zone) = self.by_name.get(name) {
            return *zone;
        }
        let zone = self.zones.len();
        Arc::make_mut(&mut self.by_name).insert(name.into(), zone);
        self.zones.push(Arc::new(Zone { clock: clock.clone(), minutes: Box::default(), meetings: Box::default() }));
        zone
    }

    /// Lets meetings leave and come.
    pub(in crate::search) fn change(&mut self, moves: Moves) {
        for (zone, Move { mut leave, mut come }) in moves.0 {
            let Zone { clock, minutes, meetings } = &*self.zones[zone];
            leave.sort_unstable();
            let staying = minutes.iter().copied().zip(meetings.iter().copied());
            come.extend(staying.filter(|(_, meeting)| leave.binary_search(meeting).is_err()));
            come.sort_unstable();
            let (minutes, meetings) = come.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
            let clock = clock.clone();
            self.zones[zone] = Arc::new(Zone { clock, minutes: minutes.into(), meetings: meetings.into() });
        }
    }

    /// Those of which an occurrence may start from one instant to another, both
    /// included.
    pub(in crate::search) fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> RoaringBitmap {
        let mut found = (*self.others).clone();
        for zone in &self.zones {
            for meetings in zone.between(from, to) {
                found.extend(meetings.iter().copied());
            }
        }
        found
    }
}

impl Zone {
    fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> [&[Index]; 2] {
        let Some(from_minute) = self.steady_minute(from, to) else { return [&self.meetings, &[]] };
        let to_minute = from_minute + (to - from).num_minutes();
        let place = |minute: i64| self.minutes.partition_point(|one| i64::from(*one) < minute);
        let within = |from: i64, to: i64| &self.meetings[place(from)..place(to + 1)];
        match to_minute - WEEK {
            over if over >= from_minute => [&self.meetings, &[]],
            over if over >= 0 => [within(from_minute, WEEK), within(0, over)],
            _ => [within(from_minute, to_minute), &[]],
        }
    }

    /// The minute of the week that these clocks show at the first instant, if
    /// they are not set from a day before it to a day after the last: then what
    /// is listed for a minute starts when they show it.
    fn steady_minute(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<i64> {
        let offset = |at: DateTime<Utc>| Some(self.clock.local(at)? - at.naive_utc());
        let (day, here) = (TimeDelta::days(1), offset(from)?);
        // None are set back and forth within a day.
        let mut days = iter::successors(Some(from - day), |at| (*at < to + day).then(|| (*at + day).min(to + day)));
        let is_steady = days.all(|at| offset(at) == Some(here));
        let local = (from.naive_utc()).checked_add_signed(here).filter(|_| is_steady)?;
        let day = i64::from(local.weekday().num_days_from_sunday());
        Some((day * 24 + i64::from(local.hour())) * 60 + i64::from(local.minute()))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn no_clocks_are_set_back_and_forth_within_a_day() {
        let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        for zone in chrono_tz::TZ_VARIANTS {
            let mut changes = ZoneClock::of(zone).changes(year(2020), year(2045));
            // Some only call the same time otherwise.
            changes.dedup_by_key(|(_, keeps)| keeps.offset_s);
            let near = |pair: &&[(DateTime<Utc>, _)]| pair[1].0 - pair[0].0 < TimeDelta::days(2);
            assert_eq!(changes.windows(2).find(near), None, "{zone}");
        }
    }
}
