//! An office's desk: sources made of few words, imports, and looking at
//! everything that is stored.

use std::collections::BTreeMap;

use openchair::{
    db::{self, Scope},
    directory::{self, Directory, Extent, Meeting, MeetingState},
    kernel::{IntergroupId, MeetingId},
    sync::{ImportOptions, ImportOutcome, MeetingOp, Mode, RunStatus},
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, Row};
use uuid::Uuid;

use crate::support::{Response, TestApp, fixture};

/// Everything that the schema `directory` holds: each table's rows as JSON.
pub type Dump = BTreeMap<String, Value>;

/// The service with the office `lantern`.
pub struct Desk {
    pub app: TestApp,
    pub office: IntergroupId,
}

/// A row of a source: in person, Monday 19:00, at a hall of its own group's.
/// `fields` are put over it; a null takes a field away.
pub fn row(slug: &str, fields: Value) -> Value {
    let mut row = json!({
        "slug": slug, "name": format!("Meeting {slug}"), "day": 1, "time": "19:00", "timezone": "America/Chicago",
        "location": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA", "approximate": "no",
        "region": "North", "types": ["O"],
    });
    let Value::Object(fields) = fields else { panic!("{fields} is no object") };
    for (field, value) in fields {
        row[field] = value;
    }
    row
}

/// A source of so many rows `m1`, `m2` …, an hour or a day apart.
pub fn rows(count: u32) -> Vec<Value> {
    let at = |n: u32| json!({ "day": n % 7, "time": format!("{:02}:{:02}", n / 7 % 24, n / 168 % 60) });
    (1..=count).map(|n| row(&format!("m{n}"), at(n))).collect()
}

/// The bytes of a source.
pub fn source(rows: &[Value]) -> Vec<u8> {
    serde_json::to_vec(rows).unwrap()
}

impl Desk {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        Self { app, office }
    }

    /// With these rows already imported.
    pub async fn with(rows: &[Value]) -> Self {
        let desk = Self::new().await;
        assert_eq!(desk.import(rows).await.run.status, RunStatus::Applied);
        desk
    }

    /// With a fixture already imported.
    pub async fn with_fixture(name: &str) -> Self {
        let desk = Self::new().await;
        assert_eq!(desk.fixture(name).await.run.status, RunStatus::Applied);
        desk
    }

    pub async fn import(&self, rows: &[Value]) -> ImportOutcome {
        self.app.import("lantern", &source(rows)).await
    }

    /// Imports past the guard.
    pub async fn force(&self, rows: &[Value]) -> ImportOutcome {
        self.app.import_with("lantern", &source(rows), ImportOptions { mode: Mode::Apply, allow_shrink: true }).await
    }

    /// Plans, and applies nothing.
    pub async fn plan(&self, source: &[u8], allow_shrink: bool) -> ImportOutcome {
        self.app.import_with("lantern", source, ImportOptions { mode: Mode::Plan, allow_shrink }).await
    }

    pub async fn fixture(&self, name: &str) -> ImportOutcome {
        self.app.import("lantern", &fixture(name)).await
    }

    /// All that the office has, deleted things too.
    pub async fn directory(&self) -> Directory {
        let mut read = db::begin_read(&self.app.pools.directory, Scope::Read).await.unwrap();
        directory::load(&mut read, Extent::Office(self.office)).await.unwrap()
    }

    /// Its meetings that are not deleted, by name in addresses.
    pub async fn meetings(&self) -> BTreeMap<String, Meeting> {
        let all = self.directory().await.meetings.into_iter().filter(|meeting| meeting.state != MeetingState::Deleted);
        all.map(|meeting| (meeting.slug.to_string(), meeting)).collect()
    }

    /// The id of each of its meetings that are not deleted.
    pub async fn ids(&self) -> BTreeMap<String, MeetingId> {
        self.meetings().await.into_iter().map(|(slug, meeting)| (slug, meeting.id)).collect()
    }

    pub async fn meeting(&self, slug: &str) -> Meeting {
        self.meetings().await.remove(slug).unwrap_or_else(|| panic!("there is no meeting {slug}"))
    }

    /// The answer for a slug of this office.
    pub async fn get(&self, slug: &str) -> Response {
        self.app.anonymous().get(&format!("/v1/intergroups/lantern/meetings/{slug}")).await
    }

    /// Every row of every table.
    pub async fn dump(&self) -> Dump {
        let mut owner = self.app.database.owner().await;
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'directory' ORDER BY 1")
                .fetch_all(&mut owner)
                .await
                .unwrap();
        let mut dump = Dump::new();
        for table in tables {
            let sql = format!(
                "SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text), '[]') FROM directory.{table} t"
            );
            let rows = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap();
            dump.insert(table, rows);
        }
        dump
    }

    /// Every row of what is the directory itself: without the clock and its
    /// numbers, the list of runs, and the day of a feed's last run.
    pub async fn contents(&self) -> Dump {
        let mut dump = self.dump().await;
        for table in [
            "directory_clock",
            "ticks",
            "imports",
            "feeds",
            "import_changes",
            "import_problems",
            "import_bodies",
            "import_rows",
        ] {
            assert!(dump.remove(table).is_some(), "there is no table {table}");
        }
        dump
    }

    /// The rows of a query, each as JSON.
    pub async fn query(&self, sql: &str) -> Vec<Value> {
        let mut owner = self.app.database.owner().await;
        let sql = format!("SELECT to_jsonb(q) FROM ({sql}) q");
        let rows = owner.fetch_all(AssertSqlSafe(sql)).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Runs a statement as the owner.
    pub async fn execute(&self, sql: &str) {
        let mut owner = self.app.database.owner().await;
        owner.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A meeting that no feed brought.
    pub async fn make_by_hand(&self, slug: &str) -> Uuid {
        let id = openchair::kernel::Entropy::uuid_v4(&*self.app.entropy);
        self.execute(&format!(
            "INSERT INTO directory.meetings (id, intergroup_id, slug, name, day, start_time, timezone,
                 timezone_source, revision, created_at, updated_at)
             VALUES ('{id}', '{}', '{slug}', 'By hand {slug}', 3, '06:15', 'America/Chicago', 'given', 1, now(), now())",
            self.office
        ))
        .await;
        id
    }
}

/// What a run did or would do: sign and slug of each meeting.
pub fn ops(outcome: &ImportOutcome) -> Vec<(MeetingOp, String)> {
    let mut ops: Vec<_> = outcome.plan.changes().map(|change| (change.op, change.slug.to_string())).collect();
    ops.sort_by(|a, b| a.1.cmp(&b.1));
    ops
}

/// Created, updated, removed, unchanged.
pub fn counts(outcome: &ImportOutcome) -> [u32; 4] {
    let run = &outcome.run;
    [run.created, run.updated, run.removed, run.unchanged]
}
