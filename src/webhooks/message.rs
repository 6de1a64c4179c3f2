//! What is sent: the body, and the headers that make it one of ours.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::key::SigningKey;

/// The most bytes of a body, as the specification recommends.
const MOST_BYTES: usize = 20 * 1024;

/// Something that happened, as receivers are told.
#[derive(Debug, Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a Value,
}

/// The message is longer than any that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message is longer than 20 KiB")]
pub(super) struct TooLong;

/// The body of a message: the same bytes each time.
///
/// # Errors
/// When it is longer than messages may be.
pub(super) fn body(event: &str, occurred_at: DateTime<Utc>, data: &Value) -> Result<Vec<u8>, TooLong> {
    let timestamp = occurred_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let body = serde_json::to_vec(&Body { r#type: event, timestamp, data }).map_err(|_| TooLong)?;
    if body.len() > MOST_BYTES { Err(TooLong) } else { Ok(body) }
}

/// The headers of a message that is sent at `now`, signed with each key.
pub(super) fn headers(id: Uuid, now: DateTime<Utc>, body: &[u8], keys: &[SigningKey]) -> [(&'static str, String); 3] {
    let (id, timestamp) = (id.to_string(), now.timestamp());
    let signatures: Vec<String> = keys.iter().map(|key| key.sign(&id, timestamp, body)).collect();
    [("webhook-signature", signatures.join(" ")), ("webhook-id", id), ("webhook-timestamp", timestamp.to_string())]
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_has_the_parts_that_the_specification_names() {
        let at = Utc.with_ymd_and_hms(2026, 5, 4, 17, 0, 0).unwrap();
        let written = body("meeting.updated", at, &json!({ "id": 1 })).unwrap();
        let expected = r#"{"type":"meeting.updated","timestamp":"2026-05-04T17:00:00Z","data":{"id":1}}"#;
        assert_eq!(String::from_utf8(written).unwrap(), expected);
        assert_eq!(body("meeting.updated", at, &json!("x".repeat(20 * 1024))), Err(TooLong));
    }

    #[test]
    fn each_key_has_its_signature() {
        let keys = [SigningKey::of(vec![1; 32]), SigningKey::of(vec![2; 32])];
        let now = Utc.timestamp_opt(1_700_000_000, 0).unwrap();
        let [(_, signatures), (_, id), (_, timestamp)] = headers(Uuid::nil(), now, b"{}", &keys);
        let each: Vec<String> = keys.iter().map(|key| key.sign(&id, 1_700_000_000, b"{}")).collect();
        assert_eq!((signatures, timestamp), (each.join(" "), "1700000000".to_owned()));
        assert!(!id.contains('.'));
    }
}
