//! Copies of what is reported: what was typed, and the alias. What was ticked
//! is a word of ours and harms nobody.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::{Copied, ItemKind, ItemRef},
    store::{self, ItemRow},
};
use crate::{
    circles::{Circles, Sealed, TextKey, answer_sealed_as, nudge_sealed_as},
    http::ApiError,
    kernel::{CircleId, Invalid, PassId},
};

/// The item that is reported and those picked beside it, all of one circle.
pub(super) async fn copy_all(
    circles: &Circles,
    connection: &mut PgConnection,
    (circle, reader): (CircleId, PassId),
    items: &[ItemRef],
) -> Result<(PassId, Vec<Copied>), ApiError> {
    let mut rows = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let row = store::find_item(connection, (circle, reader), item).await?;
        rows.push((item, row.ok_or_else(|| missing(index))?));
    }
    let author = rows.first().map(|(_, row)| row.author).ok_or_else(ApiError::not_found)?;
    let owners: Vec<Uuid> = rows.iter().map(|(_, row)| row.author.0).collect();
    let keys = circles.sealer().keys(&owners).await?;
    let copies = rows.into_iter().map(|(item, row)| copy(item, row, &keys)).collect::<Result<_, _>>()?;
    Ok((author, copies))
}

/// There is no such item in the circle, or it was erased meanwhile.
fn missing(index: usize) -> ApiError {
    match index.checked_sub(1) {
        None => ApiError::not_found(),
        Some(picked) => {
            let message = "must be an item of this circle that is there";
            ApiError::content(vec![Invalid::new(format!("/picked/{picked}"), "invalid_value", message)])
        }
    }
}

fn copy(item: &ItemRef, row: ItemRow, keys: &HashMap<Uuid, TextKey>) -> Result<Copied, ApiError> {
    let mut words = Vec::new();
    if let Some((key, sealed)) = keys.get(&row.author.0).zip(row.words.as_deref()) {
        let sealed_as = match (item.kind, item.n, item.day) {
            (ItemKind::Answer, Some(n), _) => answer_sealed_as(row.sealed_as, n),
            (ItemKind::Nudge, _, Some(day)) => nudge_sealed_as(row.sealed_as, day.date()),
            _ => row.sealed_as,
        };
        texts(&key.open(Sealed::Words, sealed_as, sealed)?, &mut words);
    }
    Ok(Copied { kind: item.kind.as_str().to_owned(), alias: row.alias, words, story: None })
}

/// Every text in what was typed, whatever its shape: the words of an item and
/// what else somebody wrote into it.
fn texts(typed: &Value, found: &mut Vec<String>) {
    match typed {
        Value::String(text) if !text.is_empty() => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_of_an_item_is_copied_and_nothing_else() {
        let mut found = Vec::new();
        texts(&json!({"w": "one", "h": ["two", "three"], "n": 4, "x": null, "e": ""}), &mut found);
        found.sort();
        assert_eq!(found, ["one", "three", "two"]);
        let mut found = Vec::new();
        texts(&json!("a label"), &mut found);
        assert_eq!(found, ["a label"]);
    }
}
