//! Occurrences as one would find them with a calendar in hand, day by day and
//! each day against every notice; and that the schedule finds the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{dice::Dice, of};
use crate::directory::{Meeting, Notice, NoticeKind};
use crate::kernel::{LocalTime, NoticeId, ZoneClock};
use crate::search::{
    schedule::{self, Occurrence, Schedule},
    snapshot::{Lookup, Snapshot},
    testing::{instant as utc, meeting, on as weekly},
    view::Instant,
};

const FEW: usize = 4;
const DAYS_AHEAD: i64 = 417;

/// An occurrence with the notices that it is held under.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub date: NaiveDate,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub notices: Vec<NoticeId>,
}

/// The first that is not over.
pub fn next(meeting: &Meeting, now: DateTime<Utc>) -> Option<Held> {
    coming(meeting, now).into_iter().next()
}

/// Whether anybody wants to know of a notice still.
pub fn concerns_somebody(notice: &Notice, zone: Tz, next: Option<&Held>, now: DateTime<Utc>) -> bool {
    let today = now.with_timezone(&zone).date_naive();
    let reaches = |date| date <= last(notice);
    notice.kind == NoticeKind::Only || reaches(today) || next.is_some_and(|next| reaches(next.date))
}

/// The first few that are not over, as far ahead as anybody looks.
pub fn coming(meeting: &Meeting, now: DateTime<Utc>) -> Vec<Held> {
    let length = TimeDelta::minutes(i64::from(meeting.content.duration_minutes.unwrap_or(60)));
    let today = (now - length).with_timezone(&meeting.content.timezone).date_naive();
    let mut coming = BTreeMap::new();
    for date in (-2..=DAYS_AHEAD).map(|day| today + TimeDelta::days(day)) {
        for held in held_on(meeting, date).into_iter().filter(|held| held.end > now) {
            coming.entry(held.start).or_insert(held);
        }
        // A gap may move a day's meetings behind those of the next.
        if coming.values().nth(FEW - 1).is_some_and(|last: &Held| date - last.date > TimeDelta::days(1)) {
            break;
        }
    }
    coming.into_values().take(FEW).collect()
}

fn held_on(meeting: &Meeting, date: NaiveDate) -> Vec<Held> {
    use NoticeKind::{Cancelled, Closed, Extra, Moved, Only, Time};
    let covering: Vec<&Notice> = meeting.notices.iter().filter(|notice| covers(notice, date)).collect();
    if covering.iter().any(|notice| [Cancelled, Closed].contains(&notice.kind)) {
        return vec![];
    }
    let changes = |notice: &Notice| [Time, Moved].contains(&notice.kind) && notice.time.is_some();
    let usual = meeting.content.start.map(|start| {
        let other = covering.iter().rev().find(|notice| changes(notice));
        other.map_or(start.time, |notice| notice.time.unwrap())
    });
    let on = |kind| covering.iter().filter(move |notice| notice.kind == kind);
    let mut times: Vec<LocalTime> = on(Extra).filter_map(|notice| notice.time.or(usual)).collect();
    if let (Some(start), Some(usual)) = (meeting.content.start, usual)
        && date.weekday().num_days_from_sunday() == u32::from(start.day.number())
        && (on(Only).next().is_some() || meeting.notices.iter().all(|notice| notice.kind != Only))
    {
        times.push(usual);
    }
    let at = |time: LocalTime| {
        let time = NaiveTime::from_hms_opt(u32::from(time.minutes()) / 60, u32::from(time.minutes()) % 60, 0).unwrap();
        instant(meeting.content.timezone, date.and_time(time))
    };
    let length = TimeDelta::minutes(i64::from(meeting.content.duration_minutes.unwrap_or(60)));
    let held = times.into_iter().map(at).map(|start| {
        let bears = |notice: &&&Notice| match notice.kind {
            Extra => notice.time.or(usual).map(at) == Some(start),
            kind if kind == Only || changes(notice) => usual.map(at) == Some(start),
            _ => true,
        };
        let notices = covering.iter().filter(bears).map(|notice| notice.id).collect();
        Held { date, start, end: start + length, notices }
    });
    held.collect()
}

