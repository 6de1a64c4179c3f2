//! Slugs that repeat, collide, or are missing.

use serde_json::json;

use super::*;

fn collect(rows: Vec<Value>) -> ReadFeed {
    let mut collector = Collector::new(&FeedContext::of(chrono_tz::UTC));
    for row in rows {
        let Value::Object(mut fields) = row else { panic!() };
        fields.entry("address").or_insert(json!("1 Main St"));
        fields.entry("name").or_insert(json!("Name"));
        collector.push(fields, false).unwrap();
    }
    collector.finish()
}

fn slugs(feed: &ReadFeed) -> String {
    feed.rows.iter().map(|row| row.slug.as_str()).collect::<Vec<_>>().join(" ")
}

fn keys(feed: &ReadFeed) -> String {
    feed.rows.iter().map(|row| row.source_key.as_str()).collect::<Vec<_>>().join(" ")
}

fn codes(feed: &ReadFeed) -> Vec<(u32, ProblemCode)> {
    feed.problems.iter().map(|problem| (problem.row, problem.code)).collect()
}

#[test]
fn several_days_are_several_rows() {
    let feed = collect(vec![
        json!({"slug": "T 7", "day": [5, 1], "time": "19:00"}),
        json!({"slug": "one", "day": [2], "time": "19:00"}),
    ]);
    assert_eq!((slugs(&feed), keys(&feed)), ("t-7-1 t-7-5 one".to_owned(), "T 7-1 T 7-5 one".to_owned()));
    assert_eq!(feed.row_count, 2);
}

#[test]
fn a_repeated_slug_never_takes_one_of_the_source() {
    use ProblemCode::DuplicateSlug;
    let feed = collect(vec![
        json!({"slug": "t7", "day": [1, 3], "time": "07:00"}),
        json!({"slug": "t7", "day": [1, 3], "time": "19:00"}),
        json!({"slug": "t7-3", "day": 3, "time": "12:00"}),
        json!({"slug": "x", "day": 1, "time": "12:00"}),
        json!({"slug": "x", "day": 2, "time": "12:00"}),
        json!({"slug": "x-2", "day": 3, "time": "12:00"}),
        json!({"slug": "x", "day": 4, "time": "12:00"}),
    ]);
    assert_eq!(slugs(&feed), "t7-1 t7-3-2 t7-1-2 t7-3-3 t7-3 x x-3 x-2 x-4");
    assert_eq!(slugs(&feed), keys(&feed));
    assert_eq!(codes(&feed), [(1, DuplicateSlug), (2, DuplicateSlug), (5, DuplicateSlug), (7, DuplicateSlug)]);
}

#[test]
fn the_very_same_row_again_is_refused() {
    let row = json!({"slug": "x", "day": [1, 2], "time": "12:00"});
    let mut again = row.clone();
    again["id"] = json!(7);
    let feed = collect(vec![row, again]);
    assert_eq!(slugs(&feed), "x-1 x-2");
    assert_eq!(codes(&feed), [(2, ProblemCode::DuplicateRow)]);
    let refused: Vec<&str> = feed.refused.iter().filter_map(|refused| refused.source_key.as_deref()).collect();
    assert_eq!(refused, ["x-1", "x-2"]);
}

#[test]
fn a_row_without_a_slug_gets_the_same_one_every_time() {
    let rows = vec![
        json!({"name": "Early Start", "day": 5, "time": "06:30"}),
        json!({"name": "Early Start", "day": [1, 2], "time": "06:30", "slug": "  "}),
        json!({"name": "Early Start", "day": 5, "time": "06:30", "notes": "Other room"}),
        json!({"name": "日本語"}),
        json!({"name": "…"}),
        json!({"name": "Sly", "slug": "early-start-friday-0630"}),
    ];
    let feed = collect(rows.clone());
    assert_eq!(
        slugs(&feed),
        "early-start-friday-0630-2 early-start-0630-1 early-start-0630-2 early-start-friday-0630-3 ri-ben-yu \
         early-start-friday-0630"
    );
    assert_eq!(feed, collect(rows));
    use ProblemCode::{NoSlug, SlugUnusable};
    assert_eq!(codes(&feed), [(1, NoSlug), (2, NoSlug), (3, NoSlug), (4, NoSlug), (5, SlugUnusable)]);
}

#[test]
fn what_we_make_up_leaves_a_refused_rows_slug_alone() {
    let feed = collect(vec![
        json!({"slug": "x-1", "day": 9, "time": "12:00"}),
        json!({"slug": "x", "day": [1, 2], "time": "12:00"}),
    ]);
    assert_eq!(slugs(&feed), "x-1-2 x-2");
    assert_eq!(feed.refused[0].source_key.as_deref(), Some("x-1"));
}

#[test]
fn the_bound_of_rows_counts_days() {
    let mut collector = Collector::new(&FeedContext::of(chrono_tz::UTC));
    let Value::Object(daily) = json!({"name": "D", "day": "daily", "time": "12:00"}) else { panic!() };
    let pushed = (0..15_000).take_while(|_| collector.push(daily.clone(), false).is_ok()).count();
    assert_eq!(pushed, SOURCE_ROWS as usize / 7);
}
