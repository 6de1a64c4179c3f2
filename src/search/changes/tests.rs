//! The guarantee over a made-up directory in memory: any writes, any readers,
//! a page at any moment. (With a real one, and real transactions, it is held
//! by `tests/api/changes`.)

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::{
    directory::{Departure, Departures, Directory, EVERYTHING, Meeting, Tick},
    http::QueryString,
    kernel::{IntergroupId, MeetingId},
    search::{
        Snapshot,
        testing::{intergroup, meeting, online, uuid},
    },
};

/// Two districts of an area, and one apart: 1 above 2 and 3, and 4.
const OFFICES: u32 = 4;

/// What happens.
#[derive(Debug, Clone, Copy)]
enum Happens {
    /// A meeting is an office's now and says something new; nobody's with 0.
    Write { meeting: u32, office: u32 },
    /// A reader asks for a page.
    Read { reader: usize },
    /// What left is forgotten.
    Forget,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        6 => (0..12_u32, 0..=OFFICES).prop_map(|(meeting, office)| Happens::Write { meeting, office }),
        6 => (0..8_usize).prop_map(|reader| Happens::Read { reader }),
        1 => Just(Happens::Forget),
    ]
}

/// A directory that keeps its books as the database does.
#[derive(Default)]
struct World {
    revision: i64,
    meetings: HashMap<u32, (u32, i64)>,
    left: HashMap<(Uuid, u32), i64>,
    forgotten: HashMap<Uuid, i64>,
}

/// An office and what it belongs to.
fn lineage(office: u32) -> Vec<Uuid> {
    let above = if office == 2 || office == 3 { vec![uuid(1)] } else { vec![] };
    [vec![uuid(office)], above].concat()
}

impl World {
    fn write(&mut self, meeting: u32, office: u32) {
        self.revision += 1;
        let before = self.meetings.remove(&meeting);
        if office != 0 {
            self.meetings.insert(meeting, (office, self.revision));
        }
        if let Some((before, _)) = before.filter(|(before, _)| *before != office) {
            let everything = (office == 0).then_some(EVERYTHING);
            for scope in lineage(before).into_iter().chain(everything) {
                self.left.insert((scope, meeting), self.revision);
            }
        }
    }

    fn forget(&mut self) {
        for ((scope, _), revision) in self.left.drain() {
            let forgotten = self.forgotten.entry(scope).or_default();
            *forgotten = revision.max(*forgotten);
        }
    }

    fn published(&self) -> (Snapshot, ChangeLog) {
        let meetings = self.meetings.iter().map(|(id, (office, revision))| Meeting {
            intergroup_id: IntergroupId(uuid(*office)),
            revision: *revision,
            ..online(meeting(100 + id))
        });
        let mut intergroups: Vec<_> = (1..=OFFICES).map(intergroup).collect();
        intergroups[1].parent_id = Some(IntergroupId(uuid(1)));
        intergroups[2].parent_id = Some(IntergroupId(uuid(1)));
        let snapshot = Snapshot::build(Directory {
            revision: self.revision,
            intergroups,
            meetings: meetings.collect(),
            ..Directory::default()
        });
        let left = self.left.iter().map(|((scope, id), revision)| Departure {
            scope_id: *scope,
            meeting_id: MeetingId(uuid(100 + id)),
            revision: *revision,
        });
        let ticks = (0..=self.revision).map(|revision| Tick { revision, mark: revision * 31 }).collect();
        let forgotten = self.forgotten.iter().map(|(scope, revision)| (*scope, *revision)).collect();
        let log = ChangeLog::build(&snapshot, Departures { ticks, left: left.collect(), forgotten });
        (snapshot, log)
    }

    /// What a scope has, by id, with when it last changed.
    fn scope(&self, office: Option<u32>) -> BTreeMap<String, i64> {
        let within = |of: u32| office.is_none_or(|office| lineage(of).contains(&uuid(office)));
        let within = self.meetings.iter().filter(|(_, (of, _))| within(*of));
        within.map(|(id, (_, revision))| (uuid(100 + id).to_string(), *revision)).collect()
    }
}

/// Who keeps a copy: of each meeting, when it had last changed.
#[derive(Default)]
struct Reader {
    cursor: Option<String>,
    held: BTreeMap<String, i64>,
}