fn last(notice: &Notice) -> NaiveDate {
    match notice.to {
        Some(to) => to,
        None if notice.weeks_of_month.is_empty() => notice.from,
        None => NaiveDate::MAX,
    }
}

fn covers(notice: &Notice, date: NaiveDate) -> bool {
    if date < notice.from || date > last(notice) {
        return false;
    }
    let like_it = (1..=31).filter_map(|day| date.with_day(day)).filter(|day| day.weekday() == date.weekday());
    let like_it: Vec<NaiveDate> = like_it.collect();
    let is = |week: &i8| match week {
        -1 => like_it.last() == Some(&date),
        _ => like_it.get(*week as usize - 1) == Some(&date),
    };
    let named = notice.weeks_of_month.is_empty() || notice.weeks_of_month.iter().any(is);
    let repeats = notice.kind == NoticeKind::Extra && !notice.weeks_of_month.is_empty();
    let weekday = !repeats || date.weekday() == notice.from.weekday();
    named && weekday
}

/// When the clocks of a zone show a time first; where they jump over it, it is
/// counted on with the clock as it was.
fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let mut before = local;
    loop {
        if let Some(shown) = zone.from_local_datetime(&before).earliest() {
            return shown.to_utc() + (local - before);
        }
        before -= TimeDelta::minutes(15);
    }
}

/// Changes on which the two time-zone databases of the program agree.
const CHANGES: [(Tz, &str); 16] = [
    (chrono_tz::America::New_York, "2026-03-08T07:00:00Z"),
    (chrono_tz::America::New_York, "2026-11-01T06:00:00Z"),
    (chrono_tz::Europe::London, "2026-03-29T01:00:00Z"),
    (chrono_tz::Europe::London, "2026-10-25T01:00:00Z"),
    (chrono_tz::Pacific::Auckland, "2026-04-04T14:00:00Z"),
    (chrono_tz::Pacific::Auckland, "2026-09-26T14:00:00Z"),
    (chrono_tz::Asia::Kathmandu, "2026-06-01T00:00:00Z"),
    (chrono_tz::Australia::Lord_Howe, "2026-04-04T15:00:00Z"),
    (chrono_tz::Australia::Lord_Howe, "2026-10-03T15:30:00Z"),
    (chrono_tz::Pacific::Apia, "2011-12-30T10:00:00Z"),
    (chrono_tz::Pacific::Apia, "2011-12-30T10:00:00Z"),
    (chrono_tz::Pacific::Kwajalein, "1993-08-21T12:00:00Z"),
    (chrono_tz::America::St_Johns, "2006-04-02T03:31:00Z"),
    (chrono_tz::America::St_Johns, "2006-10-29T02:31:00Z"),
    (chrono_tz::America::Havana, "2024-03-10T05:00:00Z"),
    (chrono_tz::Asia::Pyongyang, "2018-05-04T15:00:00Z"),
];

/// Any zone, and a time in some year when its clocks changed, if they did, after
/// which the two databases agree for as long as anything is looked for.
fn any_change(dice: &mut Dice) -> (Tz, DateTime<Utc>) {
    loop {
        let (zone, year) = (dice.pick(&chrono_tz::TZ_VARIANTS), 1990 + dice.below(35));
        let hour = |hour: i64| utc(&format!("{year}-01-01T00:00:00Z")) + TimeDelta::hours(hour);
        let shows = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
        let changed =
            |from: i64, to: i64| shows(hour(from)) - hour(from).naive_utc() != shows(hour(to)) - hour(to).naive_utc();
        let days: Vec<i64> = (0..365).map(|day| day * 24).filter(|day| changed(*day, day + 24)).collect();
        let change = match days.as_slice() {
            [] => dice.below(365 * 24) as i64,
            days => {
                let day = dice.pick(days);
                (day..day + 24).find(|hour| changed(*hour, hour + 1)).unwrap_or(day) + 1
            }
        };
        let clock = ZoneClock::of(zone);
        let all = (change - 15 * 24..change + (DAYS_AHEAD + 15) * 24).step_by(3);
        if all.into_iter().all(|at| clock.local(hour(at)) == Some(shows(hour(at)))) {
            return (zone, hour(change));
        }
    }
}

