//! The events of one meeting.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::{
    lines::{self, Lines},
    listed::{Listed, Notice},
};
use crate::{
    kernel::{Day, LocalTime, ZoneClock},
    search::{ASSUMED_MINUTES, Occurrence, Schedule},
};

const WEEKDAYS: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/// The days for which exceptions are told, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// A weekly rule.
struct Rule {
    /// The first date that it gives.
    first: NaiveDate,
    time: NaiveTime,
}

/// One meeting while its events are written.
pub(super) struct Events<'a> {
    pub meeting: &'a Listed,
    pub schedule: &'a Schedule,
    pub window: Window,
    clock: ZoneClock,
}

impl<'a> Events<'a> {
    pub(super) fn of(meeting: &'a Listed, schedule: &'a Schedule, window: Window) -> Self {
        Self { meeting, schedule, window, clock: ZoneClock::of(meeting.timezone) }
    }

    /// The year of the first date that a rule of these gives.
    pub(super) fn first_year(&self) -> Option<i32> {
        use chrono::Datelike;
        self.rule().map(|rule| rule.first.year())
    }

    /// Writes all events.
    pub(super) fn write(&self, out: &mut Lines) {
        // What was before this content, it does not say.
        let since = self.clock.date(self.meeting.updated_at).unwrap_or(NaiveDate::MIN);
        let listed = self.schedule.between(self.window.from.max(since), self.window.to);
        let mut held: Vec<Occurrence> = listed.collect();
        if let Some(rule) = self.rule() {
            let (mut without, mut others) = (Vec::new(), Lines::default());
            for date in rule.dates(self.window) {
                // Readers of rules pass over a time that no clock shows: there
                // it is an event of its own.
                let usual = self.usual(&rule, date);
                let is_listed = |one: &Occurrence| one.date == date;
                let found = usual.and_then(|usual| {
                    let on_time = held.iter().position(|one| is_listed(one) && one.start == usual);
                    on_time.or_else(|| held.iter().position(is_listed))
                });
                match found {
                    Some(index) => {
                        let one = held.remove(index);
                        if Some(one.start) != usual || self.schedule.notices(one).next().is_some() {
                            self.other(&mut others, &rule, one);
                        }
                    }
                    None => without.push(date.and_time(rule.time)),
                }
            }
            self.weekly(out, &rule, &without);
            out.append(&others);
        }
        for one in held {
            self.single(out, one);
        }
    }

    /// When the rule starts on a date; `None` where clocks pass over it.
    fn usual(&self, rule: &Rule, date: NaiveDate) -> Option<DateTime<Utc>> {
        let start = self.clock.instant(date, rule.time)?;
        (self.clock.local(start)? == date.and_time(rule.time)).then_some(start)
    }

    /// The weekly rule, from the time of the content on: what was before, this
    /// content does not say.
    fn rule(&self) -> Option<Rule> {
        let (day, time) = self.meeting.day.zip(self.meeting.time)?;
        let time = naive(time)?;
        let since = self.clock.date(self.meeting.updated_at)?;
        let first = weekday_from(since, day)?;
        let rule = Rule { first, time };
        // A first date in a gap would be a date of no event.
        if self.usual(&rule, first).is_some() { Some(rule) } else { Some(Rule { first: first + Days::new(7), time }) }
    }

    fn weekly(&self, out: &mut Lines, rule: &Rule, without: &[NaiveDateTime]) {
        let day = self.meeting.day.map_or(0, |day| usize::from(day.number()));
        let mut text = format!("FREQ=WEEKLY;BYDAY={}", WEEKDAYS[day]);
        let ends = self.meeting.notices.iter().any(|notice| notice.goes_beyond(self.window.to));
        let end = self.window.to.and_hms_opt(23, 59, 59);
        if let Some(end) = end.filter(|_| ends).and_then(|end| self.clock.instant(end.date(), end.time())) {
            text = format!("{text};UNTIL={}", lines::utc(end));
        }
        self.begin(out, &self.meeting.id.to_string());
        self.local(out, "DTSTART", rule.first.and_time(rule.time));
        out.add("RRULE", &text);
        for date in without {
            self.local(out, "EXDATE", *date);
        }
        self.end(out, &[]);
    }

