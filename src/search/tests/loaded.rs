//! The engine against the reference over a directory that a database holds,
//! such as one that offices' own files were imported into, with queries made of
//! what is in it: its words, places, distances, times and regions.
//!
//! Without the address of such a database there is nothing to compare, and the
//! test says so.
#![expect(clippy::print_stderr, reason = "what was compared is what a person wants to know of it")]
#![expect(clippy::disallowed_methods, reason = "the database is told from outside of the test")]

use std::{collections::BTreeSet, env, sync::LazyLock, thread};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use super::{
    agreement::{count, ids, walk},
    calendar,
    dice::{Dice, Params, raw},
    reference, schema,
};
use crate::db;
use crate::directory::{self, Directory, Extent, Meeting, languages_of};
use crate::http::QueryString;
use crate::kernel::ZoneClock;
use crate::search::{
    facets::facets, geo::Point, query::SearchQuery, snapshot::Snapshot, testing::instant, view::MEETING_FIELDS,
};

const ADDRESS: &str = "OPENCHAIR_LOADED_DATABASE";
const QUERIES: &str = "OPENCHAIR_LOADED_QUERIES";
const SEED: &str = "OPENCHAIR_LOADED_SEED";
const THREADS: u64 = 2;
/// From and until when is asked. The reference reads another time-zone database
/// than the engine, whose rules end at the end of 2025: it is asked of the months
/// and zones in which nothing changed since.
const FROM: &str = "2026-01-05T00:00:00Z";
const DAYS: i64 = 240;

/// Zones of which both databases say the same while anything is asked.
static AGREED: LazyLock<Vec<Tz>> = LazyLock::new(|| {
    let hours = (0..(DAYS + 30) * 24).map(|hour| instant(FROM) + TimeDelta::hours(hour)).collect::<Vec<_>>();
    let shows = |zone: Tz, at: DateTime<Utc>| -> NaiveDateTime { at.with_timezone(&zone).naive_local() };
    let agreed = |zone: &Tz| hours.iter().all(|at| ZoneClock::of(*zone).local(*at) == Some(shows(*zone, *at)));
    chrono_tz::TZ_VARIANTS.into_iter().filter(agreed).collect()
});

/// What queries are made of.
struct Asker<'a> {
    dice: Dice,
    directory: &'a Directory,
    now: DateTime<Utc>,
}

