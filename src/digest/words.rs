//! The week in words.

use std::fmt::Write;

use super::week::OfficeWeek;
use crate::{
    auth::{line, long_line},
    sync::{FeedState, RunsOfWeek, StoredFeed},
};

/// The most offices of a letter; the rest are counted.
const MOST_OFFICES: usize = 30;

/// The letter; `None` where nothing happened and nothing waits.
pub(super) fn told(offices: &[OfficeWeek]) -> Option<String> {
    if !offices.iter().any(OfficeWeek::is_news) {
        return None;
    }
    let told: Vec<&OfficeWeek> = offices.iter().filter(|office| office.is_worth_a_line()).collect();
    let mut text = "What happened in the last seven days, and what waits.".to_owned();
    for office in told.iter().take(MOST_OFFICES) {
        text.push_str("\n\n");
        text.push_str(&line(&office.office));
        for said in lines(office) {
            // Writing to a string cannot fail.
            _ = write!(text, "\n- {said}");
        }
    }
    if told.len() > MOST_OFFICES {
        _ = write!(text, "\n\nAnd {} more, which you see when you sign in.", told.len() - MOST_OFFICES);
    }
    Some(text)
}

fn lines(office: &OfficeWeek) -> Vec<String> {
    let mut lines: Vec<String> = office.sources.iter().map(source).collect();
    let RunsOfWeek { applied, created, updated, removed, failed, held } = office.runs;
    if applied > 0 {
        lines.push(format!(
            "{} changed the list: {} new, {} with something else, {} taken off.",
            count(applied, "reading", "readings"),
            count(created, "meeting", "meetings"),
            count(updated, "meeting", "meetings"),
            count(removed, "meeting", "meetings")
        ));
    }
    if failed > 0 {
        lines.push(format!("{} came to nothing; the list stayed as it was.", count(failed, "reading", "readings")));
    }
    if held > 0 {
        lines.push(format!(
            "{} for somebody to look: sign in, or open the link of its letter.",
            count(held, "reading waits", "readings wait")
        ));
    }
    if office.corrections > 0 {
        lines.push(format!("{} in the inbox.", count(office.corrections, "correction waits", "corrections wait")));
    }
    if office.lacks > 0 {
        lines.push(format!(
            "{} in the list: the quality report says which, the gravest first.",
            count(office.lacks, "thing is lacking", "things are lacking")
        ));
    }
    if lines.is_empty() {
        lines.push("Nothing waits.".to_owned());
    }
    lines
}

fn source(feed: &StoredFeed) -> String {
    let name = line(feed.settings.name.as_str());
    let since = feed.state_since.format("%-d %B");
    let because = feed.state_reason.as_deref().map(|reason| format!(": {}", long_line(reason)));
    let because = because.as_deref().unwrap_or(".");
    match feed.state {
        FeedState::Ok => match feed.read_at {
            Some(at) => format!("\u{201c}{name}\u{201d} is in step; it was last read on {}.", at.format("%-d %B")),
            None => format!("\u{201c}{name}\u{201d} is in step."),
        },
        FeedState::Stale => format!("\u{201c}{name}\u{201d} has not been read for too long, since {since}{because}"),
        FeedState::Held => format!("\u{201c}{name}\u{201d} waits for somebody to look, since {since}{because}"),
        FeedState::Failing => format!("\u{201c}{name}\u{201d} cannot be read, since {since}{because}"),
    }
}

fn count(n: u32, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(office: &str) -> OfficeWeek {
        OfficeWeek {
            office: office.to_owned(),
            sources: Vec::new(),
            runs: RunsOfWeek::default(),
            corrections: 0,
            lacks: 0,
        }
    }

    #[test]
    fn what_a_list_lacks_is_no_news_alone() {
        let quiet = OfficeWeek { lacks: 12, ..week("Lantern") };
        assert_eq!(told(&[quiet]), None);
        assert_eq!(told(&[week("Lantern")]), None);
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn it_is_told_by_office_in_whole_sentences() {
        let runs = RunsOfWeek { applied: 1, created: 1, updated: 2, removed: 0, failed: 2, held: 1 };
        let busy = OfficeWeek { runs, corrections: 3, lacks: 1, ..week("Lantern\r\nBcc: a@b") };
        let text = told(&[busy, OfficeWeek { lacks: 5, ..week("Brook") }, week("Nothing of it")]).unwrap();
        assert_eq!(
            text,
            "What happened in the last seven days, and what waits.\n\nLantern Bcc: a@b\n\
             - 1 reading changed the list: 1 meeting new, 2 meetings with something else, 0 meetings taken off.\n\
             - 2 readings came to nothing; the list stayed as it was.\n\
             - 1 reading waits for somebody to look: sign in, or open the link of its letter.\n\
             - 3 corrections wait in the inbox.\n\
             - 1 thing is lacking in the list: the quality report says which, the gravest first.\n\nBrook\n\
             - 5 things are lacking in the list: the quality report says which, the gravest first."
        );
    }

    #[test]
    fn a_long_letter_ends() {
        let offices: Vec<OfficeWeek> =
            (0..33).map(|n| OfficeWeek { corrections: 1, ..week(&format!("Office {n}")) }).collect();
        let text = told(&offices).unwrap();
        assert!(text.ends_with("\n\nAnd 3 more, which you see when you sign in."), "{text}");
    }
}
