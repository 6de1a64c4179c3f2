//! Groups and locations: which of them the rows of a source mean.
//!
//! A feed has no ids for them that last, so it knows each by a key made of its
//! name (and address). Rows of one key that differ in the rest (other notes
//! for the same building) are different things: one that the office has
//! already under its key keeps it; of the others the most common has the plain
//! key if that is free, and the rest have keys that end with a hash of what
//! they say. So a row that says what it said last time means the same thing.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::Hash,
};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::kernel::FeedId;

/// Who brought a group or location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct EntitySource {
    pub feed_id: Option<FeedId>,
    pub source_key: Option<String>,
    pub deleted: bool,
}

/// What happens to a group or location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(in crate::sync) enum EntityOp {
    Create,
    Update,
    Restore,
    Delete,
}

/// One group or location that changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::sync) struct EntityChange<Id, T> {
    pub op: EntityOp,
    pub id: Id,
    /// The key that the feed knows it by; absent for one that an office made.
    pub source_key: Option<String>,
    /// Its version before; 0 for a new one.
    pub version: i64,
    pub before: Option<T>,
    pub after: T,
}

/// A group or location as the office has it.
#[derive(Debug, Clone)]
pub(super) struct Known<Id, T> {
    pub id: Id,
    pub version: i64,
    pub content: T,
    pub source: EntitySource,
    /// The key that its content would have.
    pub key: String,
}

/// What the rows mean and what has to change for it.
#[derive(Debug)]
pub(super) struct Resolved<Id, T> {
    /// For each row, in its order.
    pub of_row: Vec<Option<Id>>,
    pub changes: Vec<EntityChange<Id, T>>,
}

/// Resolves the mentions of all rows (`None`: the row has none). What only rows
/// mention that say what they said last time (not `fresh`) stays as it is: the
/// office may have edited it since.
pub(super) fn resolve<Id, T>(
    mentions: &[Option<(String, &T)>],
    fresh: &[bool],
    known: &[Known<Id, T>],
    feed_id: FeedId,
    mut new_id: impl FnMut() -> Id,
) -> Resolved<Id, T>
where
    Id: Copy + Eq + Hash,
    T: Clone + PartialEq + Serialize,
{
    let mut by_key: HashMap<&str, &Known<Id, T>> = HashMap::new();
    // An office's own come first only where the feed has none of that key.
    for entity in known.iter().filter(|k| k.source.feed_id.is_none() && !k.source.deleted) {
        by_key.entry(&entity.key).or_insert(entity);
    }
    for entity in known.iter().filter(|k| k.source.feed_id == Some(feed_id)) {
        if let Some(key) = &entity.source.source_key {
            by_key.insert(key, entity);
        }
    }
    let keys = keys(mentions, &by_key);
    let said_anew: HashSet<String> =
        keys.iter().zip(fresh).filter(|(_, fresh)| **fresh).filter_map(|(key, _)| key.clone()).collect();
    let mut ids: HashMap<String, Id> = HashMap::new();
    let mut changes = Vec::new();
    let of_row = mentions.iter().zip(keys).map(|(mention, key)| {
        let ((_, content), key) = (mention.as_ref()?, key?);
        if let Some(id) = ids.get(&key) {
            return Some(*id);
        }
        let id = match by_key.get(key.as_str()) {
            Some(entity) => {
                changes.extend(change_of(entity, content).filter(|_| said_anew.contains(&key)));
                entity.id
            }
            None => {
                let (id, after) = (new_id(), (*content).clone());
                let source_key = Some(key.clone());
                changes.push(EntityChange { op: EntityOp::Create, id, source_key, version: 0, before: None, after });
                id
            }
        };
        ids.insert(key, id);
        Some(id)
    });
    Resolved { of_row: of_row.collect(), changes }
}

/// Those of the feed's that nothing points to any more.
pub(super) fn orphans<Id, T>(
    known: &[Known<Id, T>],
    feed_id: FeedId,
    used: &HashSet<Id>,
) -> impl Iterator<Item = EntityChange<Id, T>>
where
    Id: Copy + Eq + Hash,
    T: Clone,
{
    known.iter().filter(move |k| k.source.feed_id == Some(feed_id) && !k.source.deleted && !used.contains(&k.id)).map(
        |k| EntityChange {
            op: EntityOp::Delete,
            id: k.id,
            source_key: k.source.source_key.clone(),
            version: k.version,
            before: Some(k.content.clone()),
            after: k.content.clone(),
        },
    )
}

fn change_of<Id: Copy, T: Clone + PartialEq>(known: &Known<Id, T>, content: &T) -> Option<EntityChange<Id, T>> {
    let op = match (known.source.deleted, known.content == *content) {
        (true, _) => EntityOp::Restore,
        (false, false) => EntityOp::Update,
        (false, true) => return None,
    };
    Some(EntityChange {
        op,
        id: known.id,
        source_key: known.source.source_key.clone(),
        version: known.version,
        before: Some(known.content.clone()),
        after: content.clone(),
    })
}

/// The final key of each row's mention.
fn keys<Id, T>(mentions: &[Option<(String, &T)>], by_key: &HashMap<&str, &Known<Id, T>>) -> Vec<Option<String>>
where
    T: PartialEq + Serialize,
{
    // Per base key: canonical JSON of each variant -> how many rows say so.
    let mut variants: HashMap<&str, BTreeMap<String, usize>> = HashMap::new();
    let json = |content: &T| serde_json::to_string(content).unwrap_or_default();
    for (base, content) in mentions.iter().flatten() {
        *variants.entry(base).or_default().entry(json(content)).or_default() += 1;
    }
    let says = |key: &str, variant: &str| by_key.get(key).is_some_and(|known| json(&known.content) == variant);
    let is_settled = |base: &str, variant: &str| {
        let own = own_key(base, variant);
        says(&own, variant) && by_key.get(own.as_str()).is_some_and(|known| !known.source.deleted)
    };
    let plain: HashMap<&str, &String> = variants
        .iter()
        .filter_map(|(base, variants)| {
            let kept = variants.keys().find(|variant| says(base, variant));
            let open = variants.iter().filter(|(variant, _)| !is_settled(base, variant));
            let most = open.max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
            Some((*base, kept.or(most.map(|(variant, _)| variant))?))
        })
        .collect();
    mentions
        .iter()
        .map(|mention| {
            let (base, content) = mention.as_ref()?;
            let variant = json(content);
            let is_plain = plain.get(base.as_str()) == Some(&&variant);
            Some(if is_plain { base.clone() } else { own_key(base, &variant) })
        })
        .collect()
}

/// The key of a variant that is not the plain one of its base key.
fn own_key(base: &str, variant: &str) -> String {
    let digest = Sha256::digest(variant.as_bytes());
    let hash = digest.iter().take(8).fold(0u64, |hash, byte| hash << 8 | u64::from(*byte));
    format!("{base}#{hash:016x}")
}
