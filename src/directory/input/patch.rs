//! Documents, and what becomes of one that is patched.

use std::collections::BTreeSet;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

use crate::{
    http::{ApiError, merge, read_input},
    kernel::{Invalid, MeetingId},
};

type Members = Map<String, Value>;

/// How many unknown fields are named before it is enough.
const MOST_UNKNOWN: usize = 20;

/// What the directory keeps of a thing, and the input that changes it.
pub(in crate::directory) trait Document: Serialize + DeserializeOwned + Clone + PartialEq {
    /// What an office sends of it.
    type Input: Serialize + DeserializeOwned + PartialSchema;

    /// What it is called in the change log.
    const ENTITY: &'static str;

    /// Fields that the input cannot lack, each with a value that it takes: it
    /// stands in for a stored one that a PATCH leaves alone.
    const NEEDED: &'static [(&'static str, &'static str)];

    /// Fields that the input may lack, and that a PATCH cannot take away.
    const LASTING: &'static [&'static str] = &[];

    /// Fields of the input that only assert something and are not kept.
    const ASSERTED: &'static [&'static str] = &[];

    /// Completes the outcome with what follows from the fields that were sent.
    fn settle(_change: &mut Change<'_, Self::Input>) -> Vec<Invalid> {
        Vec::new()
    }
}

/// A change on its way from the stored document to the next.
pub(in crate::directory) struct Change<'a, I> {
    pub before: &'a Members,
    pub after: &'a mut Members,
    pub patch: &'a Members,
    pub input: &'a I,
}

/// What becomes of a document.
pub(in crate::directory) struct Patched<D: Document> {
    /// The outcome.
    pub document: D,
    /// What was sent of it, parsed; a field that was not sent may hold a
    /// stand-in.
    pub sent: D::Input,
    /// Which fields change.
    pub touched: Touched,
}

/// The fields that a write changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::directory) enum Touched {
    /// All of them: it is new.
    All,
    /// These.
    Only(BTreeSet<String>),
}

impl Touched {
    /// Whether it changes one of these.
    pub fn any(&self, fields: &[&str]) -> bool {
        match self {
            Self::All => true,
            Self::Only(touched) => fields.iter().any(|field| touched.contains(*field)),
        }
    }
}

/// The document that an input makes of a blank one.
///
/// # Errors
/// Everything that is wrong with the input.
pub(in crate::directory) fn created<D: Document>(blank: &D, input: &D::Input) -> Result<Patched<D>, Vec<Invalid>> {
    let body = json!(input);
    patched(blank, &body).map(|made| Patched { touched: Touched::All, ..made })
}

/// The outcome of a PATCH.
///
/// # Errors
/// Everything that is wrong with what was sent.
pub(in crate::directory) fn patched<D: Document>(stored: &D, patch: &Value) -> Result<Patched<D>, Vec<Invalid>> {
    let (Value::Object(before), Value::Object(patch)) = (json!(stored), patch) else {
        return Err(vec![Invalid::new("", "wrong_type", "must be an object")]);
    };
    let mut merged = Value::Object(before.clone());
    merge(&mut merged, &Value::Object(patch.clone()));
    let Value::Object(merged) = merged else { return Err(Vec::new()) };
    let mut sent = sent(&before, &merged, patch);
    let mut wrong = unknown::<D::Input>(&sent, patch);
    for field in D::LASTING.iter().filter(|field| patch.get(**field).is_some_and(Value::is_null)) {
        wrong.push(Invalid::new(format!("/{field}"), "null_not_allowed", "cannot be taken away"));
    }
    if sent.get("slug").and_then(Value::as_str).is_some_and(has_form_of_id) {
        wrong.push(Invalid::new("/slug", "invalid_value", FORM_OF_ID));
    }
    for (field, stand_in) in D::NEEDED {
        if merged.contains_key(*field) && !sent.contains_key(*field) {
            sent.insert((*field).to_owned(), json!(stand_in));
        }
    }
    let input: D::Input = match read_input(Value::Object(sent)) {
        Ok(input) if wrong.is_empty() => input,
        Ok(_) => return Err(wrong),
        Err(more) => {
            let told = wrong.clone();
            wrong.extend(more.invalid().iter().filter(|invalid| !told.contains(invalid)).cloned());
            return Err(wrong);
        }
    };
    let Value::Object(canonical) = json!(input) else { return Err(Vec::new()) };
    let mut after = before.clone();
    overlay(&mut after, &merged, &canonical);
    D::ASSERTED.iter().for_each(|field| _ = after.remove(*field));
    let wrong = D::settle(&mut Change { before: &before, after: &mut after, patch, input: &input });
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let touched = Touched::Only(changed_fields(&before, &after).map(str::to_owned).collect());
    let document = serde_json::from_value(Value::Object(after))
        .map_err(|_| vec![Invalid::new("", "invalid_content", "does not make a whole")])?;
    Ok(Patched { document, sent: input, touched })
}

