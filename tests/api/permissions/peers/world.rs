//! A circle with one thing of each kind, a story, what was reported of them,
//! and everybody who might try.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use openchair::auth::{Role, audience::Audience};
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use tokio::sync::Mutex;

use super::{
    super::document::Operation,
    callers::{Caller, NAMES},
    requests,
};
use crate::support::{
    Authenticator, Bearer, PASSWORD, Peer, Response, TestApp, decide, device_id, device_key, proof, remove,
};

/// Names in paths and bodies, and what they stand for.
pub type Things = BTreeMap<&'static str, String>;

/// Everything that an operation may be tried on.
pub struct World {
    pub app: TestApp,
    pub callers: Vec<Caller>,
    pub things: Things,
    /// Every table that is put back, with its columns.
    tables: Vec<(String, String)>,
    database: Mutex<PgConnection>,
}

/// The peers of the one circle, and of the other.
struct Peers {
    pass: Peer,
    peer: Peer,
    target: Peer,
    steward: Peer,
}

impl World {
    pub async fn new() -> Self {
        let app = TestApp::unlike_others().await;
        app.keys_are_loaded().await;
        let old = (app.member().await, app.steward().await);
        app.clock.advance(TimeDelta::minutes(16));
        let steward = app.steward().await;
        let peers = Peers {
            pass: app.peer_of(&steward).await,
            peer: app.peer_of(&steward).await,
            target: app.peer_of(&steward).await,
            steward,
        };
        let database = Mutex::new(app.database.owner().await);
        let mut world = Self { app, callers: Vec::new(), things: Things::new(), tables: Vec::new(), database };
        world.callers = world.people(&peers).await;
        world.callers.push(Caller::of("expired_member", Audience::Member, &old.0.bearer));
        world.callers.push(Caller::peer("expired_pass", &old.1));
        world.callers.sort_by_key(|caller| NAMES.iter().position(|name| *name == caller.name));
        assert!(world.callers.iter().map(|caller| caller.name).eq(NAMES));
        world.fill(&peers).await;
        world.fill_accounts().await;
        world.keep().await;
        world
    }

    /// Everybody whose token has not run out.
    async fn people(&self, peers: &Peers) -> Vec<Caller> {
        let app = &self.app;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        let owner = app.admin_as(office, Role::Owner, "owner@example.org").await;
        let key = json!({ "name": "Website", "scopes": ["directory:read", "directory:write"] });
        let key = owner.post("/v1/intergroups/lantern/keys", &key).await.json();
        let key = Bearer::new(app.anonymous(), key["key"].as_str().unwrap());
        let stranger = |name, token: &str| Caller::stranger(name, Bearer::new(app.anonymous(), token));
        let (signed_out, removed, suspended) =
            (app.peer_of(&peers.steward).await, app.peer_of(&peers.steward).await, app.peer_of(&peers.steward).await);
        assert_eq!(signed_out.bearer.poke("/v1/auth/circle/revoke").await.status, 200);
        let path = format!("/v1/circles/self/passes/{}", removed.pass_id);
        let gone = peers.steward.delete(&path).await;
        assert!(gone.status < 300, "{}", gone.text());
        let until =
            format!("UPDATE circles.passes SET suspended_until = '2027-01-01' WHERE id = '{}'", suspended.pass_id);
        self.run(&until).await;
        let author = app.shown_author("At weddings").await;
        let (member, other) = (app.member().await, app.member().await);
        let revoked = app.moderator_as("revoked@example.org").await;
        let address = openchair::http::EmailAddress::parse("revoked@example.org").unwrap();
        assert!(app.server.auth().revoke_moderator(&address).await.unwrap());
        vec![
            stranger("nobody", ""),
            stranger("garbage", "zebrafish.zebrafish.zebrafish"),
            stranger("refresh", &peers.pass.bearer.refresh_token),
            Caller::peer("signed_out", &signed_out),
            Caller::of("owner", Audience::Office, &owner),
            Caller::stranger("key", key),
            Caller::of("member", Audience::Member, &member.bearer),
            Caller::of("other_member", Audience::Member, &other.bearer),
            Caller::peer("pass", &peers.pass),
            Caller::peer("peer", &peers.peer),
            Caller::peer("steward", &peers.steward),
            Caller::peer("other_pass", &app.steward().await),
            Caller::peer("removed", &removed),
            Caller::peer("suspended", &suspended),
            Caller::of("author", Audience::Circle, &author.bearer),
            Caller::of("moderator", Audience::Moderator, &app.moderator_as("moderator@example.org").await),
            Caller::of("without", Audience::Moderator, &app.enrolled(Audience::Moderator, "new@example.org").await),
            Caller::of("revoked", Audience::Moderator, &revoked),
        ]
    }

