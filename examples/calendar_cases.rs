//! Made-up meetings as calendars, each with the occurrences that the search
//! gives it: what `.ci/calendars` reads back with another library.
//!
//! `cargo run --example calendar_cases -- 500 1` prints 500 lines of JSON made
//! of the seed 1: `calendar`, `from` and `to` (seconds since 1970), and
//! `occurrences`, of each its start and end.

use std::cell::Cell;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use openchair::{
    calendars::{Titled, of_meetings},
    directory::{
        Conference, Contribution, Directory, Intergroup, Meeting, MeetingContent, MeetingState, Notice, NoticeKind,
        TimezoneSource, WeeklyStart,
    },
    kernel::{Day, IntergroupId, LocalTime, MeetingId, NoticeId, Slug},
    search::{Snapshot, schedule},
};

const KINDS: [NoticeKind; 10] = [
    NoticeKind::Cancelled,
    NoticeKind::Closed,
    NoticeKind::Only,
    NoticeKind::Open,
    NoticeKind::Speaker,
    NoticeKind::Business,
    NoticeKind::Moved,
    NoticeKind::Time,
    NoticeKind::Online,
    NoticeKind::Extra,
];
/// Zones whose clocks are set at midnight, by half an hour, by the moon, twice
/// in a month or not at all come up as often as all others together.
const ODD: [Tz; 10] = [
    Tz::Africa__Cairo,
    Tz::America__Santiago,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::Africa__Casablanca,
    Tz::Asia__Beirut,
    Tz::America__Nuuk,
    Tz::Europe__Dublin,
    Tz::Asia__Kathmandu,
    Tz::Pacific__Kiritimati,
];

/// Numbers drawn from a seed (SplitMix64).
struct Dice(Cell<u64>);

impl Dice {
    fn below(&self, bound: u64) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_in(&self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn of<T: Copy>(&self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse());
    let (count, seed) = (number(500)?, number(1)?);
    let dice = Dice(Cell::new(seed));
    let mut out = std::io::stdout().lock();
    for n in 0..count {
        let now = at(NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default() + Days::new(dice.below(1_400)), 700);
        let meeting = meeting(&dice, u128::from(n), now)?;
        let case = case(meeting, now)?;
        serde_json::to_writer(&mut out, &case)?;
        std::io::Write::write_all(&mut out, b"\n")?;
    }
    Ok(())
}

fn at(date: NaiveDate, minutes: i64) -> DateTime<Utc> {
    date.and_time(chrono::NaiveTime::MIN).and_utc() + chrono::TimeDelta::minutes(minutes)
}

/// What is asked of a calendar: from now to the end of what it is sure of.
fn case(meeting: Meeting, now: DateTime<Utc>) -> anyhow::Result<serde_json::Value> {
    let to = now + chrono::TimeDelta::days(365);
    let held = schedule::occurrences(&meeting, now).take_while(|one| one.start < to).filter(|one| one.start >= now);
    let occurrences: Vec<(i64, i64)> = held.map(|one| (one.start.timestamp(), one.end.timestamp())).collect();
    let (zone, intergroup_id) = (meeting.content.timezone, meeting.intergroup_id);
    let intergroup = Intergroup {
        id: intergroup_id,
        slug: Slug::parse("office")?,
        name: "Office".to_owned(),
        parent_id: None,
        timezone: zone,
        website: None,
        email: None,
        phone: None,
        location: None,
        logo: None,
        version: 1,
        updated_at: now,
    };
    let directory = Directory { intergroups: vec![intergroup], meetings: vec![meeting], ..Directory::default() };
    let snapshot = Snapshot::build(directory);
    let titled = Titled { name: "Office".to_owned(), zone };
    let calendar = String::from_utf8(of_meetings(&snapshot, snapshot.meetings(), &titled, now)?)?;
    Ok(serde_json::json!({
        "zone": zone.name(), "calendar": calendar, "from": now.timestamp(), "to": to.timestamp(), "occurrences": occurrences,
    }))
}

fn time(dice: &Dice) -> anyhow::Result<LocalTime> {
    // Clocks are set at night.
    let minutes = if dice.one_in(2) { dice.below(16) * 15 } else { dice.below(96) * 15 };
    Ok(LocalTime::from_minutes(minutes as u16)?)
}

fn meeting(dice: &Dice, n: u128, now: DateTime<Utc>) -> anyhow::Result<Meeting> {
    let timezone = if dice.one_in(2) { dice.of(&ODD) } else { dice.of(&TZ_VARIANTS) };
    let weekly = WeeklyStart { day: Day::new(dice.below(7) as u8)?, time: time(dice)? };
    let start = (!dice.one_in(12)).then_some(weekly);
    let count = if dice.one_in(2) { 0 } else { dice.below(5) };
    let notices = (0..count).map(|n| notice(dice, n, now)).collect::<Result<_, _>>()?;
    Ok(Meeting {
        id: MeetingId(uuid::Uuid::from_u128(n + 1)),
        intergroup_id: IntergroupId(uuid::Uuid::from_u128(1)),
        slug: Slug::parse(&format!("meeting-{n}"))?,
        group_id: None,
        location_id: None,
        region_id: None,
        content: MeetingContent {
            name: format!("Meeting {n}, with \"marks\"; and \\ more"),
            start,
            duration_minutes: (!dice.one_in(3)).then(|| 15 + dice.below(24) as u16 * 15),
            timezone,
            timezone_source: TimezoneSource::Given,
            location: None,
            group: None,
            region: vec![],
            district: None,
            types: vec![],
            notes: Some("Tea from half past. ".repeat(dice.below(9) as usize) + "Näher, 近く\nRing twice."),
            conference: Conference { url: Some("https://zoom.us/j/1?pwd=a,b;c".to_owned()), ..Conference::default() },
            contribution: Contribution::default(),
            website: None,
            feedback_url: None,
            contacts: vec![],
        },
        contacts_public: false,
        notices,
        verified_on: None,
        synced_on: None,
        updated_at: now - chrono::TimeDelta::days(dice.below(900) as i64),
        version: 1,
        revision: 1,
        state: MeetingState::Published,
    })
}

fn notice(dice: &Dice, n: u64, now: DateTime<Utc>) -> anyhow::Result<Notice> {
    let kind = dice.of(&KINDS);
    let from = now.date_naive() + Days::new(dice.below(200)) - Days::new(30);
    let weeks = if dice.one_in(2) { vec![] } else { vec![dice.of(&[1, 2, 3, 4, 5, -1])] };
    let to = (weeks.is_empty() || dice.one_in(2)).then(|| from + Days::new(dice.below(60)));
    let timed = matches!(kind, NoticeKind::Time | NoticeKind::Moved | NoticeKind::Extra) && !dice.one_in(3);
    let other = time(dice)?;
    Ok(Notice {
        id: NoticeId(uuid::Uuid::from_u128(u128::from(n) + 1)),
        kind,
        from,
        to,
        weeks_of_month: weeks,
        time: (timed || kind == NoticeKind::Time).then_some(other),
        location: (kind == NoticeKind::Moved).then(|| "Annexe, 2 Tinder Row".to_owned()),
        conference: Conference::default(),
        words: dice.one_in(2).then(|| "Bring a chair.".to_owned()),
    })
}