impl Reader {
    fn read(&mut self, office: Option<u32>, limit: usize, world: &World) -> bool {
        let (snapshot, log) = world.published();
        let mut query = format!("limit={limit}");
        for (name, value) in
            [("intergroup_id", office.map(|office| format!("office-{office}"))), ("cursor", self.cursor.clone())]
        {
            value.iter().for_each(|value| query = format!("{query}&{name}={value}"));
        }
        let query = ChangesQuery::parse(QueryString::parse(&query).unwrap()).unwrap();
        let page = match changes(&snapshot, &log, &query) {
            Ok(page) => page,
            Err(Refused::Expired) => {
                *self = Self::default();
                return true;
            }
            Err(refused) => panic!("{refused:?}"),
        };
        let body: Value = serde_json::from_slice(&page.body).unwrap();
        for item in body["data"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            if item["op"] == "delete" {
                self.held.remove(id);
            } else {
                let entry = &snapshot.entries[snapshot.meeting_index(id.parse().unwrap()).unwrap()];
                self.held.insert(id.to_owned(), entry.revision);
            }
        }
        self.cursor = Some(page.next_cursor);
        page.has_more
    }
}

const SCOPES: [Option<u32>; 4] = [None, Some(1), Some(2), Some(4)];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn whatever_happens_every_reader_ends_with_its_scope(steps in prop::collection::vec(happens(), 1..60)) {
        let mut world = World::default();
        let mut readers: Vec<Reader> = (0..8).map(|_| Reader::default()).collect();
        let of = |reader: usize| (SCOPES[reader % 4], 1 + reader / 4 * 2);
        for step in steps {
            match step {
                Happens::Write { meeting, office } => world.write(meeting, office),
                Happens::Read { reader } => {
                    let (office, limit) = of(reader);
                    readers[reader].read(office, limit, &world);
                }
                Happens::Forget => world.forget(),
            }
        }
        let mut cursors: HashMap<Option<u32>, String> = HashMap::new();
        for (at, reader) in readers.iter_mut().enumerate() {
            let (office, limit) = of(at);
            while reader.read(office, limit, &world) {}
            prop_assert_eq!(&reader.held, &world.scope(office), "{:?}", office);
            let cursor = reader.cursor.clone().unwrap();
            prop_assert_eq!(cursors.entry(office).or_insert(cursor.clone()), &cursor, "all stand at one place");
        }
    }
}

#[test]
fn what_is_known_of_a_meeting_by_its_source_alone_is_left_out() {
    let mut synced = online(meeting(100));
    synced.synced_on = Some("2026-05-04".parse().unwrap());
    synced.content.notes = Some(r#""synced_on":"2026-01-01","#.to_owned());
    let plain = Meeting { synced_on: None, ..synced.clone() };
    let page = |meeting: Meeting| {
        let snapshot = Snapshot::build(Directory {
            intergroups: vec![intergroup(1)],
            meetings: vec![meeting],
            ..Directory::default()
        });
        let log = ChangeLog::build(&snapshot, Departures::default());
        let query = ChangesQuery::parse(QueryString::parse("").unwrap()).unwrap();
        changes(&snapshot, &log, &query).unwrap().body
    };
    assert_eq!(page(synced), page(plain));
}

#[test]
fn a_page_ends_where_meetings_have_much_to_say() {
    let notes = "🏮".repeat(1_000);
    let meetings = (100..1_600).map(|n| {
        let mut one = online(meeting(n));
        one.content.notes = Some(notes.clone());
        one
    });
    let directory = Directory {
        revision: 1,
        intergroups: vec![intergroup(1)],
        meetings: meetings.collect(),
        ..Directory::default()
    };
    let snapshot = Snapshot::build(directory);
    let log = ChangeLog::build(&snapshot, Departures::default());
    let (mut cursor, mut shown, mut pages) = (String::new(), 0, 0);
    loop {
        let query = ChangesQuery::parse(QueryString::parse(&format!("limit=2000{cursor}")).unwrap()).unwrap();
        let page = changes(&snapshot, &log, &query).unwrap();
        assert!(page.body.len() < (4 << 20) + 6_000, "{}", page.body.len());
        let body: Value = serde_json::from_slice(&page.body).unwrap();
        shown += body["data"].as_array().unwrap().len();
        pages += 1;
        if !page.has_more {
            break;
        }
        cursor = format!("&cursor={}", page.next_cursor);
    }
    assert_eq!((shown, pages), (1_500, 2));
}