impl Asker<'_> {
    fn meeting(&mut self) -> &Meeting {
        &self.directory.meetings[self.dice.below(self.directory.meetings.len() as u64) as usize]
    }

    fn place(&mut self) -> Point {
        loop {
            let place = self.meeting().content.location.clone().unwrap_or_default();
            if let (Some(latitude), Some(longitude)) = (place.latitude, place.longitude) {
                return Point { latitude, longitude };
            }
        }
    }

    /// Any second of the months, or one next to the start or end of a meeting.
    fn look_at_the_clock(&mut self) {
        let asked = instant(FROM) + TimeDelta::milliseconds(self.dice.below(DAYS as u64 * 86_400_000) as i64);
        let meeting = self.meeting().clone();
        let edge = calendar::next(&meeting, asked).map(|next| if self.dice.chance(50) { next.start } else { next.end });
        let beside = TimeDelta::seconds(self.dice.below(3) as i64 - 1);
        self.now = edge.filter(|_| self.dice.chance(50)).map_or(asked, |edge| edge + beside);
    }

    /// A word of a meeting, whole, begun, or with a slip.
    fn word(&mut self) -> String {
        let content = self.meeting().content.clone();
        let place = content.location.unwrap_or_default();
        let group = content.group.map(|group| group.name);
        let region = self.dice.pick(&self.directory.regions).name;
        let texts: Vec<String> =
            [Some(content.name), group, place.name, place.formatted_address, place.city, Some(region), content.notes]
                .into_iter()
                .flatten()
                .collect();
        let text = self.dice.pick(&texts);
        let words: Vec<&str> = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
        if words.is_empty() {
            return "aa".to_owned();
        }
        let mut word: Vec<char> = self.dice.pick(&words).chars().take(20).collect();
        let at = self.dice.below(word.len() as u64) as usize;
        match self.dice.below(6) {
            0 => word.truncate(at.max(1)),
            1 if at > 0 => word.swap(at - 1, at),
            2 => word[at] = 'e',
            3 => word.insert(at, 'n'),
            _ => {}
        }
        word.push('a'); // A letter at the least; taken away again where there is one.
        if word[..word.len() - 1].iter().any(|one| one.is_alphanumeric()) {
            word.pop();
        }
        let word: String = word.into_iter().collect();
        if self.dice.chance(20) { word.to_uppercase() } else { word }
    }

    fn near(&mut self, params: &mut Params, sorts: &mut Vec<&'static str>) {
        let (here, there) = (self.place(), self.place());
        if self.dice.chance(65) {
            let decimals = self.dice.below(6) as usize;
            let (lat, lng) = (format!("{:.decimals$}", here.latitude), format!("{:.decimals$}", here.longitude));
            let round = |text: &str| (text.parse::<f64>().unwrap() * 1000.0).round() / 1000.0;
            let center = Point { latitude: round(&lat), longitude: round(&lng) };
            params.extend([("lat", lat), ("lng", lng)]);
            sorts.push("distance");
            // Borders that a meeting lies at, to the metre.
            let border = (center.distance_mm(there) / 1000 + self.dice.below(2)).clamp(1, 500_000);
            match self.dice.below(4) {
                0 => params.push(("nearest", self.dice.pick(&[1, 2, 10, 100]).to_string())),
                1 => params.push(("radius_m", border.to_string())),
                2 => params.push(("radius_m", self.dice.pick(&[1, 1_609, 16_093, 500_000]).to_string())),
                _ => return,
            }
        }
        if sorts.len() == 3 || self.dice.chance(10) {
            let (south, north) = (here.latitude.min(there.latitude), here.latitude.max(there.latitude));
            let (mut west, mut east) = (here.longitude.min(there.longitude), here.longitude.max(there.longitude));
            if self.dice.chance(10) {
                (west, east) = (east, west);
            }
            if south < north && west != east {
                params.push(("bbox", format!("{west},{south},{east},{north}")));
            } else {
                params.push(("bbox", "-180,-90,180,90".to_owned()));
            }
        }
    }

    fn params(&mut self) -> Params {
        let (mut params, mut sorts) = (Params::new(), vec!["next", "day_time", "name"]);
        if self.dice.chance(45) {
            self.near(&mut params, &mut sorts);
        }
        let seen: Vec<Meeting> = (0..3).map(|_| self.meeting().clone()).collect();
        let mut of = |name: &'static str, percent: u64, value: &dyn Fn(&Meeting) -> Option<String>| {
            let values: Vec<String> = seen.iter().filter_map(value).collect();
            if self.dice.chance(percent) && !values.is_empty() {
                params.push((name, values[..=self.dice.below(values.len() as u64) as usize].join(",")));
            }
        };
        let text = |id: &dyn ToString| id.to_string();
        of("id", 3, &|one| Some(text(&one.id)));
        of("group_id", 5, &|one| one.group_id.map(|id| text(&id)));
        of("location_id", 5, &|one| one.location_id.map(|id| text(&id)));
        of("intergroup_id", 10, &|one| Some(text(&one.intergroup_id)));
        of("region", 6, &|one| one.region_id.map(|id| text(&id)));
        of("day", 20, &|one| one.content.start.map(|start| text(&start.day.number())));
        of("district", 8, &|one| one.content.district.clone().filter(|district| !district.contains(',')));
        of("language", 8, &|one| languages_of(&one.content.types).first().map(|language| text(language)));
        of("any_type", 12, &|one| one.content.types.first().cloned());
        for name in ["type", "not_type"] {
            of(name, 10, &|one| one.content.types.last().filter(|_| one.id == seen[0].id).cloned());
        }
        let time = |one: &Meeting| one.content.start.map(|start| text(&start.time));
        let after = time(&seen[1]).filter(|_| self.dice.chance(15));
        // From a time until the same time is no window, and midnight is what is meant by none.
        let from = after.clone().unwrap_or_else(|| "00:00".to_owned());
        let before = time(&seen[2]).filter(|before| *before != from && self.dice.chance(15));
        params.extend(after.map(|after| ("starts_after", after)));
        params.extend(before.map(|before| ("starts_before", before)));
        if self.dice.chance(6) {
            let slug = self.dice.pick(&self.directory.regions).slug;
            params.retain(|(name, _)| *name != "region");
            params.push(("region", slug.to_string()));
        }
        for (name, percent, values) in [
            ("attendance", 15, &["in_person", "online", "hybrid", "inactive"][..]),
            ("time_of_day", 12, &["morning", "midday", "evening", "night"]),
            ("fields", 10, &MEETING_FIELDS),
        ] {
            if self.dice.chance(percent) {
                params.push((name, self.dice.some(values)));
            }
        }
        if self.dice.chance(25) {
            let words: Vec<String> = (0..=self.dice.below(2)).map(|_| self.word()).collect();
            params.push(("q", words.join(" ")));
            sorts.push("relevance");
        }
        if self.dice.chance(15) {
            params.push(("in_zone", self.dice.pick(&AGREED).name().to_owned()));
        }
        if self.dice.chance(6) {
            params.push(("updated_since", seen[0].updated_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)));
        }
        if self.dice.chance(12) {
            params.push(("within_minutes", self.dice.pick(&[1, 30, 90, 1440, 10_080]).to_string()));
            if self.dice.chance(50) {
                params.push(("started_within_minutes", self.dice.pick(&[0, 5, 60, 1440]).to_string()));
            }
        }
        if self.dice.chance(60) {
            params.push(("sort", self.dice.pick(&sorts).to_owned()));
        }
        params
    }
}