    pub fn caller(&self, name: &str) -> &Caller {
        self.callers.iter().find(|caller| caller.name == name).unwrap()
    }

    /// What `pass` wrote, and what was reported of it.
    async fn fill(&mut self, peers: &Peers) {
        let (app, mut things) = (&self.app, Things::new());
        let made = [
            ("check_in_id", "check-ins", "2026-05-04".to_owned(), json!({ "kinds": ["today"], "words": "Here" })),
            ("goal_id", "goals", device_id(1), json!({ "week": "2026-W19", "words": "Three meetings" })),
            ("milestone_id", "milestones", device_id(2), json!({ "kind": "time", "label": "90 days" })),
            ("other_goal_id", "goals", device_id(3), json!({ "week": "2026-W19", "words": "Lend me fifty" })),
        ];
        for (name, plural, at, body) in made {
            let put = peers.pass.put(&format!("/v1/{plural}/{at}"), &[("if-none-match", "*")], &body).await;
            assert!(put.status < 300, "{plural}: {}", put.text());
            things.insert(name, put.json()["id"].as_str().unwrap().to_owned());
            let path = format!("/v1/{plural}/{}/answers/1", things[name]);
            let put = peers.pass.put(&path, &[], &json!({ "words": "It went well" })).await;
            assert!(put.status < 300, "{path}: {}", put.text());
        }
        things.insert("pass_id", peers.target.pass_id.clone());
        assert!(peers.pass.put(&format!("/v1/mutes/{}", peers.target.pass_id), &[], &json!({})).await.status < 300);
        things.insert("invitation", peers.steward.invite().await);
        let listed = peers.steward.get("/v1/circles/self/invitations").await.json();
        things.insert("invitation_id", listed["data"][0]["id"].as_str().unwrap().to_owned());
        things.insert("pass_key", peers.target.pass_key.clone());
        things.insert("spare_refresh_circle", peers.target.bearer.refresh_token.clone());
        // One report that waits, and one that was decided against `pass`.
        let report = async |item: &str| {
            let id = app.drawn().to_string();
            let body = json!({ "item": { "kind": "check_in", "id": item }, "category": "spam" });
            let made = peers.peer.put(&format!("/v1/reports/{id}"), &[], &body).await;
            assert!(made.status < 300, "{}", made.text());
            id
        };
        things.insert("waiting", report(&things["check_in_id"]).await);
        let id = app.drawn().to_string();
        let body = json!({ "item": { "kind": "goal", "id": things["other_goal_id"] }, "category": "spam" });
        let made = peers.peer.put(&format!("/v1/reports/{id}"), &[], &body).await;
        assert!(made.status < 300, "{}", made.text());
        let decided = decide(&app.moderator().await, &id, &remove("remove")).await;
        assert_eq!(decided.status, 200, "{}", decided.text());
        things.insert("decided", id);
        let stories = self.caller("member").bearer.get("/v1/stories").await.json();
        things.insert("story_id", stories["data"][0]["id"].as_str().unwrap().to_owned());
        self.things = things;
    }

    /// What signing in of members and moderators is tried with.
    async fn fill_accounts(&mut self) {
        let spare = self.app.member().await;
        let mut things =
            Things::from([("auth_key", spare.auth_key.clone()), ("spare_refresh_member", spare.bearer.refresh_token)]);
        let vouchers = self.app.member().await.vouchers;
        things.extend([("voucher_circle", vouchers[0].clone()), ("voucher_story", vouchers[0].clone())]);
        things.insert("invitation_moderator", self.app.invitation(Audience::Moderator, "invited@example.org").await);
        let spare = self.app.enrolled(Audience::Moderator, "spare@example.org").await;
        things.insert("spare_refresh_moderator", spare.refresh_token);
        let address = openchair::http::EmailAddress::parse("spare@example.org").unwrap();
        let reset = self.app.server.auth().reset_link(Audience::Moderator, &address, false).await.unwrap().unwrap();
        things.insert("reset_code", reset.code);
        self.things.extend(things);
    }

