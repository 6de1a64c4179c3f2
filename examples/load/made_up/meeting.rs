//! What is listed of a meeting: the shares of everything.

use chrono::NaiveDate;
use openchair::{
    directory::{
        Conference, Contribution, Group, GroupContent, Location, MeetingContent, Notice, NoticeKind, TimezoneSource,
        WeeklyStart,
    },
    kernel::{Day, LocalTime, LocationId, NoticeId},
};

use super::{city::City, dice::Dice, words::Words};

/// Days, Sunday first, by how many meet on them: more in the week than at its end.
const DAYS: [(u8, usize); 7] = [(0, 128), (1, 150), (2, 150), (3, 150), (4, 148), (5, 144), (6, 130)];
/// Starts on days of work, in minutes after midnight: before it, at noon, and in
/// the evening most of all.
const AT_WORK: [(u16, usize); 20] = [
    (360, 40),
    (390, 50),
    (420, 60),
    (450, 20),
    (540, 30),
    (600, 40),
    (660, 10),
    (720, 190),
    (735, 15),
    (750, 20),
    (930, 10),
    (1020, 30),
    (1050, 80),
    (1080, 90),
    (1110, 60),
    (1140, 150),
    (1170, 100),
    (1200, 110),
    (1260, 20),
    (1320, 15),
];
/// Starts on the other two.
const AT_REST: [(u16, usize); 16] = [
    (420, 60),
    (450, 40),
    (480, 80),
    (510, 40),
    (540, 120),
    (600, 140),
    (630, 30),
    (660, 50),
    (720, 90),
    (840, 20),
    (960, 30),
    (1020, 60),
    (1080, 80),
    (1140, 100),
    (1200, 70),
    (1320, 20),
];
/// Lengths in minutes; 0: not said.
const LENGTHS: [(u16, usize); 6] = [(60, 720), (90, 110), (0, 100), (75, 30), (45, 25), (30, 15)];
/// Whom it is open to; `""`: not said.
const OPENNESS: [(&str, usize); 3] = [("O", 560), ("C", 300), ("", 140)];
/// Other types, each of so many of a thousand meetings.
const TYPES: [(&str, usize); 24] = [
    ("D", 400),
    ("X", 250),
    ("B", 140),
    ("ST", 120),
    ("BE", 80),
    ("SP", 80),
    ("LIT", 80),
    ("W", 80),
    ("12x12", 60),
    ("M", 60),
    ("MED", 50),
    ("DR", 40),
    ("11", 30),
    ("CF", 30),
    ("LGBTQ", 30),
    ("Y", 30),
    ("CAN", 25),
    ("DB", 20),
    ("TR", 20),
    ("GR", 20),
    ("LS", 15),
    ("ABSI", 12),
    ("ASL", 5),
    ("BA", 5),
];

/// Where it is, and whose.
pub struct Around<'a> {
    /// The city.
    pub city: &'a City,
    /// The words of its language.
    pub words: &'a Words,
    /// The group that holds it.
    pub group: Option<&'a Group>,
    /// Where one goes to, if one can.
    pub place: &'a Location,
    /// The area that it is of otherwise.
    pub area: &'a Location,
}