/// Asks one query of both, and says how many meetings it found.
fn compare(asker: &mut Asker<'_>, snapshot: &Snapshot) -> usize {
    asker.look_at_the_clock();
    let (mut params, now) = (asker.params(), asker.now);
    let what = format!("{now} {}", raw(&params));
    let expected = reference::answer(asker.directory, &params, now);
    // Small pages where there are few of them, so that borders come often.
    let largest = [7, 40].into_iter().find(|size| expected.len() as u64 <= size * 20).unwrap_or(100);
    let (shown, total) = walk(&params, &mut asker.dice, largest, || (snapshot, now));
    assert_eq!(ids(&shown), expected.iter().map(|(id, _)| *id).collect::<Vec<_>>(), "{what}");
    assert_eq!(total, expected.len() as u64, "{what}");
    let kind = if params.iter().any(|(name, _)| *name == "fields") { "ListedMeeting" } else { "Meeting" };
    for (at, (shown, (_, expected))) in shown.iter().zip(&expected).enumerate() {
        assert_eq!(shown, expected, "{what}");
        if at < 3 {
            assert_eq!(schema::faults(kind, shown), Vec::<String>::new(), "{what}");
        }
    }
    if asker.dice.chance(30) {
        params.retain(|(name, _)| !["sort", "fields"].contains(name));
        let query = SearchQuery::parse_filters(&mut QueryString::parse(&raw(&params)).unwrap()).unwrap();
        let counted: Value = serde_json::from_slice(&facets(snapshot, &query, now)).unwrap();
        let found = reference::answer(asker.directory, &params, now);
        let zoned = params.iter().any(|(name, _)| *name == "in_zone");
        assert_eq!(counted, count(asker.directory, &found, zoned), "facets: {what}");
    }
    expected.len()
}

async fn load(address: &str) -> Directory {
    let pool = sqlx::PgPool::connect(address).await.unwrap();
    let mut transaction = db::begin_read(&pool, db::Scope::Read).await.unwrap();
    let directory = directory::load(&mut transaction, Extent::Public).await.unwrap();
    transaction.commit().await.unwrap();
    directory
}

#[tokio::test]
async fn every_search_of_a_loaded_directory_answers_like_the_reference() {
    let Ok(address) = env::var(ADDRESS) else {
        return eprintln!("not compared: {ADDRESS} names no database with a directory");
    };
    let number = |name| env::var(name).ok().map(|number| number.parse::<u64>().unwrap());
    let queries = number(QUERIES).unwrap_or(200);
    let seed = number(SEED).unwrap_or_else(|| Dice(u64::from(std::process::id())).next());
    let directory = load(&address).await;
    assert!(directory.meetings.len() > 100, "a directory of {} meetings", directory.meetings.len());
    let zones: BTreeSet<&str> = directory.meetings.iter().map(|one| one.content.timezone.name()).collect();
    for zone in zones {
        assert!(AGREED.iter().any(|agreed| agreed.name() == zone), "{zone} has other rules in 2026 than the reference");
    }
    let snapshot = Snapshot::build(directory.clone());
    let ask = |thread: u64| {
        let mut asker = Asker { dice: Dice(seed + thread), directory: &directory, now: instant(FROM) };
        let share = queries / THREADS + u64::from(thread < queries % THREADS);
        (0..share)
            .map(|_| compare(&mut asker, &snapshot))
            .fold((0, 0), |(all, none), found| (all + found, none + usize::from(found == 0)))
    };
    let found = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || ask(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let (rows, empty) = found.into_iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    eprintln!(
        "{queries} queries over {} meetings, seed {seed}: {rows} rows compared, {empty} answers empty",
        directory.meetings.len()
    );
    assert!(empty as u64 * 2 < queries, "most queries find something");
}
