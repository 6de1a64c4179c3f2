//! Usual rows and monstrous ones.

use super::*;

fn read(json: &str) -> (Value, bool) {
    let mut reader = crate::feeds::decode::Decoder::new(json.as_bytes());
    let mut budget = Budget::new(reader.progress());
    let value = Bounded::row(&mut budget).deserialize(&mut serde_json::Deserializer::from_reader(&mut reader));
    (value.unwrap(), budget.is_over())
}

#[test]
fn a_usual_row_is_read_as_it_is() {
    let json = r#"{"a": [1, -2, 0.5, null, true, "x"], "b": {"c": {}}}"#;
    assert_eq!(read(json), (serde_json::from_str(json).unwrap(), false));
}

#[test]
fn a_monstrous_row_keeps_what_came_before() {
    for rest in [
        "[".repeat(90) + &"]".repeat(90),
        format!("[{}1]", "1,".repeat(20_000)),
        format!("\"{}\"", "x".repeat(2_000_000)),
    ] {
        let (value, over) = read(&format!(r#"{{"slug": "a", "x": {rest}, "y": 1}}"#));
        assert!(over);
        assert_eq!(value, serde_json::json!({"slug": "a"}));
    }
}