/// What is listed of a meeting, and its place.
///
/// # Errors
/// None that is known: days and times are some.
pub fn content(dice: &mut Dice, around: &Around<'_>) -> anyhow::Result<(MeetingContent, Option<LocationId>)> {
    let Around { city, words, group, .. } = around;
    // Of ten, six are in person, three online, and one is both.
    let (goes, calls) = dice.weighted(&[((true, false), 6), ((false, true), 3), ((true, true), 1)]);
    let location = if goes { Some(around.place) } else { dice.chance(700).then_some(around.area) };
    let start = start(dice)?;
    let duration = dice.weighted(&LENGTHS);
    let name = match group {
        Some(group) if dice.chance(600) => group.name.clone(),
        Some(group) => format!("{} {}", group.name, words.kind(dice)),
        None => format!("{} {}", words.name(dice), words.kind(dice)),
    };
    let content = MeetingContent {
        name,
        start,
        duration_minutes: Some(duration).filter(|minutes| *minutes > 0),
        timezone: city.zone()?,
        timezone_source: if goes { TimezoneSource::Coordinates } else { TimezoneSource::Given },
        location: location.map(|location| location.place.clone()),
        group: group.map(|group| GroupContent { name: group.name.clone(), notes: group.notes.clone() }),
        region: vec![],
        district: dice.chance(400).then(|| format!("District {}", 1 + dice.below(40))),
        types: types(dice, city),
        notes: dice.chance(350).then(|| words.notes(dice)),
        conference: if calls { conference(dice) } else { Conference::default() },
        contribution: contribution(dice),
        website: dice.chance(120).then(|| format!("https://example.org/meetings/{}", dice.below(1_000_000))),
        feedback_url: None,
        contacts: vec![],
    };
    Ok((content, location.map(|location| location.id)))
}

/// A day and time; one of two hundred meets by appointment.
fn start(dice: &mut Dice) -> anyhow::Result<Option<WeeklyStart>> {
    let day = dice.weighted(&DAYS);
    let minutes = dice.weighted(if matches!(day, 0 | 6) { &AT_REST[..] } else { &AT_WORK[..] });
    let start = WeeklyStart { day: Day::new(day)?, time: LocalTime::from_minutes(minutes)? };
    Ok(Some(start).filter(|_| !dice.chance(5)))
}

fn types(dice: &mut Dice, city: &City) -> Vec<String> {
    let mut codes: Vec<&str> = Vec::with_capacity(4);
    codes.extend(Some(dice.weighted(&OPENNESS)).filter(|code| !code.is_empty()));
    codes.extend(TYPES.iter().filter(|(_, thousandths)| dice.chance(*thousandths)).map(|(code, _)| *code));
    let (most, some) = city.languages();
    codes.extend(if dice.chance(950) { most } else { some });
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().map(str::to_owned).collect()
}

fn conference(dice: &mut Dice) -> Conference {
    Conference {
        url: Some(format!("https://zoom.us/j/{:010}", dice.below(1_000_000))),
        url_notes: dice.chance(600).then(|| format!("Password: {:06}", dice.below(1_000_000))),
        // Numbers that are kept for films.
        phone: dice.chance(300).then(|| format!("+1312555{:04}", 100 + dice.below(100))),
        phone_notes: None,
    }
}

fn contribution(dice: &mut Dice) -> Contribution {
    let venmo = dice.chance(50).then(|| format!("@MadeUp{}", dice.below(10_000)));
    Contribution { venmo, ..Contribution::default() }
}

/// One notice of every hundredth meeting: every month in a certain week, or for
/// the holidays.
pub fn notices(dice: &mut Dice, at_ms: u64) -> Vec<Notice> {
    if !dice.chance(10) {
        return vec![];
    }
    let date = |month, day| NaiveDate::from_ymd_opt(2026, month, day);
    let (kind, weeks) = match dice.below(10) {
        0..4 => (NoticeKind::Business, vec![1]),
        4..7 => (NoticeKind::Open, vec![-1]),
        7..9 => (NoticeKind::Speaker, vec![2, 4]),
        _ => (NoticeKind::Closed, vec![]),
    };
    let closed = kind == NoticeKind::Closed;
    vec![Notice {
        id: NoticeId(dice.uuid_v7(at_ms)),
        kind,
        from: if closed { date(12, 24) } else { date(1, 1) }.unwrap_or_default(),
        to: if closed { date(12, 26) } else { None },
        weeks_of_month: weeks,
        time: None,
        location: None,
        conference: Conference::default(),
        words: closed.then(|| "The building is closed for the holidays.".to_owned()),
    }]
}