/// A meeting with notices of all kinds about a time when its clocks change, and
/// a present not far from it.
fn about_a_change(dice: &mut Dice) -> (Meeting, DateTime<Utc>) {
    let known = dice.pick(&CHANGES);
    let (zone, change) = if dice.chance(50) { any_change(dice) } else { (known.0, utc(known.1)) };
    let today = change.with_timezone(&zone).date_naive();
    let hour = if dice.chance(50) { dice.below(4) } else { dice.below(24) };
    let time = format!("{hour:02}:{:02}", dice.below(4) * 15);
    let mut one = weekly(meeting(1), dice.below(7) as u8, &time);
    if dice.chance(15) {
        one.content.start = None;
    }
    one.content.timezone = zone;
    one.content.duration_minutes = dice.chance(50).then(|| dice.pick(&[30, 90, 1440]));
    one.notices = dice.notices(today);
    for notice in one.notices.iter_mut().filter(|notice| notice.time.is_some()) {
        notice.time = Some(format!("{:02}:{:02}", dice.below(4), dice.below(4) * 15).parse().unwrap());
    }
    (one, change + TimeDelta::seconds(dice.below(20 * 86_400) as i64 - 10 * 86_400))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn the_schedule_finds_what_the_calendar_shows(seed: u64) {
        let (meeting, now) = about_a_change(&mut Dice(seed));
        let schedule = Schedule::of(&meeting);
        let seen = |one: Occurrence| Held {
            date: one.date,
            start: one.start,
            end: one.end,
            notices: schedule.as_ref().unwrap().notices(one).collect(),
        };
        let coming = coming(&meeting, now);
        prop_assert_eq!(schedule::occurrences(&meeting, now).take(FEW).map(seen).collect::<Vec<_>>(), coming.clone());
        let next = schedule::next(&meeting, now).map(|next| (next.date, next.start, next.end, next.under_way));
        prop_assert_eq!(next, coming.first().map(|one| (one.date, one.start, one.end, one.start <= now)));
    }

    #[test]
    fn a_meeting_shows_what_the_calendar_shows_and_every_notice_that_it_names(seed: u64) {
        let (meeting, now) = about_a_change(&mut Dice(seed));
        let snapshot = Snapshot::build(of(std::slice::from_ref(&meeting)));
        let Lookup::Found(entry) = snapshot.meeting(meeting.id) else { panic!("it is there") };
        let detail: Value = serde_json::from_slice(&snapshot.meeting_detail(entry, now)).unwrap();
        let coming = coming(&meeting, now);
        let wanted = coming.iter().take(3).map(|one| {
            let mut view = json!({"date": one.date, "start": Instant(one.start), "end": Instant(one.end)});
            if !one.notices.is_empty() {
                view["notices"] = json!(one.notices);
            }
            view
        });
        prop_assert_eq!(&detail["occurrences"], &wanted.collect::<Value>());
        let concerns = |notice: &&Notice| concerns_somebody(notice, meeting.content.timezone, coming.first(), now);
        let listed: Vec<Value> = meeting.notices.iter().filter(concerns).map(|notice| json!(notice.id)).collect();
        let ids: Vec<Value> = detail["notices"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        prop_assert_eq!(&ids, &listed);
        for named in coming.iter().take(3).flat_map(|one| &one.notices) {
            prop_assert!(ids.contains(&json!(named)));
        }
    }
}
