//! Copies of what is reported: what was typed, and the alias. What was ticked
//! is a word of ours and harms nobody.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::{Copied, ItemKind, ItemRef},
    reporting::or_left_out,
    store::{self, ItemRow, ReportRow},
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
        let row = store::find_item(connection, (Some(circle), Some(reader)), item).await?;
        rows.push((item, row.ok_or_else(|| missing(index))?));
    }
    let author = rows.first().map(|(_, row)| row.author).ok_or_else(ApiError::not_found)?;
    let owners: Vec<Uuid> = rows.iter().map(|(_, row)| row.author.0).collect();
    let keys = circles.sealer().keys(&owners).await?;
    let copies = rows.into_iter().enumerate();
    let copies = copies.map(|(index, (item, row))| copy(item, row, &keys)?.ok_or_else(|| missing(index)));
    Ok((author, copies.collect::<Result<_, _>>()?))
}

/// What stands now where something was reported; `None` where it is gone, or
/// does not open. Its author's pass is locked, so that it stays so.
pub(super) async fn standing(
    circles: &Circles,
    connection: &mut PgConnection,
    report: &ReportRow,
) -> Result<Option<Copied>, ApiError> {
    let Some(item) = ItemRef::of(report) else { return Ok(None) };
    let Some(row) = store::find_item(connection, (None, report.reporter), &item).await? else { return Ok(None) };
    let keys = circles.sealer().keys(&[row.author.0]).await?;
    Ok(or_left_out(copy(&item, row, &keys)).flatten())
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

/// A copy; `None` of an answer that says nothing any more, and is shown to nobody.
fn copy(item: &ItemRef, row: ItemRow, keys: &HashMap<Uuid, TextKey>) -> Result<Option<Copied>, ApiError> {
    let mut words = Vec::new();
    if let Some(key) = keys.get(&row.author.0) {
        let sealed_as = match (item.kind, item.n, item.day) {
            (ItemKind::Answer, Some(n), _) => answer_sealed_as(row.sealed_as, n),
            (ItemKind::Nudge, _, Some(day)) => nudge_sealed_as(row.sealed_as, day.date()),
            _ => row.sealed_as,
        };
        if let Some(sealed) = &row.words {
            texts(&key.open(Sealed::Words, sealed_as, sealed)?, &mut words);
        }
        if let Some(marks) = row.marks.filter(|_| words.is_empty()) {
            let ticked: HashMap<String, Value> = key.open(Sealed::Marks, sealed_as, &marks)?;
            if ticked.values().all(Value::is_null) {
                return Ok(None);
            }
        }
    }
    Ok(Some(Copied { kind: item.kind.as_str().to_owned(), alias: row.alias, words, story: None }))
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
