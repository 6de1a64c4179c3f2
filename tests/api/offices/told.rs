//! The letter about a source that cannot be read says why, and how to mend it,
//! to somebody who keeps no websites.

use chrono::TimeDelta;
use openchair::{auth::Role, feeds::PublicOnly};
use serde_json::{Value, json};

use super::fetching::{Connected, bad_hosts, rows, spellings_of_home};
use crate::support::{TestApp, host::Host};

/// What a letter says of a code, besides what happened.
fn remedy(code: &str) -> &'static [&'static str] {
    match code {
        "bad_status" => {
            &["answered with an error instead of the list", "sharing key was deleted", "tell whoever hosts it"]
        }
        "not_a_feed" => &["A web page came in place of the list", "has to let us past it"],
        "empty_body" => &["answered with nothing at all", "a plugin has crashed"],
        "unreadable" => &["cut off in the middle", "quotation mark"],
        "unreachable" => &["did not answer", "tell whoever hosts that website"],
        "too_many_redirects" => &["in a circle", "the address that the browser shows"],
        "refused_address" => &["not one that everybody can open", "beginning with https://"],
        "too_large" => &["far larger than any list of meetings", "the address is that of another file"],
        other => panic!("{other} has no words"),
    }
}

fn says_why(letter: &str, feed: &Value, code: &str) {
    assert_eq!(feed["state_code"], code, "{feed}");
    let reason = feed["state_reason"].as_str().unwrap();
    assert!(letter.contains(&format!("What happened last: {reason}")), "{reason}: {letter}");
    for words in remedy(code) {
        assert!(letter.contains(words), "{code}, {words}: {letter}");
    }
    assert!(letter.contains(&format!("calls this {code}.")), "{letter}");
    assert!(letter.contains("the list stays as it was"), "{letter}");
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/mending.md")).unwrap();
    assert!(guide.contains(&format!("| `{code}` |")), "the guide does not explain {code}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_host_is_told_in_words_that_help() {
    let office = Connected::new().await;
    office.work().await;
    office.app.letters().await;
    let mut told = Vec::new();
    for (bytes, code) in bad_hosts() {
        office.host.answers_raw(bytes);
        for _ in 0..3 {
            assert_eq!(office.later().await, 1);
        }
        office.app.feed_worker().tidy().await.unwrap();
        let letters = office.app.letters().await;
        assert_eq!(letters.len(), 1, "{code}");
        assert_eq!(letters[0].subject, "The meeting list of lantern office is not kept in step");
        says_why(&letters[0].text, &office.feed().await, code);
        told.push(letters[0].text.clone());
        office.host.answers("200 OK", &[], rows(10));
        office.later().await;
        assert_eq!(office.feed().await["state"], "ok");
    }
    for number in ["500 Internal Server Error", "403 Forbidden"] {
        assert!(told.iter().any(|text| text.contains(number)), "{number}");
    }
    // A list without meetings can be read, and is asked about.
    office.host.answers("200 OK", &[], "[]");
    office.later().await;
    let letters = office.app.letters().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].text.contains("The source has no meetings at all, and had 10 before."), "{}", letters[0].text);
    assert!(letters[0].text.contains("See what would change, and decide:"), "{}", letters[0].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_at_home_is_told_in_whatever_spelling() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin_as(office, Role::Owner, "kit@example.org").await;
    let host = Host::start().await;
    let addresses = spellings_of_home(host.address.port());
    for url in &addresses {
        let made = owner.post("/v1/intergroups/lantern/feeds", &json!({ "name": url, "url": url })).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    app.letters().await;
    let worker = app.feed_worker_with(&PublicOnly::system());
    for _ in 0..2 {
        assert_eq!(worker.work().await.unwrap(), u32::try_from(addresses.len()).unwrap());
        app.clock.advance(TimeDelta::hours(25));
    }
    worker.tidy().await.unwrap();
    let letters = app.letters().await;
    assert_eq!(letters.len(), addresses.len());
    let owner = app.sign_in("kit@example.org").await;
    let feeds = owner.get("/v1/intergroups/lantern/feeds").await.json();
    for feed in feeds["data"].as_array().unwrap() {
        let named = format!("\"{}\"", feed["name"].as_str().unwrap());
        let letter = letters.iter().find(|letter| letter.text.contains(&named)).unwrap_or_else(|| panic!("{feed}"));
        says_why(&letter.text, feed, "refused_address");
    }
    assert_eq!(host.asked(), [] as [String; 0]);
}
