//! What peers wrote, put where circles keep it.

use chrono::NaiveDate;
use openchair::{circles::Sealed, kernel::Entropy};
use serde_json::json;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::{Peer, TestApp};

/// Monday of the week in which tests begin.
pub const WEEK: &str = "2026-05-04";

impl TestApp {
    async fn sealed(&self, by: &Peer, what: Sealed, item: Uuid, value: &serde_json::Value) -> Vec<u8> {
        let sealer = self.sealer();
        let key = sealer.key(by.pass_id.parse().unwrap()).await.unwrap();
        sealer.seal(&key, what, item, value).unwrap()
    }

    /// A check-in, goal or milestone of a peer; its id.
    pub async fn item(&self, by: &Peer, table: &str, words: &str) -> Uuid {
        let id = self.entropy.uuid_v4();
        let (column, typed) = match table {
            "check_ins" => ("day", json!({ "w": words, "h": ["the dog"] })),
            "goals" => ("week", json!({ "w": words })),
            _ => ("week", json!(words)),
        };
        let marks = self.sealed(by, Sealed::Marks, id, &json!({})).await;
        let words = self.sealed(by, Sealed::Words, id, &typed).await;
        let insert = format!(
            "INSERT INTO circles.{table} (id, pass_id, {column}, version, marks, words)
             VALUES ($1, $2, '{WEEK}', 7, $3, $4)"
        );
        let insert = sqlx::query(AssertSqlSafe(insert)).bind(id).bind(by.pass_id.parse::<Uuid>().unwrap());
        insert.bind(marks).bind(words).execute(&mut self.database.owner().await).await.unwrap();
        id
    }

    /// An answer of a peer to a check-in.
    pub async fn answer(&self, by: &Peer, item: Uuid, n: i16, words: &str) {
        let sealed_as = Uuid::from_u128(item.as_u128() ^ u128::from(n.unsigned_abs()));
        let marks = self.sealed(by, Sealed::Marks, sealed_as, &json!({ "r": null })).await;
        let words = self.sealed(by, Sealed::Words, sealed_as, &json!(words)).await;
        let insert = sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO circles.answers (pass_id, item_kind, item_id, n, week, version, marks, words)
             VALUES ($1, 'check_in', $2, $3, '{WEEK}', 7, $4, $5)"
        )));
        let insert = insert.bind(by.pass_id.parse::<Uuid>().unwrap()).bind(item).bind(n).bind(marks).bind(words);
        insert.execute(&mut self.database.owner().await).await.unwrap();
    }

    /// A nudge of a peer to another.
    pub async fn nudge(&self, by: &Peer, to: &Peer, day: NaiveDate, words: &str) {
        use chrono::Datelike as _;
        let to = to.pass_id.parse::<Uuid>().unwrap();
        let sealed_as = Uuid::from_u128(to.as_u128() ^ u128::from(day.num_days_from_ce().unsigned_abs()));
        let words = self.sealed(by, Sealed::Words, sealed_as, &json!(words)).await;
        let insert = sqlx::query("INSERT INTO circles.nudges (pass_id, to_id, day, words) VALUES ($1, $2, $3, $4)");
        let insert = insert.bind(by.pass_id.parse::<Uuid>().unwrap()).bind(to).bind(day).bind(words);
        insert.execute(&mut self.database.owner().await).await.unwrap();
    }

    /// How many rows something has.
    pub async fn rows(&self, from: &str) -> i64 {
        let count = sqlx::query(AssertSqlSafe(format!("SELECT count(*) FROM {from}")));
        count.fetch_one(&mut self.database.owner().await).await.unwrap().get(0)
    }

    /// A UUID as a device draws one.
    pub fn drawn(&self) -> Uuid {
        self.entropy.uuid_v4()
    }
}
