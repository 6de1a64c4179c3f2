//! Made-up directories and queries, crowded so that ties and edges are common.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::directory::{
    Contact, Directory, Group, GroupContent, Location, Meeting, Notice, NoticeKind, Place, Region, WeeklyStart,
};
use crate::kernel::{GroupId, IntergroupId, LocationId, NoticeId, RegionId, Slug};
use crate::search::testing::{date, instant, intergroup, meeting, uuid};
use crate::search::view::MEETING_FIELDS;

/// Numbers that a seed decides (SplitMix64).
pub struct Dice(pub u64);

pub type Params = Vec<(&'static str, String)>;

const NAMES: [&str; 8] = ["Élan", "elan", "ÉLAN!", "Early Birds", "early  birds", "東京", "Z", "Nooners #2"];
const WORDS: [&str; 13] =
    ["élan", "ELNA", "earl", "Brids", "東京", "京", "2", "noonersx", "hall", "wes", "port", "lakepotr", "qz9"];
const CODES: [&str; 8] = ["O", "C", "W", "M", "ASL", "S", "12x12", "FR"];
const DISTRICTS: [&str; 4] = ["12", "District 12", "DISTRICT 12", "Centre-Ville"];
const UPDATED: [&str; 3] = ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00.5Z", "2026-03-01T00:00:00Z"];
const TIMES: [&str; 9] = ["00:00", "04:00", "04:59", "11:30", "12:00", "19:00", "20:59", "22:00", "23:30"];
const ZONES: [chrono_tz::Tz; 4] =
    [chrono_tz::America::New_York, chrono_tz::Europe::London, chrono_tz::Pacific::Auckland, chrono_tz::Asia::Kathmandu];
const LATITUDES: [f64; 6] = [0.0, 0.1, -0.1, 40.71278, 89.9, -90.0];
const LONGITUDES: [f64; 8] = [0.0, 0.1, -0.1, 179.95, -179.95, 180.0, -180.0, -74.00597];

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }

    pub fn some<T: Clone + ToString>(&mut self, of: &[T]) -> String {
        let count = 1 + self.below(3);
        (0..count).map(|_| self.pick(of).to_string()).collect::<Vec<_>>().join(",")
    }

    pub fn now(&mut self) -> DateTime<Utc> {
        instant("2026-03-06T00:00:00Z") + TimeDelta::milliseconds(self.below(9 * 86_400_000) as i64)
    }

    pub fn directory(&mut self, meetings: u32) -> Directory {
        let mut directory = Directory { revision: 1, ..Directory::default() };
        for n in 1..=4 {
            let mut one = intergroup(n);
            one.parent_id = (n > 2).then(|| IntergroupId(uuid(n - 1)));
            directory.intergroups.push(one);
            for (place, slug) in [(0, "east"), (1, "inner"), (2, "west")] {
                directory.regions.push(Region {
                    id: RegionId(uuid(100 + n * 10 + place)),
                    intergroup_id: IntergroupId(uuid(n)),
                    parent_id: (place == 1).then(|| RegionId(uuid(100 + n * 10))),
                    slug: Slug::parse(slug).unwrap(),
                    name: slug.to_uppercase(),
                    version: 1,
                });
            }
        }
        directory.groups = (0..3).map(group).collect();
        directory.locations = (0..12).map(|n| self.location(n)).collect();
        directory.meetings = (0..meetings).map(|n| self.meeting(1000 + n * 2, &directory)).collect();
        directory.meetings.reverse();
        directory
    }

    pub fn location(&mut self, n: u32) -> Location {
        let here = self.chance(90).then(|| (self.pick(&LATITUDES), self.pick(&LONGITUDES)));
        let place = Place {
            name: Some(format!("Hall \"{n}\"\n")),
            formatted_address: self.chance(50).then(|| self.pick(&["1 Lakeport, Noon", "2 Quay, Port"]).to_owned()),
            city: self.chance(50).then(|| self.pick(&["Port", "Quay", "Noon"]).to_owned()),
            postal_code: self.chance(30).then(|| "QZ9 4QQ".to_owned()),
            latitude: here.map(|here| here.0),
            longitude: here.map(|here| here.1),
            approximate: self.chance(20),
            ..Place::default()
        };
        Location { id: LocationId(uuid(300 + n)), intergroup_id: IntergroupId(uuid(1)), place, version: 1 }
    }

    pub fn meeting(&mut self, n: u32, directory: &Directory) -> Meeting {
        let mut one = meeting(n);
        one.content.name = self.pick(&NAMES).to_owned();
        one.intergroup_id = self.pick(&directory.intergroups).id;
        let own: Vec<_> = directory.regions.iter().filter(|r| r.intergroup_id == one.intergroup_id).collect();
        one.region_id = self.chance(80).then(|| self.pick(&own).id);
        if self.chance(60) {
            let group = self.pick(&directory.groups);
            one.group_id = Some(group.id);
            one.content.group = Some(GroupContent { name: group.name, notes: None });
        }
        if self.chance(85) {
            let location = self.pick(&directory.locations);
            one.location_id = Some(location.id);
            one.content.location = Some(location.place);
        }
        if self.chance(30) {
            one.content.conference.url = Some("https://zoom.us/j/1?pwd=a\"b".to_owned());
        }
        let (day, time) = (self.below(7) as u8, self.pick(&TIMES));
        let start = WeeklyStart { day: day.try_into().unwrap(), time: time.parse().unwrap() };
        one.content.start = self.chance(90).then_some(start);
        one.content.duration_minutes = self.chance(50).then(|| self.pick(&[30, 60, 90, 1440]));
        one.content.timezone = self.pick(&ZONES);
        let mut types: Vec<String> = (0..self.below(4)).map(|_| self.pick(&CODES).to_owned()).collect();
        types.extend(self.chance(5).then(|| "TC".to_owned()));
        types.sort();
        types.dedup();
        one.content.types = types;
        one.contacts_public = self.chance(30);
        one.content.contacts =
            vec![Contact { name: Some("Bill".into()), likely_last_name: self.chance(50), ..Contact::default() }];
        one.content.district = self.chance(60).then(|| self.pick(&DISTRICTS).to_owned());
        one.updated_at = instant(self.pick(&UPDATED));
        if self.chance(30) {
            one.notices = self.notices(date("2026-03-10"));
        }
        one
    }

    /// Some notices of any kind around a date.
    pub fn notices(&mut self, around: NaiveDate) -> Vec<Notice> {
        let count = 1 + self.below(5);
        let any = |n| self.notice(n as u32, around);
        (0..count).map(any).collect()
    }

    fn notice(&mut self, n: u32, around: NaiveDate) -> Notice {
        use NoticeKind::{Business, Cancelled, Closed, Extra, Moved, Online, Only, Open, Speaker, Time};
        let kind = self
            .pick(&[Business, Cancelled, Closed, Extra, Extra, Extra, Moved, Online, Only, Open, Speaker, Time, Time]);
        let weeks = self.pick(&[&[] as &[i8], &[], &[], &[1, 3], &[5], &[-1], &[2, -1], &[1, 2, 3, 4, 5]]);
        let from = around + TimeDelta::days(self.below(30) as i64 - 15);
        Notice {
            id: NoticeId(uuid(900 + n)),
            kind,
            from,
            to: self.chance(60).then(|| from + TimeDelta::days(self.below(25) as i64)),
            weeks_of_month: weeks.to_vec(),
            time: self.chance(60).then(|| self.pick(&TIMES).parse().unwrap()),
            location: None,
            conference: Default::default(),
            words: Some("words, \"notices\":[".to_owned()),
        }
    }

    /// A possible query, without `limit`.
    pub fn params(&mut self) -> Params {
        let mut params = Params::new();
        let ids = |from: u32, to: u32| (from..to).map(uuid).collect::<Vec<_>>();
        let mut sort = if self.chance(40) { self.place(&mut params) } else { vec!["next", "day_time", "name"] };
        let lists: [(&str, Vec<String>); 11] = [
            ("language", ["es", "fr"].map(str::to_owned).to_vec()),
            ("district", ["district 12", "centre-ville", "12", "nowhere"].map(str::to_owned).to_vec()),
            ("id", ids(1000, 1060).iter().map(ToString::to_string).collect()),
            ("day", (0..7).map(|day: u8| day.to_string()).collect()),
            ("time_of_day", ["morning", "midday", "evening", "night"].map(str::to_owned).to_vec()),
            ("any_type", ["o", "W", "m", "x", "12X12"].map(str::to_owned).to_vec()),
            ("intergroup_id", vec![uuid(1).to_string(), "office-2".into(), "office-3".into(), uuid(9).to_string()]),
            ("region", vec![uuid(110).to_string(), "east".into(), "inner".into(), "nowhere".into()]),
            ("group_id", ids(200, 204).iter().map(ToString::to_string).collect()),
            ("location_id", ids(300, 314).iter().map(ToString::to_string).collect()),
            ("attendance", ["in_person", "online", "hybrid", "inactive"].map(str::to_owned).to_vec()),
        ];
        for (name, values) in lists {
            if self.chance(12) {
                params.push((name, self.some(&values)));
            }
        }
        if self.chance(15) {
            let words = (0..=self.below(2)).map(|_| self.pick(&WORDS)).collect::<Vec<_>>();
            params.push(("q", words.join(" ")));
            sort.push("relevance");
        }
        if self.chance(15) {
            params.push(("in_zone", self.pick(&ZONES).name().to_owned()));
        }
        if self.chance(10) {
            params.push(("fields", self.some(&MEETING_FIELDS)));
        }
        if self.chance(8) {
            params.push(("updated_since", self.pick(&UPDATED).to_owned()));
        }
        if self.chance(12) {
            params.push(("within_minutes", self.pick(&[1, 30, 90, 1440, 10080]).to_string()));
            if self.chance(50) {
                params.push(("started_within_minutes", self.pick(&[0, 5, 60, 1440]).to_string()));
            }
        }
        for name in ["type", "not_type"] {
            if self.chance(12) {
                params.push((name, self.pick(&CODES).to_lowercase()));
            }
        }
        let (after, before) = (self.below(9), self.below(8));
        let before = (before + u64::from(before >= after)) as usize;
        if self.chance(20) {
            params.push(("starts_after", TIMES[after as usize].to_owned()));
        }
        if self.chance(20) && before > 0 {
            params.push(("starts_before", TIMES[before].to_owned()));
        }
        if self.chance(60) {
            params.push(("sort", self.pick(&sort).to_owned()));
        }
        params
    }

    fn place(&mut self, params: &mut Params) -> Vec<&'static str> {
        let mut sorts = vec!["next", "day_time", "name"];
        if self.chance(70) {
            params.push(("lat", self.pick(&LATITUDES).to_string()));
            params.push(("lng", self.pick(&LONGITUDES).to_string()));
            sorts.push("distance");
            match self.below(3) {
                0 => params.push(("nearest", (1 + self.below(12)).to_string())),
                1 => params.push(("radius_m", self.pick(&[1, 11_120, 20_000, 500_000]).to_string())),
                _ => {}
            }
        }
        if sorts.len() == 3 || self.chance(20) {
            let boxes = ["-180,-90,180,90", "179,-1,-179,1", "-1,-0.1,0.1,0.1", "-75,40,-73,41", "180,-90,0,0.05"];
            // What is left out is narrower than what is looked at together.
            let nearly_all = ["0.05,-90,0.02,90", "-179.95,-90,180,90"];
            params.push(("bbox", self.pick(&[&boxes[..], &nearly_all].concat()).to_owned()));
        }
        sorts
    }
}

fn group(n: u32) -> Group {
    Group {
        id: GroupId(uuid(200 + n)),
        intergroup_id: IntergroupId(uuid(1)),
        slug: Slug::parse(&format!("group-{n}")).unwrap(),
        name: format!("Group {n}"),
        notes: None,
        website: None,
        gso_number: None,
        contribution: Default::default(),
        contacts_public: false,
        version: 1,
    }
}

/// The parameters as a raw query.
pub fn raw(params: &Params) -> String {
    let mut encoder = url::form_urlencoded::Serializer::new(String::new());
    encoder.extend_pairs(params).finish()
}