    /// One date of the rule that is other than the rule says.
    fn other(&self, out: &mut Lines, rule: &Rule, one: Occurrence) {
        self.begin(out, &self.meeting.id.to_string());
        self.local(out, "RECURRENCE-ID", one.date.and_time(rule.time));
        self.start(out, one);
        self.end(out, &self.notices(one));
    }

    /// An event beside the rule.
    fn single(&self, out: &mut Lines, one: Occurrence) {
        self.begin(out, &format!("{}-{}", self.meeting.id, lines::utc(one.start)));
        self.start(out, one);
        self.end(out, &self.notices(one));
    }

    fn start(&self, out: &mut Lines, one: Occurrence) {
        match self.clock.local(one.start) {
            Some(local) => self.local(out, "DTSTART", local),
            None => out.add("DTSTART", &lines::utc(one.start)),
        }
    }

    fn notices(&self, one: Occurrence) -> Vec<&Notice> {
        let ids: Vec<_> = self.schedule.notices(one).collect();
        self.meeting.notices.iter().filter(|notice| ids.contains(&notice.id)).collect()
    }

    fn begin(&self, out: &mut Lines, uid: &str) {
        out.add("BEGIN", "VEVENT");
        out.add("UID", uid);
        out.add("DTSTAMP", &lines::utc(self.meeting.updated_at));
        out.add("LAST-MODIFIED", &lines::utc(self.meeting.updated_at));
    }

    /// What the event tells, and its end.
    fn end(&self, out: &mut Lines, notices: &[&Notice]) {
        let meeting = self.meeting;
        out.add("DURATION", &format!("PT{}M", meeting.duration_minutes.unwrap_or(ASSUMED_MINUTES)));
        out.text("SUMMARY", &meeting.name);
        let told = notices.iter().flat_map(|notice| notice.lines());
        out.maybe("DESCRIPTION", Some(&told.chain([meeting.description()]).collect::<Vec<_>>().join("\n")));
        // Of several the last wins, as it does for the time.
        let elsewhere =
            notices.iter().rev().find_map(|notice| notice.location.clone().or(notice.conference.url.clone()));
        let door = meeting.door().filter(|_| elsewhere.is_none());
        out.maybe("LOCATION", elsewhere.or_else(|| meeting.place()).as_deref());
        if let Some((north, east)) = door {
            out.add("GEO", &format!("{north};{east}"));
        }
        // Not every address that an office wrote is one that a line can hold.
        for (name, url) in [("URL", &meeting.website), ("CONFERENCE;VALUE=URI", &meeting.conference.url)] {
            if let Some(url) = url.as_deref().filter(|url| !url.contains(|c: char| c.is_control() || c == ' ')) {
                out.add(name, url);
            }
        }
        out.add("STATUS", if meeting.attendance == "inactive" { "TENTATIVE" } else { "CONFIRMED" });
        out.add("END", "VEVENT");
    }

    fn local(&self, out: &mut Lines, name: &str, at: NaiveDateTime) {
        out.add(&format!("{name};TZID={}", self.meeting.timezone.name()), &lines::local(at));
    }
}

impl Rule {
    /// Its dates within a window.
    fn dates(&self, window: Window) -> impl Iterator<Item = NaiveDate> {
        let weeks = (window.from - self.first).num_days().max(0).div_euclid(7) as u64;
        let first = self.first.checked_add_days(Days::new(weeks * 7));
        let dates = std::iter::successors(first, |date| date.checked_add_days(Days::new(7)));
        dates.skip_while(move |date| *date < window.from).take_while(move |date| *date <= window.to)
    }
}

fn naive(time: LocalTime) -> Option<NaiveTime> {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::from(time.minutes()) * 60, 0)
}

fn weekday_from(first: NaiveDate, day: Day) -> Option<NaiveDate> {
    use chrono::Datelike;
    let present = first.weekday().num_days_from_sunday();
    first.checked_add_days(Days::new(u64::from((u32::from(day.number()) + 7 - present) % 7)))
}
