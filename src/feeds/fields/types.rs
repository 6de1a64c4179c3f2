//! `types`: codes or names, in a list or in one text.

use serde_json::Value;

use crate::{
    directory::{Meaning, understand_type},
    feeds::{
        model::FeedContext,
        problems::ProblemCode,
        row::{Row, display, written},
    },
};

/// Takes the types: exact codes, sorted, each once, never both open and
/// closed. Unknown ones are named to the office and kept beside the content.
pub(crate) fn types(row: &mut Row, context: &FeedContext) -> Vec<String> {
    let Some(value) = row.take("types") else { return Vec::new() };
    let words: Vec<&Value> = match &value {
        Value::Array(list) => list.iter().filter(|word| !word.is_null()).collect(),
        Value::Bool(_) | Value::Object(_) => {
            row.drop(ProblemCode::WrongType, "types", value);
            return Vec::new();
        }
        one => vec![one],
    };
    let (mut codes, mut unknown) = (Vec::new(), Vec::new());
    for word in words {
        let Some(text) = written(word) else {
            unknown.push(display(word).into_owned());
            continue;
        };
        for word in text.split([',', ';', '|', '\n']).map(str::trim).filter(|word| !word.is_empty()) {
            if let Some(meant) = context.codes(word) {
                codes.extend(meant.iter().map(String::as_str));
                continue;
            }
            match understand_type(word) {
                Some(Meaning::Code(code)) => codes.push(code.as_str()),
                Some(Meaning::Typo(code)) => {
                    row.problem(ProblemCode::TypeTypo, "types", word);
                    codes.push(code.as_str());
                }
                Some(Meaning::Ignored) => {}
                None => unknown.push(word.to_owned()),
            }
        }
    }
    codes.sort_unstable();
    codes.dedup();
    if codes.contains(&"O") && codes.contains(&"C") {
        row.problem(ProblemCode::OpenAndClosed, "types", "O, C");
        codes.retain(|code| *code != "O");
    }
    unknown.sort_unstable();
    unknown.dedup();
    for word in &unknown {
        row.problem(ProblemCode::UnknownType, "types", word);
    }
    if !unknown.is_empty() {
        row.keep("types", unknown.into());
    }
    codes.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn read(value: Value) -> (String, Vec<ProblemCode>) {
        let mut row = Row::new(1, Map::from_iter([("types".to_owned(), value)]));
        let types = types(&mut row, &FeedContext::of(chrono_tz::UTC)).join(" ");
        (types, row.problems(None).into_iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn types_are_exact_codes() {
        use ProblemCode::{OpenAndClosed, TypeTypo, UnknownType, WrongType};
        for (value, codes, problems) in [
            (json!(["O", "D"]), "D O", vec![]),
            (
                json!("Open, Discussion, step meeting, SIGN LANGUAGE, Bogus, 12x12"),
                "12x12 ASL D O ST",
                vec![UnknownType],
            ),
            (json!(["o", "12X12", null, 11, "O"]), "11 12x12 O", vec![]),
            (json!("O; D"), "D O", vec![]),
            (json!(["O", "C"]), "C", vec![OpenAndClosed]),
            (json!(["M", "W"]), "M W", vec![]),
            (json!(["ONL", "onl", "NS"]), "", vec![]),
            (json!(["ASBI"]), "ABSI", vec![TypeTypo]),
            (json!(["BS", "AC", "BS", {"a": 1}]), "", vec![UnknownType; 3]),
            (json!({"a": 1}), "", vec![WrongType]),
            (json!(11), "11", vec![]),
            (json!([]), "", vec![]),
        ] {
            assert_eq!(read(value.clone()), (codes.to_owned(), problems), "{value}");
        }
    }
}
