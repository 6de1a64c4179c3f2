//! `regions`, `region` and its parts, `district`: whose part of the map it is.

use serde_json::Value;

use crate::feeds::{
    limits::REGION_LEVELS,
    normalise::text::Lines,
    problems::ProblemCode,
    row::{Row, display, written},
};

const LEVELS: [&str; 3] = ["region", "sub_region", "sub_sub_region"];

/// Takes the region, from the most general level to the most specific.
/// `regions` wins over `region` and its parts. An empty one stays empty: the
/// city is not a region unless the office says so.
pub(crate) fn region(row: &mut Row) -> Vec<String> {
    let listed = row.take("regions");
    let levels: Vec<String> = LEVELS.iter().filter_map(|level| row.text(level, Lines::Joined)).collect();
    let mut region = match listed {
        None => levels,
        Some(Value::Array(list)) => list.iter().filter_map(|level| one(row, level)).collect(),
        Some(path @ (Value::String(_) | Value::Number(_))) => {
            // What sheets write for a path.
            let path = written(&path).unwrap_or_default();
            path.split('>').filter_map(|level| one(row, &Value::from(level))).collect()
        }
        Some(other) => {
            row.drop(ProblemCode::WrongType, "regions", other);
            levels
        }
    };
    if region.len() > REGION_LEVELS {
        row.problem(ProblemCode::RegionTooDeep, "regions", &region.join(" > "));
        region.truncate(REGION_LEVELS);
    }
    region
}

/// Reads one level like the field `region`.
fn one(row: &mut Row, level: &Value) -> Option<String> {
    if !level.is_null() && written(level).is_none() {
        row.problem(ProblemCode::WrongType, "regions", &display(level));
        return None;
    }
    row.put("region", level.clone());
    row.text("region", Lines::Joined)
}

/// Takes the district, as the office writes it.
pub(crate) fn district(row: &mut Row) -> Option<String> {
    let districts = row.take("districts");
    let listed = match &districts {
        Some(Value::Array(list)) => Some(list.iter().filter_map(written).collect::<Vec<_>>().join(", ")),
        Some(one) => written(one),
        None => None,
    };
    row.text("district", Lines::Joined).or_else(|| {
        row.put("district", listed?.into());
        row.text("district", Lines::Joined)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(fields: Value) -> (String, usize) {
        let Value::Object(fields) = fields else { panic!() };
        let mut row = Row::new(1, fields);
        (region(&mut row).join("/"), row.problems(None).len())
    }

    #[test]
    fn regions_win_and_nothing_is_guessed() {
        for (fields, expected, problems) in [
            (json!({"regions": ["A", "", null, " B "], "region": "X"}), "A/B", 0),
            (json!({"region": "A", "sub_region": "B", "sub_sub_region": "C"}), "A/B/C", 0),
            (json!({"region": "", "sub_region": "B"}), "B", 0),
            (json!({"regions": [], "region": "A"}), "A", 0),
            (json!({"regions": "A > B"}), "A/B", 0),
            (json!({"region": "", "city": "Salem"}), "", 0),
            (json!({"regions": ["1", "2", "3", "4", "5", "6", "7"]}), "1/2/3/4/5/6", 1),
            (json!({"regions": {"a": 1}, "region": "A"}), "A", 1),
            (json!({"regions": ["A", {"a": 1}]}), "A", 1),
        ] {
            assert_eq!(read(fields.clone()), (expected.to_owned(), problems), "{fields}");
        }
    }

    #[test]
    fn a_district_is_text() {
        let mut row = Row::new(1, serde_json::Map::from_iter([("districts".to_owned(), json!(["1", 2]))]));
        assert_eq!(district(&mut row).as_deref(), Some("1, 2"));
    }
}