    /// What an operation needs before it can succeed for a caller.
    pub async fn things_for(&self, operation: &Operation, caller: &Caller, n: u32) -> Things {
        let mut things = self.things.clone();
        things.insert("new_key", device_key(100_000 + n));
        things.insert("new_id", device_id(100_000 + n));
        if operation.id == "confirm_moderator_totp" && caller.name == "without" {
            let proposed = caller.bearer.poke("/v1/auth/moderator/totp").await.json();
            let app = Authenticator::scan(proposed["otpauth_url"].as_str().unwrap());
            things.insert("totp_code", app.code(openchair::kernel::Clock::now(&*self.app.clock)));
        }
        if matches!(operation.id.as_str(), "step_up_moderator_session" | "change_moderator_password")
            && caller.name == "moderator"
        {
            // Once each: the codes are put back with everything else.
            let codes = caller.bearer.poke("/v1/auth/moderator/recovery-codes").await.json();
            things.insert("recovery_code", codes["recovery_codes"][0].as_str().unwrap().to_owned());
        }
        things
    }

    /// The same names without anything that has to be made first.
    pub fn things_of_nothing(&self) -> Things {
        let mut things = self.things.clone();
        things.extend([("new_key", device_key(1)), ("new_id", device_id(1)), ("totp_code", "000000".to_owned())]);
        things
    }

    /// Sends the least valid request of an operation.
    pub async fn send(&self, operation: &Operation, caller: &Caller, things: &Things) -> Response {
        let path = requests::path(operation, things);
        let headers = requests::headers(operation);
        let body = requests::body(operation, caller, things);
        requests::send(&caller.bearer, operation, &path, headers, body.as_ref()).await
    }

    pub async fn run(&self, sql: &str) {
        let mut database = self.database.lock().await;
        database.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Copies every table that an operation of a peer might change.
    async fn keep(&mut self) {
        let sql = "SELECT c.table_schema || '.' || c.table_name AS name, string_agg(quote_ident(c.column_name), ', ') AS columns
                   FROM information_schema.columns c JOIN information_schema.tables t
                     ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
                   WHERE c.table_schema IN ('members', 'circles', 'pass_keys', 'office') AND c.is_generated = 'NEVER'
                     AND c.table_name <> '_sqlx_migrations'
                   GROUP BY 1";
        let rows = self.database.lock().await.fetch_all(sql).await.unwrap();
        self.tables = rows.iter().map(|row| (row.get("name"), row.get("columns"))).collect();
        let copy = |(table, columns): &(String, String)| {
            format!("CREATE TABLE {} AS SELECT {columns} FROM {table};", kept(table))
        };
        let copies: String = self.tables.iter().map(copy).collect();
        self.run(&format!("CREATE SCHEMA kept; {copies}")).await;
    }

    /// All of them as they were at first, in whatever order: the replica role
    /// asks for no foreign key.
    pub async fn restore(&self) {
        // Deleting is quicker than truncating where there is next to nothing.
        let back = |(table, columns): &(String, String)| {
            let kept = kept(table);
            format!(
                "DELETE FROM {table}; INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {kept};"
            )
        };
        let back: String = self.tables.iter().map(back).collect();
        self.run(&format!("SET session_replication_role = replica; {back} RESET session_replication_role;")).await;
    }

    /// Everything in those tables, as one number, but for failed sign-ins,
    /// which a refusal counts, and letters, which go out.
    pub async fn fingerprint(&self) -> String {
        let one = |(table, _): &(String, String)| {
            format!("SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS part FROM {table} t")
        };
        let still = |(table, _): &&(String, String)| !matches!(table.as_str(), "office.failures" | "office.mails");
        let all = self.tables.iter().filter(still).map(one).collect::<Vec<_>>().join(" UNION ALL ");
        let sql = format!("SELECT md5(string_agg(part, ',')) FROM ({all}) parts");
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *self.database.lock().await).await.unwrap()
    }
}

/// Where a table's copy is.
fn kept(table: &str) -> String {
    format!("kept.{}", table.replace('.', "_"))
}

/// That a password proves somebody, beside a code of theirs where there is one.
pub fn proof_of(things: &Things) -> serde_json::Value {
    proof(PASSWORD, things.get("recovery_code").map(String::as_str))
}
