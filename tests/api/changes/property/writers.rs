//! Everything that may be written, at random and all at once.

use std::sync::{Arc, atomic::Ordering};

use openchair::{
    db::{self, Scope},
    feeds::{self, FeedContext},
    sync::{self, ImportOptions, Mode},
};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use super::{World, dice::Dice};
use crate::{
    api::changes::online,
    support::{Bearer, Response},
};

/// One who writes.
struct Writer {
    world: Arc<World>,
    dice: Dice,
}

/// Writes so much.
pub async fn write(world: Arc<World>, seed: u64, times: usize) {
    let writer = Writer { world, dice: Dice::new(seed) };
    for n in 0..times {
        // Everybody begins with something to change.
        let what = if n < 4 { 0 } else { writer.dice.below(14) };
        match what {
            0 | 1 => writer.make().await,
            2 => writer.change(&json!({ "notes": writer.words() })).await,
            3 => writer.change(&json!({ "published": writer.dice.below(3) > 0 })).await,
            4 => writer.move_away().await,
            5 => writer.delete().await,
            6 => writer.restore().await,
            7 => writer.shared().await,
            8 => writer.notice().await,
            9 => writer.batch().await,
            10 => writer.import().await,
            11 => writer.give_up().await,
            12 => writer.dawdle().await,
            _ => writer.turn_the_tree().await,
        }
        writer.world.written.fetch_add(1, Ordering::SeqCst);
    }
}

impl Writer {
    fn words(&self) -> String {
        format!("word {}", self.dice.below(1_000_000))
    }

    fn office(&self) -> usize {
        self.dice.below(self.world.offices.len())
    }

    async fn meeting(&self) -> Option<String> {
        self.dice.of(&self.world.meetings.lock().await).cloned()
    }

    /// Sends something of which it is not known whether it fits what others do
    /// meanwhile: it may be refused, but not fail.
    async fn send(&self, office: usize, method: Method, path: &str, body: Option<&Value>) -> Response {
        let editor: &Bearer = &self.world.editors[office];
        let answer = editor.send(method, path, &[("if-match", "*")], body).await;
        // So many at once may wait too long for a connection.
        assert!(answer.status < 500 || answer.status == 503, "{path}: {}", answer.text());
        answer
    }

    async fn make(&self) {
        let at = self.office();
        let (office, mut body) = (self.world.offices[at], online(&self.words()));
        let lists = [("groups", "group_id"), ("locations", "location_id"), ("regions", "region_id")];
        for (list, field) in lists {
            // What all of an office share, so that one change shows in many.
            let answer = self.world.editors[at].get(&format!("/v1/{list}?intergroup_id={office}")).await.json();
            let there: Vec<&Value> = answer["data"].as_array().unwrap().iter().collect();
            let own = there.iter().filter(|one| list != "regions" || one["intergroup_id"] == office.to_string());
            let own: Vec<&&Value> =
                own.filter(|one| list == "regions" || one["intergroup"]["id"] == office.to_string()).collect();
            if let Some(one) = self.dice.of(&own) {
                body[field] = one["id"].clone();
            } else {
                let new = if list == "locations" {
                    json!({ "name": self.words(), "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA",
                            "latitude": 41.88425, "longitude": -87.63245 })
                } else {
                    json!({ "name": self.words() })
                };
                self.send(at, Method::POST, &format!("/v1/intergroups/{office}/{list}"), Some(&new)).await;
            }
        }
        let answer = self.send(at, Method::POST, &format!("/v1/intergroups/{office}/meetings"), Some(&body)).await;
        if answer.status == 201 {
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            self.world.meetings.lock().await.push(format!("/v1/meetings/{id}"));
        }
    }

    async fn change(&self, patch: &Value) {
        if let Some(meeting) = self.meeting().await {
            self.send(self.office(), Method::PATCH, &meeting, Some(patch)).await;
        }
    }

    async fn move_away(&self) {
        let to = self.world.offices[self.dice.below(3)];
        let patch = json!({ "intergroup_id": to, "group_id": null, "location_id": null, "region_id": null });
        self.change(&patch).await;
    }

    async fn delete(&self) {
        if let Some(meeting) = self.meeting().await {
            self.send(self.office(), Method::DELETE, &meeting, None).await;
        }
    }

    async fn restore(&self) {
        if let Some(meeting) = self.meeting().await {
            self.send(self.office(), Method::POST, &format!("{meeting}/restore"), None).await;
        }
    }

