//! Any source after any other: afterwards the directory says what the source
//! says, and who could be told apart is who they were.

use std::collections::{BTreeMap, HashMap, HashSet};

use openchair::{
    db::{self, Scope},
    directory::{self, Extent, Meeting, MeetingContent, MeetingState},
    feeds::{self, FeedContext, FeedRow, ReadFeed},
    kernel::{IntergroupId, MeetingId},
    sync::{self, ImportOptions, ImportOutcome, Mode, RunStatus},
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use super::desk::{ops, row, source};
use crate::support::TestApp;

const CASES: u32 = 40;

/// One row of few possibilities, so that rows collide in every way.
fn any_row() -> impl Strategy<Value = Value> {
    let slug = select(vec!["a", "b", "c", "d", "a-2", "", "a-1"]);
    let name = select(vec!["One", "Two", "Three"]);
    let (day, time) = (select(vec![json!(0), json!(1), json!([1, 2])]), select(vec!["07:00", "19:00"]));
    let place = (select(vec!["Tinder Hall", "Pewter Hall"]), select(vec![None, Some("x"), Some("y"), Some("z")]));
    let group = (select(vec![None, Some("G"), Some("g"), Some("H")]), select(vec![None, Some("tea"), Some("cake")]));
    let rest = (select(vec![None, Some("n"), Some("m")]), select(vec!["North", "South"]), 0..8_u8);
    (slug, name, day, time, place, group, rest).prop_map(
        |(slug, name, day, time, (place, place_notes), (group, group_notes), (notes, region, broken))| {
            let mut row = row(
                slug,
                json!({
                    "name": name, "day": day, "time": time, "location": place, "location_notes": place_notes,
                    "group": group, "group_notes": group_notes, "notes": notes, "region": region,
                    "contact_1_name": notes.map(|_| "Ida M."),
                }),
            );
            if broken == 0 {
                row["time"] = json!("banana");
            }
            row
        },
    )
}

/// Some sources one after another. Each takes rows of a common stock, so that
/// most of them stay.
fn any_sources() -> impl Strategy<Value = Vec<Vec<Value>>> {
    let stock = prop::collection::vec(any_row(), 1..8);
    stock.prop_flat_map(|stock| {
        let some = subsequence(stock.clone(), 0..=stock.len());
        let step = (some, prop::collection::vec(any_row(), 0..3), any::<bool>()).prop_map(|(mut kept, new, turned)| {
            kept.extend(new);
            if turned {
                kept.reverse();
            }
            kept
        });
        prop::collection::vec(step, 2..5)
    })
}

/// The office of one case.
struct Office<'a> {
    app: &'a TestApp,
    id: IntergroupId,
}

impl Office<'_> {
    async fn import(&self, read: &ReadFeed, mode: Mode, allow_shrink: bool) -> ImportOutcome {
        let options = ImportOptions { mode, allow_shrink };
        let (clock, entropy) = (&*self.app.clock, &*self.app.entropy);
        sync::import(&self.app.pools.directory, clock, entropy, self.id, read, options).await.unwrap()
    }

    async fn meetings(&self) -> Vec<Meeting> {
        let mut read = db::begin_read(&self.app.pools.directory, Scope::Read).await.unwrap();
        directory::load(&mut read, Extent::Office(self.id)).await.unwrap().meetings
    }

    /// Counters of everything that an import may touch.
    async fn stamps(&self) -> Vec<String> {
        let mut owner = self.app.database.owner().await;
        let mut stamps = Vec::new();
        for sql in [
            "SELECT to_jsonb(t)::text FROM directory.meetings t WHERE intergroup_id = $1 ORDER BY 1",
            "SELECT to_jsonb(t)::text FROM directory.groups t WHERE intergroup_id = $1 ORDER BY 1",
            "SELECT to_jsonb(t)::text FROM directory.locations t WHERE intergroup_id = $1 ORDER BY 1",
            "SELECT to_jsonb(t)::text FROM directory.regions t WHERE intergroup_id = $1 ORDER BY 1",
            "SELECT to_jsonb(t)::text FROM directory.meeting_sources t WHERE intergroup_id = $1 ORDER BY 1",
            "SELECT to_jsonb(t)::text FROM directory.meeting_aliases t WHERE intergroup_id = $1 ORDER BY 1",
            "SELECT to_jsonb(t)::text FROM directory.meeting_contacts t WHERE intergroup_id = $1 ORDER BY 1",
            "SELECT max(id)::text FROM directory.changes WHERE intergroup_id = $1",
        ] {
            let rows: Vec<Option<String>> =
                sqlx::query_scalar(sql).bind(self.id.0).fetch_all(&mut owner).await.unwrap();
            stamps.extend(rows.into_iter().flatten());
        }
        stamps
    }
}

fn live(meetings: &[Meeting]) -> Vec<&Meeting> {
    meetings.iter().filter(|meeting| meeting.state != MeetingState::Deleted).collect()
}

