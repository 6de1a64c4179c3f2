//! A phone's day: what keeping a copy of an intergroup of 2,000 meetings costs.

use std::io::Write;

use openchair::kernel::{Entropy, SeededEntropy};
use serde_json::{Value, json};

use super::reader::{Reader, searched};
use crate::support::{Response, TestApp};

const MEETINGS: usize = 2_000;

/// As small as gzip makes it at its usual level; zstd and brotli do better.
fn compressed(answer: &Response) -> usize {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    coder.write_all(&answer.body).unwrap();
    coder.finish().unwrap().len()
}

/// Rows as directories have them: words of notes that repeat here and there,
/// groups with several meetings, places that are shared.
fn directory() -> Vec<Value> {
    const NAMES: [&str; 12] = [
        "Sunrise", "Lantern", "Bridge", "Harbor", "Quiet", "Corner", "River", "Early", "Candle", "Open", "Steps", "Oak",
    ];
    const WORDS: [&str; 24] = [
        "ring",
        "the",
        "side",
        "door",
        "after",
        "seven",
        "parking",
        "behind",
        "church",
        "basement",
        "please",
        "bring",
        "your",
        "own",
        "cup",
        "second",
        "floor",
        "speaker",
        "on",
        "last",
        "Friday",
        "of",
        "month",
        "wheelchair",
    ];
    let chance = SeededEntropy::new(7);
    let below = |bound: u64| {
        let mut bytes = [0; 8];
        chance.fill(&mut bytes);
        u64::from_le_bytes(bytes) % bound
    };
    let name = || format!("{} {}", NAMES[below(12) as usize], NAMES[below(12) as usize]);
    let groups: Vec<(String, u64)> = (0..700).map(|n| (format!("{} {n}", name()), below(90_000))).collect();
    let places: Vec<Value> = (0..500)
        .map(|n| {
            let street = format!("{} {} St", 10 + below(9_000), NAMES[below(12) as usize]);
            json!({ "location": format!("{} Hall {n}", name()), "formatted_address":
                        format!("{street}, Chicago, IL {}, USA", 60_600 + below(60)),
                    "latitude": 41.6 + below(400_000) as f64 / 1e6, "longitude": -87.9 + below(400_000) as f64 / 1e6 })
        })
        .collect();
    (0..MEETINGS)
        .map(|n| {
            let (group, gso) = &groups[below(700) as usize];
            let types = &["O", "D", "X", "B", "ST"][..=below(4) as usize];
            let mut row = json!({
                "slug": format!("{}-{n}", group.to_lowercase().replace(' ', "-")), "name": group, "group": group,
                "day": below(7), "time": format!("{:02}:{:02}", 6 + below(16), 15 * below(4)), "timezone": "America/Chicago",
                "types": types, "approximate": "no",
                "region": NAMES[below(12) as usize], "district": format!("District {}", below(40)),
                "website": format!("https://lantern.example.org/groups/{gso}"),
            });
            if below(3) == 0 {
                let words: Vec<&str> = (0..5 + below(25)).map(|_| WORDS[below(24) as usize]).collect();
                row["notes"] = json!(words.join(" "));
            }
            if below(10) < 7 {
                for (field, value) in places[below(500) as usize].as_object().unwrap() {
                    row[field] = value.clone();
                }
            } else {
                row["formatted_address"] = json!("Chicago, IL, USA");
            }
            if below(10) < 4 {
                row["conference_url"] = json!(format!("https://zoom.us/j/{}", 10_000_000_000 + below(9_000_000_000)));
                row["conference_url_notes"] = json!(format!("Password: {}", below(1_000_000)));
            }
            row
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_meetings_are_two_calls_and_an_hour_later_next_to_nothing() {
    let app = TestApp::new().await;
    app.office("lantern", chrono_tz::America::Chicago).await;
    app.import("lantern", &serde_json::to_vec(&directory()).unwrap()).await;
    let caller = app.anonymous();
    for (limit, calls) in [(1_000, 2), (2_000, 1)] {
        let (mut reader, mut plain, mut small) = (Reader::of(Some("lantern"), limit), 0, 0);
        for call in 1..=calls {
            let answer = caller.get(&reader.path()).await;
            (plain, small) = (plain + answer.body.len(), small + compressed(&answer));
            let (_, more) = reader.apply(&answer);
            assert_eq!(more, call < calls);
        }
        println!("{MEETINGS} meetings: {calls} calls, {plain} bytes, {small} compressed");
        assert_eq!(reader.held.len(), MEETINGS);
        assert!(small < 300_000, "{small}");
        if calls == 1 {
            assert_eq!(reader.held, searched(&caller, Some("lantern")).await);
        }
        // An hour later: whatever others wrote, and the same source again.
        app.clock.advance(chrono::TimeDelta::hours(1));
        app.import("lantern", &serde_json::to_vec(&directory()).unwrap()).await;
        app.office(&format!("other-{calls}"), chrono_tz::America::Chicago).await;
        let answer = caller.get(&reader.path()).await;
        println!("an hour later: {} bytes", answer.body.len());
        assert!(answer.body.len() < 300, "{}", answer.text());
        assert_eq!(reader.apply(&answer), (vec![], false));
    }
    // Without a word on limits it is two calls.
    let first = caller.json("/v1/meetings/changes?intergroup_id=lantern").await;
    assert_eq!(first["data"].as_array().unwrap().len(), 1_000);
}
