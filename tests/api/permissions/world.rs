//! What there is to act on: an office with one thing of each kind, what only
//! its own may see of it, and everybody who might try.

use std::collections::{BTreeMap, BTreeSet};

use openchair::{
    auth::{OneTimeCode, Role, audience::Audience},
    http::EmailAddress,
    kernel::{Clock, Entropy, SeededEntropy},
};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use tokio::sync::Mutex;

use super::{
    callers::{self, Caller, Offices},
    document::Operation,
    requests,
};
use crate::support::{Bearer, Response, TestApp};

/// Names in paths and bodies, and what they stand for.
pub type Things = BTreeMap<&'static str, String>;

/// Stands in everything of `lantern` that is not public.
pub const CANARY: &str = "zebrafish";

/// Everything that an operation may be tried on.
pub struct World {
    pub app: TestApp,
    pub callers: Vec<Caller>,
    /// Somebody of each audience that has nothing to do here.
    pub others: Vec<Caller>,
    things: Things,
    database: Mutex<PgConnection>,
}

/// Tables of accounts in the order in which rows can be put back.
const ACCOUNTS: [&str; 9] = [
    "accounts",
    "recovery_codes",
    "sessions",
    "grants",
    "invitations",
    "one_time_codes",
    "keys",
    "failures",
    "idempotency",
];

