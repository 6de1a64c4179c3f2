//! What an import brought is the office's to change, whatever it breaks.

use std::path::{Path, PathBuf};

use openchair::{
    db::{self, Scope},
    directory::{self, StoredMeeting},
    feeds::{self, FeedContext},
    http::IfMatch,
    kernel::{Clock, Entropy},
};
use serde_json::json;

use super::Desk;

/// Every feed of the fixtures.
fn all_feeds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

async fn everything(desk: &Desk) -> Vec<StoredMeeting> {
    let ids: Vec<_> = desk.directory().await.meetings.iter().map(|meeting| meeting.id).collect();
    let mut read = db::begin_read(&desk.pools.directory, Scope::Read).await.unwrap();
    let mut all = Vec::new();
    for id in ids {
        all.push(directory::find_meeting(&mut read, id).await.unwrap().unwrap());
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_meeting_of_every_feed_can_be_patched_in_a_field_and_keeps_the_rest() {
    let mut patched = 0;
    for file in all_feeds() {
        let bytes = std::fs::read(&file).unwrap();
        let context = FeedContext::of(chrono_tz::America::Chicago);
        if feeds::read_meeting_guide(bytes.as_slice(), &context).is_err() {
            continue;
        }
        let desk = Desk::new().await;
        desk.import(&bytes).await;
        let before = everything(&desk).await;
        desk.write(async |connection, stamp| {
            for meeting in &before {
                let patch = json!({ "admin_notes": "Key is with the caretaker." });
                let written =
                    directory::patch_meeting(connection, meeting, &patch, &IfMatch::Any, &|_| true, stamp).await?;
                assert!(written.is_changed());
                // Nor does sending back what is there, whatever bound it breaks.
                let mut same = json!(written.get().document);
                same.as_object_mut().unwrap().remove("timezone_source");
                let contacts = same.get_mut("contacts").and_then(|contacts| contacts.as_array_mut());
                let flagged = contacts.into_iter().flatten().any(|one| one.get("likely_last_name").is_some());
                if !flagged {
                    let again =
                        directory::patch_meeting(connection, written.get(), &same, &IfMatch::Absent, &|_| true, stamp);
                    assert!(!again.await?.is_changed());
                }
            }
            Ok(())
        })
        .await
        .unwrap_or_else(|error| panic!("{}: {error:?}", file.display()));
        for (was, is) in before.iter().zip(everything(&desk).await) {
            let mut wanted = was.clone();
            wanted.version += 1;
            wanted.document.admin_notes = Some("Key is with the caretaker.".to_owned());
            assert_eq!(is, wanted, "{}", file.display());
            patched += 1;
        }
    }
    println!("{patched} meetings were patched");
    assert!(patched > 40);
}

fn feed(rows: &serde_json::Value) -> Vec<u8> {
    serde_json::to_vec(rows).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_bound_may_stay_and_may_not_be_sent() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let long = "x".repeat(300);
    desk.execute(&format!(
        "UPDATE directory.meetings SET district = '{long}', conference_phone = 'call Bob', website = 'ftp://x',
             types = '{{C,O,ZZ}}'"
    ))
    .await;
    let patched = desk.patch(&meeting, json!({ "conference": { "url_notes": "New" } })).await.unwrap().into_inner();
    assert_eq!(patched.document.conference.phone.as_deref(), Some("call Bob"));
    assert_eq!(patched.document.district.as_ref().map(String::len), Some(300));
    assert_eq!(patched.document.types, ["C", "O", "ZZ"]);
    let same = json!({ "district": long, "website": "ftp://x", "types": ["C", "O", "ZZ"] });
    assert!(!desk.patch(&meeting, same).await.unwrap().is_changed());
    let other = json!({ "district": format!("{long}y") });
    assert_eq!(super::refused(desk.patch(&meeting, other).await), [("/district".to_owned(), "invalid_value")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offices_edits_stay_until_the_source_says_something_new_and_its_deletions_for_good() {
    let desk = Desk::new().await;
    let mut rows = json!([
        { "slug": "a", "name": "A", "day": 1, "time": "19:00", "location": "Tinder Hall",
          "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA", "group": "G" },
        { "slug": "b", "name": "B", "day": 2, "time": "19:00", "conference_url": "https://zoom.us/j/1" },
    ]);
    desk.import(&feed(&rows)).await;
    let all = desk.directory().await;
    let by_slug = |slug: &str| all.meetings.iter().find(|meeting| meeting.slug.as_str() == slug).unwrap().id;
    let (a, b) = (desk.stored(by_slug("a")).await, desk.stored(by_slug("b")).await);
    desk.patch(&a, json!({ "notes": "Ring." })).await.unwrap();
    desk.delete(&b).await.unwrap();
    desk.write(async |connection, stamp| {
        let place = directory::find_location(connection, a.document.location_id.unwrap()).await?.unwrap();
        let ramp = json!({ "notes": "Ramp." });
        directory::patch_location(connection, &place, &ramp, &IfMatch::Any, stamp).await?;
        let group = directory::find_group(connection, a.document.group_id.unwrap()).await?.unwrap();
        directory::patch_group(connection, &group, &json!({ "notes": "Tea." }), &IfMatch::Any, &|_| true, stamp).await
    })
    .await
    .unwrap();
    let edited = desk.contents().await;
    let run = desk.import(&feed(&rows)).await.run;
    assert_eq!((run.created, run.updated, run.removed, run.unchanged), (0, 0, 0, 2));
    assert_eq!(desk.contents().await, edited);
    rows[1]["notes"] = json!("New.");
    let run = desk.import(&feed(&rows)).await.run;
    // What it deleted stays so, whatever the source says of it.
    assert_eq!((run.created, run.updated, run.removed), (0, 0, 0));
    assert_eq!(desk.stored(b.id).await.version, 2);
    assert_eq!(desk.stored(a.id).await.document.notes.as_deref(), Some("Ring."));
    // What an office adds by hand, no run takes away.
    let own = desk.online("own").await;
    desk.import(&feed(&json!([]))).await;
    assert!(!desk.stored(own.id).await.deleted && desk.stored(a.id).await.deleted);
    assert_eq!(desk.clock.now(), desk.now());
    assert!(desk.entropy.uuid_v4() != desk.entropy.uuid_v4());
}