/// What is wrong with a slug that has the form of an id: where either may
/// stand, what has that form is one.
pub(in crate::directory) const FORM_OF_ID: &str =
    "must not have the form of an id, or nobody would find it by its slug";

/// Whether a text has the form of an id.
pub(in crate::directory) fn has_form_of_id(text: &str) -> bool {
    text.parse::<MeetingId>().is_ok()
}

/// The names of what two objects differ in.
pub(in crate::directory) fn changed_fields<'a>(
    before: &'a Members,
    after: &'a Members,
) -> impl Iterator<Item = &'a str> {
    let taken_away = before.keys().filter(|name| !after.contains_key(*name));
    let given = after.iter().filter(|(name, value)| before.get(*name) != Some(value)).map(|(name, _)| name);
    taken_away.chain(given).map(String::as_str)
}

/// The part of the outcome that the patch changes.
fn sent(before: &Members, merged: &Members, patch: &Members) -> Members {
    let mut sent = Members::new();
    for name in patch.keys() {
        match (before.get(name), merged.get(name), patch.get(name)) {
            (was, Some(is), _) if was == Some(is) => {}
            (was, Some(Value::Object(is)), Some(Value::Object(patch))) => {
                let nothing = Members::new();
                let was = was.and_then(Value::as_object).unwrap_or(&nothing);
                sent.insert(name.clone(), Value::Object(self::sent(was, is, patch)));
            }
            (_, Some(is), _) => _ = sent.insert(name.clone(), is.clone()),
            (_, None, _) => {}
        }
    }
    sent
}

/// Names in the patch that the input does not know, among those that are not
/// parsed anyway: what is taken away, or is as it was.
fn unknown<I: DeserializeOwned + PartialSchema>(sent: &Members, patch: &Members) -> Vec<Invalid> {
    let mut unknown = Vec::new();
    for (name, value) in patch {
        let inner = match (value, sent.get(name)) {
            (Value::Object(value), sent) => value
                .keys()
                .filter(|inner| sent.is_none_or(|sent| sent.get(*inner).is_none()))
                .map(|inner| json!({ inner: {} }))
                .chain(value.is_empty().then(|| json!({})))
                .collect(),
            (_, None) => vec![json!({})],
            (_, Some(_)) => Vec::new(),
        };
        for inner in inner {
            let wrong = read_input::<I>(json!({ name: inner })).err();
            let wrong = wrong.iter().flat_map(ApiError::invalid);
            unknown.extend(wrong.filter(|invalid| invalid.code == "unknown_field").cloned());
            if unknown.len() >= MOST_UNKNOWN {
                return unknown;
            }
        }
    }
    unknown
}

/// Puts what was parsed in the place of everything that the merge changes.
fn overlay(after: &mut Members, merged: &Members, canonical: &Members) {
    let changed: Vec<String> = changed_fields(after, merged).map(str::to_owned).collect();
    for name in changed {
        let parsed = canonical.get(&name);
        match (after.get_mut(&name), merged.get(&name), parsed) {
            (Some(Value::Object(after)), Some(Value::Object(merged)), parsed) => {
                let nothing = Members::new();
                overlay(after, merged, parsed.and_then(Value::as_object).unwrap_or(&nothing));
            }
            // What is taken away and has a default in the input goes back to it.
            (_, _, Some(parsed)) => _ = after.insert(name, parsed.clone()),
            (_, _, None) => _ = after.remove(&name),
        }
    }
}