/// What makes a listing the same one under another slug.
fn identity(content: &MeetingContent) -> String {
    let place = content.location.as_ref().map(|place| (&place.name, &place.formatted_address));
    format!("{:?} {place:?} {:?}", content.name.to_lowercase(), content.start)
}

/// What occurs once.
fn once<T>(items: impl Iterator<Item = (String, T)>) -> BTreeMap<String, T> {
    let (mut found, mut twice) = (BTreeMap::new(), HashSet::new());
    for (key, item) in items {
        if found.insert(key.clone(), item).is_some() {
            twice.insert(key);
        }
    }
    found.retain(|key, _| !twice.contains(key));
    found
}

/// Each content with how often it occurs.
fn listed<'a>(contents: impl Iterator<Item = &'a MeetingContent>) -> HashMap<String, usize> {
    let mut listed = HashMap::new();
    for content in contents {
        *listed.entry(serde_json::to_string(content).unwrap()).or_default() += 1;
    }
    listed
}

async fn step(office: &Office<'_>, read: &ReadFeed) {
    let (before, stamps) = (office.meetings().await, office.stamps().await);
    let held = office.import(read, Mode::Apply, false).await;
    if held.run.status == RunStatus::Held {
        assert_eq!(office.stamps().await, stamps, "a held run changed something");
        let planned = office.import(read, Mode::Plan, true).await;
        assert_eq!(office.stamps().await, stamps, "a plan changed something");
        let applied = office.import(read, Mode::Apply, true).await;
        assert_eq!(ops(&applied), ops(&planned), "something else was applied than planned");
    }
    let after = office.meetings().await;
    let (was, is) = (live(&before), live(&after));

    // Every row is there, and nothing else but what a refused row protects.
    let mut rest = listed(is.iter().map(|meeting| &meeting.content));
    for (content, count) in listed(read.rows.iter().map(|row: &FeedRow| &row.content)) {
        let there = rest.get_mut(&content).unwrap_or_else(|| panic!("{content} is missing"));
        *there = there.checked_sub(count).unwrap_or_else(|| panic!("{content} is there too seldom"));
    }
    rest.retain(|_, count| *count > 0);
    if read.refused.is_empty() {
        assert!(rest.is_empty(), "left over: {rest:#?}");
    } else {
        // Its place and group may say something else, which it shares with others.
        let own = |content: &str| {
            let mut own: Value = serde_json::from_str(content).unwrap();
            for shared in ["location", "group"] {
                own.get_mut(shared).and_then(Value::as_object_mut).map(|fields| fields.remove("notes"));
            }
            own.to_string().to_lowercase()
        };
        let old = listed(was.iter().map(|meeting| &meeting.content));
        let old: HashSet<String> = old.keys().map(|content| own(content)).collect();
        let new = |content: &String| !old.contains(&own(content));
        assert!(!rest.keys().any(new), "new and in no row: {rest:#?}");
    }

    // Whoever can be told apart before and after is the same meeting.
    let ids = |meetings: &[&Meeting]| -> BTreeMap<String, MeetingId> {
        once(meetings.iter().map(|meeting| (identity(&meeting.content), meeting.id)))
    };
    let (old, new) = (ids(&was), ids(&is));
    for (identity, id) in &old {
        assert!(new.get(identity).is_none_or(|now| now == id), "{identity} has another id");
    }

    // Slugs and ids are lasting.
    let slugs: HashMap<MeetingId, &str> = after.iter().map(|meeting| (meeting.id, meeting.slug.as_str())).collect();
    assert!(before.iter().all(|meeting| slugs[&meeting.id] == meeting.slug.as_str()), "a first slug changed");

    // Once more is nothing.
    let stamps = office.stamps().await;
    let again = office.import(read, Mode::Apply, false).await;
    assert_eq!(again.run.removed + again.run.created + again.run.updated, 0, "{:?}", ops(&again));
    if !read.rows.is_empty() {
        assert_eq!(office.stamps().await, stamps, "the same again changed something");
    }
}

#[test]
fn any_source_after_any_other_leaves_what_it_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::new());
    let mut number = 0;
    // Cases of its own each time would make a failure that nobody can repeat.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let number = std::cell::RefCell::new(&mut number);
    let outcome = TestRunner::new_with_rng(config, rng).run(&any_sources(), |sources| {
        **number.borrow_mut() += 1;
        let slug = format!("case-{}", number.borrow());
        let case = async {
            let id = app.office(&slug, chrono_tz::America::Chicago).await;
            for rows in &sources {
                let context = FeedContext::of(chrono_tz::America::Chicago);
                let read = feeds::read_meeting_guide(source(rows).as_slice(), &context).unwrap();
                step(&Office { app: &app, id }, &read).await;
            }
        };
        runtime.block_on(case);
        Ok(())
    });
    let _entered = runtime.enter();
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