impl World {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let offices = Offices::new(&app).await;
        let callers = callers::all(&app, &offices).await;
        let database = Mutex::new(app.database.owner().await);
        let mut world = Self { app, callers, others: Vec::new(), things: Things::new(), database };
        world.fill(&offices).await;
        world.others = callers::others(&world.app).await;
        world.keep_accounts().await;
        world
    }

    pub fn caller(&self, name: &str) -> &Caller {
        self.callers.iter().find(|caller| caller.name == name).unwrap()
    }

    pub fn owner(&self) -> &Bearer {
        &self.caller("owner").bearer
    }

    /// What there was at first.
    pub fn things(&self) -> &Things {
        &self.things
    }

    /// Makes one more thing in `lantern`.
    pub async fn make(&self, plural: &str, body: &Value) -> String {
        make(self.owner(), "lantern", plural, body).await
    }

    /// One of each kind in `lantern`.
    async fn fill(&mut self, offices: &Offices) {
        let owner = self.owner().clone();
        let mut things: Things = BTreeMap::from([
            ("lantern", "lantern".to_owned()),
            ("lantern_id", offices.lantern.to_string()),
            // None that are any good.
            ("email_code", String::from("-")),
            ("totp_code", String::from("000000")),
        ]);
        for (kind, plural) in [("group", "groups"), ("location", "locations"), ("region", "regions")] {
            things.insert(kind, make(&owner, "lantern", plural, &requests::new(kind, 0)).await);
        }
        let mut meeting = requests::new("meeting", 0);
        meeting["admin_notes"] = json!(format!("{CANARY} in the notes"));
        meeting["contacts"] = json!([{ "name": "Zebrafish Z.", "email": format!("{CANARY}@example.org") }]);
        things.insert("meeting", make(&owner, "lantern", "meetings", &meeting).await);
        let mut hidden = requests::new("meeting", 0);
        hidden["name"] = json!(format!("{CANARY} unpublished"));
        hidden["published"] = json!(false);
        things.insert("hidden", make(&owner, "lantern", "meetings", &hidden).await);
        things.insert(
            "theirs",
            make(&self.caller("other").bearer, "brook", "meetings", &requests::new("meeting", 0)).await,
        );
        let notice = make(&owner, "lantern", "notices", &requests::new("notice", 0)).await;
        things.insert("notice", notice);

        let feed =
            json!({ "name": format!("{CANARY} sheet"), "url": format!("https://{CANARY}.example.org/feed.json") });
        things.insert("feed", make(&owner, "lantern", "feeds", &feed).await);
        let feed = format!("/v1/feeds/{}/imports", things["feed"]);
        let import = owner.post(&feed, &json!([{ "name": CANARY, "slug": CANARY, "types": [CANARY] }])).await;
        assert_eq!(import.status, 201, "{}", import.text());
        things.insert("import", import.json()["id"].as_str().unwrap().to_owned());
        let webhook = json!({ "url": format!("https://{CANARY}.example.org/hook"), "events": ["feedback.created"] });
        things.insert("webhook", make(&owner, "lantern", "webhooks", &webhook).await);

        let spare = format!("{CANARY}-spare@example.org");
        let address = EmailAddress::parse(&spare).unwrap();
        let leaver = self.app.admin_as(offices.lantern, Role::Editor, &spare).await;
        things.insert("account", leaver.account_id().await.to_string());
        things.insert("spare_email", spare);
        things.insert("spare_refresh_token", leaver.refresh_token);
        things.insert(
            "reset_code",
            self.app.server.auth().reset_link(Audience::Office, &address, false).await.unwrap().unwrap().code,
        );
        let key = json!({ "name": format!("{CANARY} key"), "scopes": ["directory:read"] });
        things.insert("key", make(&owner, "lantern", "keys", &key).await);
        let invited = EmailAddress::parse(&format!("{CANARY}-invited@example.org")).unwrap();
        let invited = self.app.server.auth().invite(offices.lantern, &invited, Role::Observer).await.unwrap();
        things.insert("invitation", invited.id.unwrap().to_string());
        things.insert("invitation_code", invited.code);
        self.things = things;
    }

    /// What an operation is tried on by a caller: made anew where an earlier
    /// one may have used it up.
    pub async fn things_for(&self, operation: &Operation, caller: &Caller, n: u32) -> Things {
        let mut things = self.things.clone();
        let owner = self.owner();
        let (verb, kind) = operation.id.split_once('_').unwrap();
        if let ("delete" | "restore" | "revert", "group" | "location" | "region" | "meeting" | "feed" | "webhook") =
            (verb, kind)
        {
            let plural = format!("{kind}s");
            if kind == "webhook" {
                // An office has few.
                self.run("DELETE FROM directory.webhooks WHERE url LIKE '%/hooks/%'").await;
            }
            let id = make(owner, "lantern", &plural, &requests::new(kind, n)).await;
            let path = format!("/v1/{plural}/{id}");
            match verb {
                "restore" => assert_eq!(owner.delete(&path, 1).await.status, 204),
                "revert" => assert_eq!(owner.patch(&path, 1, &json!({ "notes": "other" })).await.status, 200),
                _ => {}
            }
            things.insert(requests::name_of(kind), id);
        }
        if let Some(of) = operation.id.strip_prefix("delete_").and_then(|id| id.strip_suffix("_notice")) {
            let of = if of == "intergroup" { "lantern" } else { requests::name_of(of) };
            let plural = operation.path.split('/').nth(2).unwrap();
            let path = format!("/v1/{plural}/{}/notices", things[of]);
            let made = owner.post(&path, &requests::new("notice", n)).await;
            assert_eq!(made.status, 201, "{}", made.text());
            things.insert("notice", made.json()["id"].as_str().unwrap().to_owned());
        }
        if kind == "import" && verb != "create" {
            let mode = if verb == "undo" { "apply" } else { "plan" };
            let source = json!([{ "slug": format!("row-{n}"), "name": format!("Row {n}"), "day": 1, "time": "06:30",
                                  "conference_url": "https://zoom.us/j/123456789" }]);
            let made = owner.post(&format!("/v1/feeds/{}/imports?mode={mode}", things["feed"]), &source).await;
            assert_eq!(made.status, 201, "{}", made.text());
            things.insert("import", made.json()["id"].as_str().unwrap().to_owned());
        }
        if operation.id == "redeliver_webhook" {
            self.prepare_feedback(n, &mut things).await;
            let path = format!("/v1/webhooks/{}/deliveries?limit=1", things["webhook"]);
            let page = owner.get(&path).await.json();
            things.insert("delivery", page["data"][0]["id"].as_str().unwrap().to_owned());
        }
        if operation.id == "rotate_webhook_secret" {
            // Once a day, and here at one moment.
            self.run("UPDATE directory.webhooks SET former_secret = NULL, former_until = NULL").await;
        }
        if operation.id == "settle_meeting_source" {
            let (meeting, feed) =
                (make(owner, "lantern", "meetings", &requests::new("meeting", n)).await, &things["feed"]);
            // Nothing that a later run of it would remove.
            self.run(&format!("DELETE FROM directory.meeting_sources WHERE feed_id = '{feed}'")).await;
            self.run(&format!(
                "INSERT INTO directory.meeting_followers (feed_id, source_key, intergroup_id, meeting_id, row_hash)
                 SELECT '{feed}', m.slug, m.intergroup_id, m.id, sha256('x') FROM directory.meetings m
                 WHERE m.id = '{meeting}'"
            ))
            .await;
            things.insert("meeting", meeting);
        }
        if operation.id.ends_with("_feedback") {
            self.prepare_feedback(n, &mut things).await;
        }
        self.prepare_account(operation, caller, n, &mut things).await;
        things
    }

    /// A correction of a meeting of its own: few may be open of one.
    async fn prepare_feedback(&self, n: u32, things: &mut Things) {
        let owner = self.owner();
        let meeting = make(owner, "lantern", "meetings", &requests::new("meeting", n)).await;
        let path = format!("/v1/meetings/{meeting}/feedback");
        let sent = self.app.anonymous().post(&path, &json!({ "kind": "still_right" })).await;
        assert_eq!(sent.status, 201, "{}", sent.text());
        things.insert("receipt", sent.json()["receipt"].as_str().unwrap().to_owned());
        let inbox = owner.get("/v1/intergroups/lantern/feedback?status=open").await.json();
        let mine = inbox["data"].as_array().unwrap().iter().find(|one| one["meeting"]["id"] == meeting).unwrap();
        things.insert("feedback", mine["id"].as_str().unwrap().to_owned());
        things.insert("meeting", meeting);
    }

    /// What operations on one's own account need before they can succeed.
    async fn prepare_account(&self, operation: &Operation, caller: &Caller, n: u32, things: &mut Things) {
        let Some((account, _)) = &caller.account else { return };
        match operation.id.as_str() {
            "confirm_office_email" => {
                let code = OneTimeCode::generate(&SeededEntropy::new(u64::from(n) + 1000) as &dyn Entropy);
                let new = format!("new-{n}@example.org");
                let sql = "INSERT INTO office.one_time_codes (code_hash, account_id, purpose, email, expires_at)
                           VALUES ($1, $2, 'email_change', $3, $4)";
                let insert = sqlx::query(sql).bind(code.hash().to_vec()).bind(account.0).bind(new);
                let until = self.app.clock.now() + chrono::TimeDelta::hours(1);
                insert.bind(until).execute(&mut *self.database.lock().await).await.unwrap();
                things.insert("email_code", code.reveal().to_string());
            }
            "confirm_office_totp" => {
                let proposed = caller.bearer.poke("/v1/auth/office/totp").await;
                assert_eq!(proposed.status, 201, "{}", proposed.text());
                let totp = totp_rs::Totp::from_url(proposed.json()["otpauth_url"].as_str().unwrap()).unwrap();
                let now = u64::try_from(self.app.clock.now().timestamp()).unwrap();
                things.insert("totp_code", totp.generate(now).to_string());
            }
            "replace_office_recovery_codes" | "delete_office_totp" => {
                self.run("UPDATE office.accounts SET totp_secret = '\\x01', totp_confirmed = true").await;
            }
            _ => {}
        }
    }

    /// Sends the least valid request of an operation.
    pub async fn send(
        &self,
        operation: &Operation,
        caller: &Caller,
        bearer: &Bearer,
        things: &Things,
        n: u32,
    ) -> Response {
        let path = requests::path(operation, things);
        let body = requests::body(&operation.id, caller, things, n);
        // Any version: what is asked here is who may, not whether it is stale.
        let conditional = matches!(operation.method, Method::PATCH | Method::DELETE);
        let headers: &[(&str, &str)] = if conditional { &[("if-match", "*")] } else { &[] };
        bearer.send(operation.method.clone(), &path, headers, body.as_ref()).await
    }

    async fn keep_accounts(&self) {
        let copies = ACCOUNTS.map(|table| format!("CREATE TABLE kept.{table} AS TABLE office.{table};")).concat();
        self.run(&format!("CREATE SCHEMA kept; {copies}")).await;
    }

    /// Accounts, sessions, grants, keys and codes as they were at first.
    pub async fn restore_accounts(&self) {
        let all = ACCOUNTS.map(|table| format!("office.{table}")).join(", ");
        let back = ACCOUNTS.map(|table| format!("INSERT INTO office.{table} SELECT * FROM kept.{table};")).concat();
        self.run(&format!("TRUNCATE {all}; {back}")).await;
    }

    pub async fn run(&self, sql: &str) {
        let mut database = self.database.lock().await;
        database.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Every row that there is, but for what is noted of requests themselves:
    /// the day that a key was used, and which writes are repetitions.
    pub async fn rows(&self) -> BTreeSet<String> {
        let mut database = self.database.lock().await;
        let tables = "SELECT table_schema || '.' || table_name FROM information_schema.tables
                      WHERE table_schema IN ('directory', 'office') AND table_name <> 'idempotency'";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *database).await.unwrap();
        let of = |table: &String| {
            format!("SELECT '{table} ' || (to_jsonb(t) - 'last_used_on')::text AS line FROM {table} t")
        };
        let all = tables.iter().map(of).collect::<Vec<_>>().join(" UNION ALL ");
        let rows = database.fetch_all(AssertSqlSafe(all)).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>("line")).collect()
    }
}

/// Makes something of an office; its id.
async fn make(bearer: &Bearer, office: &str, plural: &str, body: &Value) -> String {
    let made = bearer.post(&format!("/v1/intergroups/{office}/{plural}"), body).await;
    assert_eq!(made.status, 201, "{plural}: {}", made.text());
    made.json()["id"].as_str().unwrap().to_owned()
}
