//! Nothing that members and peers are told scolds: every title, description,
//! example and message of theirs is held against a list.
//!
//! What is not wanted is a word that says how somebody did; words that say how
//! a request did are let through one by one, each with its place in a phrase.

use std::{fs, path::Path};

use openchair::http::ErrorCode;
use serde_json::Value;

use crate::support::TestApp;

/// Words that tell somebody that they did badly, or that something of theirs
/// has come to an end.
const WORDS: &str = "fail fails failed failing failure failures broke broken lost lose loses losing loser zero streak \
    streaks unbroken relapse relapsed relapses relapsing slip slipped slips lapse lapsed missed missing skipped shame \
    ashamed shameful guilt guilty disappoint disappointed disappointing disappointment lazy weak weakness weaker excuse \
    excuses punish punished penalty deserve blame blamed fault bad badly worse worst poor poorly drunk drunkard addict \
    dirty unfortunately oops sorry cheat cheated unsuccessful inadequate insufficient demerit overdue neglected \
    reset resets restarted wasted regret pity pathetic hopeless";
const PHRASES: [&str; 17] = [
    "should have",
    "could have",
    "ought to",
    "try harder",
    "do better",
    "not good enough",
    "not enough",
    "only one",
    "only once",
    "only met",
    "start over",
    "starting over",
    "back to day",
    "day one again",
    "give up",
    "gave up",
    "again?",
];
/// What says how a request or a machine did. Each must be in use, or it is
/// taken out of here.
const OF_REQUESTS: [&str; 11] = [
    "something failed on our side",
    "precondition failed",
    "sign-in failed",
    "signing in failed",
    "it failed; what was wrong is not said",
    "answer was lost",
    "a lost answer",
    "the broken rule",
    "is missing",
    "unknown, missing",
    "token missing",
];

/// What of a text scolds.
fn scolds(text: &str) -> Vec<String> {
    let mut plain = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    for phrase in OF_REQUESTS {
        plain = plain.replace(phrase, "");
    }
    let words =
        plain.split(|c: char| !c.is_alphabetic()).filter(|word| WORDS.split_whitespace().any(|bad| bad == *word));
    let phrases = PHRASES.iter().filter(|phrase| plain.contains(**phrase)).copied();
    words.chain(phrases).map(str::to_owned).collect()
}

#[test]
fn the_list_finds_what_scolds_and_nothing_else() {
    for bad in
        ["You failed this week.", "Streak lost!", "Only one meeting?", "You should have called", "0 days: a relapse."]
    {
        assert!(!scolds(bad).is_empty(), "{bad}");
    }
    for good in ["Not this week", "It is kept", "Something failed on our side.", "Only those of this pass", "Flossing"]
    {
        assert!(scolds(good).is_empty(), "{good}: {:?}", scolds(good));
    }
}

/// Every text of a document that people read, with where it stands. Codes and
/// names of fields are for programs.
fn texts(value: &Value, at: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let at = format!("{at}/{name}");
                match inner {
                    Value::String(text) if ["title", "summary", "description"].contains(&name.as_str()) => {
                        found.push((at, text.clone()));
                    }
                    _ if ["example", "examples"].contains(&name.as_str()) => strings(inner, &at, found),
                    _ => texts(inner, &at, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, at, found)),
        _ => {}
    }
}

fn strings(value: &Value, at: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((at.to_owned(), text.clone())),
        Value::Object(fields) => fields.values().for_each(|inner| strings(inner, at, found)),
        Value::Array(items) => items.iter().for_each(|item| strings(item, at, found)),
        _ => {}
    }
}

/// The sentences in the code of a folder: what is quoted and has a space. What
/// goes into the log, and SQL, is not for them.
fn sentences(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("store") {
            sentences(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.to_string_lossy().contains("tests")
        {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let ours = !["anyhow!(", "tracing::", "reason = "].iter().any(|inner| line.contains(inner));
                let quoted = line.split('"').skip(1).step_by(2).filter(|quoted| quoted.contains(' '));
                found.extend(quoted.filter(|_| ours).map(|quoted| (path.display().to_string(), quoted.to_owned())));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_members_and_peers_are_told_scolds() {
    let app = TestApp::new().await;
    let mut found = Vec::new();
    for audience in ["member", "circle"] {
        let document = app.anonymous().json(&format!("/openapi/{audience}.json")).await;
        texts(&document, audience, &mut found);
    }
    for code in ErrorCode::ALL {
        found.push((code.as_str().to_owned(), code.title().to_owned()));
        found.push((code.as_str().to_owned(), code.documentation().to_owned()));
    }
    let documented = found.len();
    for folder in ["circles", "members", "helplines", "kernel/civil"] {
        sentences(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut found);
    }
    assert!(documented > 500 && found.len() > documented + 80, "{documented} and {} texts", found.len());
    let scolding: Vec<String> = found
        .iter()
        .filter_map(|(at, text)| Some((at, text, scolds(text))).filter(|(.., words)| !words.is_empty()))
        .map(|(at, text, words)| format!("{at}: {text:?} has {words:?}"))
        .collect();
    assert!(scolding.is_empty(), "{scolding:#?}");
    let all = found.iter().map(|(_, text)| text.to_lowercase()).collect::<Vec<_>>().join("\n");
    for phrase in OF_REQUESTS {
        assert!(all.contains(phrase), "{phrase:?} is nowhere: take it out of the list");
    }
}