    /// Something that many meetings show.
    async fn shared(&self) {
        let at = self.office();
        let office = self.world.offices[at];
        let list = ["groups", "locations", "regions", "intergroups"][self.dice.below(4)];
        let path = match list {
            "intergroups" => format!("/v1/intergroups/{office}"),
            _ => {
                let page = self.world.editors[at].get(&format!("/v1/{list}?intergroup_id={office}")).await.json();
                let there: Vec<&Value> = page["data"].as_array().unwrap().iter().collect();
                let Some(one) = self.dice.of(&there) else { return };
                format!("/v1/{list}/{}", one["id"].as_str().unwrap())
            }
        };
        self.send(at, Method::PATCH, &path, Some(&json!({ "name": self.words() }))).await;
    }

    async fn notice(&self) {
        let at = self.office();
        let Some(meeting) = self.meeting().await else { return };
        let of = if self.dice.below(2) == 0 { meeting } else { format!("/v1/intergroups/{}", self.world.offices[at]) };
        let notice = json!({ "kind": "cancelled", "from": "2026-12-24", "words": self.words() });
        let answer = self.send(at, Method::POST, &format!("{of}/notices"), Some(&notice)).await;
        if answer.status == 201 && self.dice.below(2) == 0 {
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            self.send(at, Method::DELETE, &format!("{of}/notices/{id}"), None).await;
        }
    }

    async fn batch(&self) {
        let at = self.office();
        let items: Vec<Value> = (0..5)
            .map(|_| {
                let mut item = online(&self.words());
                item["slug"] = json!(format!("batch-{}", self.dice.below(20)));
                item
            })
            .collect();
        let path = format!("/v1/intergroups/{}/meetings/batch", self.world.offices[at]);
        self.send(at, Method::POST, &path, Some(&json!({ "items": items }))).await;
    }

    async fn import(&self) {
        let rows: Vec<Value> = (0..25)
            .filter(|_| self.dice.below(4) > 0)
            .map(|n| {
                json!({ "slug": format!("fed-{n}"), "name": format!("Fed {}", self.dice.below(3)), "day": n % 7,
                        "time": format!("{:02}:00", n), "timezone": "America/Chicago", "location": "Tinder Hall",
                        "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA", "approximate": "no",
                        "location_notes": self.words(), "group": format!("Group {}", n % 3),
                        "group_notes": self.words(), "region": "North", "types": ["O"] })
            })
            .collect();
        let context = FeedContext::of(chrono_tz::America::Chicago);
        let read = feeds::read_meeting_guide(&*serde_json::to_vec(&rows).unwrap(), &context).unwrap();
        let options = ImportOptions { mode: Mode::Apply, allow_shrink: true };
        let (office, app) = (self.world.offices[1 + self.dice.below(2)], &self.world.app);
        sync::import(&self.world.pool, &*app.clock, &*app.entropy, office, &read, options).await.unwrap();
    }

    /// A transaction that is given up, before or behind its last statement, or
    /// cut off.
    async fn give_up(&self) {
        let mut write = db::begin_write(&self.world.pool, Scope::Operator).await.unwrap();
        let sql = "UPDATE directory.meetings SET name = 'never', revision = $1, published = not published";
        sqlx::query(sql).bind(write.revision).execute(&mut *write.transaction).await.unwrap();
        if self.dice.below(2) == 0 {
            let cut = "SELECT pg_terminate_backend(pg_backend_pid())";
            sqlx::query(cut).execute(&mut *write.transaction).await.unwrap_err();
        }
    }

    /// A transaction that takes its time before it commits.
    async fn dawdle(&self) {
        let mut write = db::begin_write(&self.world.pool, Scope::Operator).await.unwrap();
        for n in 0..3 {
            let sql = format!(
                "UPDATE directory.meetings SET notes = 'slow {n}', revision = {}
                 WHERE id IN (SELECT id FROM directory.meetings ORDER BY random() LIMIT 3)",
                write.revision
            );
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *write.transaction).await.unwrap();
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
        write.commit().await.unwrap();
    }

    /// Lets the north belong to somebody else, or to nobody.
    async fn turn_the_tree(&self) {
        let [area, north, south, _] = self.world.offices;
        let parent = [format!("'{area}'"), format!("'{south}'"), "NULL".to_owned()][self.dice.below(3)].clone();
        // The clock first, as everybody does: otherwise two could wait for each other.
        let sql = format!(
            "UPDATE directory.directory_clock SET revision = revision + 1;
             UPDATE directory.intergroups SET parent_id = {parent} WHERE id = '{north}'"
        );
        self.world.app.as_owner_unseen(&sql).await;
    }
}
