//! Somebody who keeps a copy.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Anonymous, Response};

/// Meetings by their id.
pub type Held = BTreeMap<String, Value>;

/// Somebody who keeps a copy of a scope.
#[derive(Debug, Clone)]
pub struct Reader {
    pub intergroup: Option<String>,
    pub limit: usize,
    pub cursor: Option<String>,
    pub held: Held,
    /// How often it had to begin anew.
    pub restarts: usize,
}

impl Reader {
    /// Of an intergroup with all that belong to it, or of everything.
    pub fn of(intergroup: Option<&str>, limit: usize) -> Self {
        let intergroup = intergroup.map(str::to_owned);
        Self { intergroup, limit, cursor: None, held: Held::new(), restarts: 0 }
    }

    /// The address of its next page.
    pub fn path(&self) -> String {
        let mut path = format!("/v1/meetings/changes?limit={}", self.limit);
        for (name, value) in [("intergroup_id", &self.intergroup), ("cursor", &self.cursor)] {
            if let Some(value) = value {
                path = format!("{path}&{name}={value}");
            }
        }
        path
    }

    /// Asks for a page and applies it; whether there is more at once.
    pub async fn read(&mut self, caller: &Anonymous) -> bool {
        let answer = caller.get(&self.path()).await;
        if answer.status == 410 {
            answer.is_problem(410, "cursor_expired", &[]);
            assert!(self.cursor.is_some(), "a walk cannot be too old to begin");
            (self.cursor, self.restarts) = (None, self.restarts + 1);
            self.held.clear();
            return true;
        }
        assert_eq!(answer.status, 200, "{}: {}", self.path(), answer.text());
        self.apply(&answer).1
    }

    /// Applies a page; what it said, and whether there is more at once.
    pub fn apply(&mut self, answer: &Response) -> (Vec<(String, String)>, bool) {
        let page = answer.json();
        let items = page["data"].as_array().unwrap();
        assert!(items.len() <= self.limit);
        let mut said = Vec::new();
        for item in items {
            let (op, id) = (item["op"].as_str().unwrap(), item["id"].as_str().unwrap());
            match op {
                "upsert" => {
                    assert_eq!(item["meeting"]["id"], id);
                    self.held.insert(id.to_owned(), item["meeting"].clone());
                }
                "delete" => {
                    assert!(item.get("meeting").is_none());
                    self.held.remove(id);
                }
                other => panic!("{other}"),
            }
            said.push((op.to_owned(), id.to_owned()));
        }
        self.cursor = Some(page["next_cursor"].as_str().unwrap().to_owned());
        let more = page["has_more"].as_bool().unwrap();
        assert!(!more || !items.is_empty(), "a page that says nothing and has more");
        assert_eq!(answer.header("link").contains("rel=\"next\""), more);
        (said, more)
    }

    /// Reads until there is no more.
    pub async fn catch_up(&mut self, caller: &Anonymous) {
        while self.read(caller).await {}
    }

    /// What the next page says, which is the last one.
    pub async fn told(&mut self, caller: &Anonymous) -> Vec<(String, String)> {
        let answer = caller.get(&self.path()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let (said, more) = self.apply(&answer);
        assert!(!more);
        said
    }
}

/// The scope as a search shows it, without what moves.
pub async fn searched(caller: &Anonymous, intergroup: Option<&str>) -> Held {
    let filter = intergroup.map_or(String::new(), |id| format!("&intergroup_id={id}"));
    let path = format!("/v1/meetings?attendance=in_person,online,hybrid,inactive&limit=100{filter}");
    let (mut held, mut cursor) = (Held::new(), String::new());
    loop {
        let page = caller.json(&format!("{path}{cursor}")).await;
        for meeting in page["data"].as_array().unwrap() {
            let mut meeting = meeting.clone();
            for moving in ["next_start", "next_end", "under_way", "distance_m", "synced_on"] {
                meeting.as_object_mut().unwrap().remove(moving);
            }
            held.insert(meeting["id"].as_str().unwrap().to_owned(), meeting);
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return held,
        }
    }
}
