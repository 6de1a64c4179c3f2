//! What a run would do, in words for a volunteer, as HTML.

use std::{collections::BTreeSet, fmt::Write};

use serde_json::{Map, Value};

use crate::{
    auth::{
        DecisionFactor,
        html::{page, paragraph, text},
    },
    sync::{HeldReason, MeetingOp, RecordedChange, RunStatus, StoredRun},
};

/// Said where the source was read again while the page was open.
pub(super) const CHANGED: &str = "While this page was open, the source was read again and said something else. Nothing \
                                  was changed. Open the link of the letter again to see what would change now.";

/// Said where an office asks for a second factor that the owner has not got.
const NO_FACTOR: &str = "Your office asks its owners for an authenticator app, and you have not set one up. Sign in and \
                         set it up; then open this link again, or decide where you are signed in. Until then the list \
                         stays as it is.";

/// Said where a code was wrong.
pub(super) const WRONG_CODE: &str = "This was not the code that your authenticator app shows now, or it was used \
                                     already. Wait for the next one and type it.";

/// Said where a code was left out.
pub(super) const NO_CODE: &str = "The code that your authenticator app shows now is needed.";

/// Said where what was shown is not what would be done any more.
pub(super) const MOVED: &str = "The meeting list or the source's settings changed after the letter was written, so that what \
                                was shown here is not what would happen. Nothing was changed. A source with an address is \
                                read again now, and if it still waits then, another letter comes; one that is sent to us \
                                has to be sent again.";

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What may happen to meetings, in the order in which it is shown: what goes
/// first, because whoever looks stops reading some time.
pub(super) const KINDS: [(MeetingOp, &str); 6] = [
    (MeetingOp::Remove, "These would be taken off the list"),
    (MeetingOp::Update, "These would say something else"),
    (MeetingOp::Create, "These would be new"),
    (MeetingOp::Restore, "These would be back"),
    (MeetingOp::HandOn, "These stay, because another of your sources lists them too"),
    (MeetingOp::Follow, "These are on the list already, from another of your sources"),
];

/// What the page shows besides the run.
pub(super) struct Shown {
    office: String,
    feed: String,
    /// A list of what happens, as HTML.
    changes: String,
    count: usize,
}

/// What is shown of a run's changes.
pub(super) fn shown(office: &str, feed: &str, changes: &[RecordedChange]) -> Shown {
    let mut html = String::new();
    for (op, heading) in KINDS {
        let op = op.as_str();
        let of_op: Vec<&Value> = changes.iter().map(|change| &change.change).filter(|one| one["op"] == op).collect();
        if of_op.is_empty() {
            continue;
        }
        // Writing to a string cannot fail.
        _ = writeln!(html, "<h2>{heading}</h2>\n<ul>");
        for change in of_op {
            _ = writeln!(html, "<li>{}{}</li>", text(change["name"].as_str().unwrap_or_default()), fields(change));
        }
        html.push_str("</ul>\n");
    }
    Shown { office: office.to_owned(), feed: feed.to_owned(), changes: html, count: changes.len() }
}

/// What the page asks for besides yes or no.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The code of the link.
    pub link: &'a str,
    /// What the link needs besides itself.
    pub factor: DecisionFactor,
    /// What is wrong with what was typed.
    pub wrong: Option<&'a str>,
}

impl Asked<'_> {
    /// The form, as HTML.
    fn form(&self, run: &StoredRun) -> String {
        if self.factor == DecisionFactor::Missing {
            return paragraph(NO_FACTOR);
        }
        let mut html = format!(
            "<form method=\"post\" action=\"import\">\n<input type=\"hidden\" name=\"code\" value=\"{}\">\n<input \
             type=\"hidden\" name=\"run\" value=\"{}\">\n",
            text(self.link),
            run.id
        );
        if self.factor == DecisionFactor::Code {
            html.push_str(&self.code_field());
        }
        html.push_str(
            "<p><button name=\"decision\" value=\"reject\">Leave the list as it is</button></p>\n\
             <p><button name=\"decision\" value=\"apply\">Yes, change the list like this</button></p>\n</form>\n",
        );
        html
    }

    fn code_field(&self) -> String {
        let (class, described, state, error) = match self.wrong {
            None => ("field", "totp-help", "", String::new()),
            Some(words) => (
                "field wrong",
                "totp-help totp-error",
                " aria-invalid=\"true\" autofocus",
                format!("<p class=\"error\" id=\"totp-error\">Error: {}</p>\n", text(words)),
            ),
        };
        format!(
            "<div class=\"{class}\"><label for=\"totp\">Code from your authenticator app</label>\n<p class=\"help\" \
             id=\"totp-help\">Six digits that change every half minute, or one of your recovery codes.</p>\n{error}\
             <input id=\"totp\" name=\"totp\" type=\"text\" class=\"short\" autocomplete=\"one-time-code\" \
             autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"64\" required aria-describedby=\"{described}\"{state}></div>\n"
        )
    }
}

impl Shown {
    /// The page that asks.
    pub(super) fn page(&self, run: &StoredRun, asked: Asked<'_>) -> String {
        let mut main = paragraph(&format!(
            "The meeting list of {} is kept in step with \u{201c}{}\u{201d}. It now says something so different that nothing was \
             changed, and somebody should look first.",
            self.office, self.feed
        ));
        for reason in &run.held_because {
            main.push_str(&paragraph(because(*reason)));
        }
        main.push_str(&paragraph(&counts(run)));
        main.push_str(&asked.form(run));
        main.push_str(&self.changes);
        let all = (run.created + run.updated + run.removed) as usize;
        if all > self.count {
            main.push_str(&paragraph(&format!("And {} more, which you see when you sign in.", all - self.count)));
        }
        page("Should the meeting list change?", asked.wrong.is_some(), &main)
    }

    /// The page that says what was done.
    pub(super) fn done(&self, run: &StoredRun) -> String {
        let (heading, words) = match run.status {
            RunStatus::Applied => (
                "The list is changed",
                format!(
                    "{} Should that turn out to be wrong, it can be taken back when you sign in.",
                    counts_done(run)
                ),
            ),
            _ => (
                "The list stays as it is",
                format!(
                    "\u{201c}{}\u{201d} goes on being read. You are asked again only when it says something else.",
                    self.feed
                ),
            ),
        };
        page(heading, false, &[words, "You can close this page.".to_owned()].map(|words| paragraph(&words)).concat())
    }
}

/// The page of what cannot be decided any more.
pub(super) fn closed(words: &str) -> String {
    page("This is decided already, or changed", true, &paragraph(words))
}

/// Why nothing can be decided where a run stands.
pub(super) fn not_open(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Applied => "Somebody has changed the list like this already.",
        RunStatus::Rejected => {
            "Somebody has decided already that the list stays as it is, or the source was read again just now."
        }
        RunStatus::Undone => "Somebody has taken this back already.",
        _ => "There is nothing to decide here.",
    }
}

fn because(reason: HeldReason) -> &'static str {
    match reason {
        HeldReason::SourceEmpty => {
            "It has no meetings at all any more. That is nearly always a mistake where the list is kept, not the end of \
             every meeting."
        }
        HeldReason::RemovesTooMany => "Unusually many meetings are missing from it.",
        HeldReason::ChangesTooMany => {
            "For unusually many meetings it has another day, time, place, or another way to attend."
        }
    }
}

fn meetings(count: u32) -> String {
    if count == 1 { "1 meeting".to_owned() } else { format!("{count} meetings") }
}

fn counts(run: &StoredRun) -> String {
    format!(
        "{} would be taken off the list, {} would say something else, {} would be new, and {} would stay as they are.",
        meetings(run.removed),
        meetings(run.updated),
        meetings(run.created),
        meetings(run.unchanged)
    )
}

fn counts_done(run: &StoredRun) -> String {
    format!(
        "{} were taken off the list, {} say something else, {} are new.",
        meetings(run.removed),
        meetings(run.updated),
        meetings(run.created)
    )
}

/// What changes of one meeting, as HTML.
fn fields(change: &Value) -> String {
    let mut lines = Vec::new();
    for field in change["fields"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let name = field["field"].as_str().unwrap_or_default();
        let (before, after) = (&field["before"], &field["after"]);
        match (before.as_object(), after.as_object()) {
            // Numbers that nobody looks at.
            _ if is_position(name) => {
                let moved = "its position on the map is another";
                if !lines.iter().any(|line| line == moved) {
                    lines.push(moved.to_owned());
                }
            }
            (None, None) => lines.push(line(label(name), name, before, after)),
            (before, after) => {
                let members = before.into_iter().chain(after).flat_map(|members| members.keys());
                let members: BTreeSet<&String> = members.collect();
                for member in members {
                    let of = |members: Option<&Map<String, Value>>| members.and_then(|it| it.get(member)).cloned();
                    let (before, after) = (of(before).unwrap_or_default(), of(after).unwrap_or_default());
                    if before != after {
                        lines.push(line(
                            &format!("{}, {}", label(name), member.replace('_', " ")),
                            "",
                            &before,
                            &after,
                        ));
                    }
                }
            }
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    let mut html = "\n<ul>\n".to_owned();
    for line in &lines {
        _ = writeln!(html, "<li>{}</li>", text(line));
    }
    html.push_str("</ul>");
    html
}

fn line(label: &str, field: &str, before: &Value, after: &Value) -> String {
    format!("{label}: {} becomes {}", value(field, before), value(field, after))
}

fn is_position(field: &str) -> bool {
    matches!(field, "location.latitude" | "location.longitude")
}

/// A field's name in words.
fn label(field: &str) -> &str {
    match field {
        "duration_minutes" => "length in minutes",
        "timezone" => "time zone",
        "timezone_source" => "where the time zone comes from",
        "group.name" => "group",
        "group.notes" => "notes on the group",
        "location.name" => "place",
        "location.formatted_address" | "location.address" => "address",
        "location.notes" => "notes on the place",
        "location.approximate" => "whether the place is approximate",
        "conference" => "how to join from elsewhere",
        "contribution" => "where contributions go",
        "feedback_url" => "where corrections go",
        other => other.strip_prefix("location.").unwrap_or(other),
    }
}

/// A value in words.
fn value(field: &str, value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Number(day) if field == "day" => {
            let day = day.as_u64().and_then(|day| DAYS.get(usize::try_from(day).ok()?));
            day.map_or_else(|| value.to_string(), |day| (*day).to_owned())
        }
        Value::String(words) if words.is_empty() => "nothing".to_owned(),
        Value::String(words) => words.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) if items.is_empty() => "nothing".to_owned(),
        Value::Array(items) => items.iter().map(|item| self::value("", item)).collect::<Vec<_>>().join(", "),
        Value::Object(members) => members.values().map(|item| self::value("", item)).collect::<Vec<_>>().join(", "),
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_source_says_is_text_and_nothing_else() {
        let change = json!({ "op": "update", "name": "<b>Sunrise</b>", "fields": [
            { "field": "day", "before": 0, "after": 3 },
            { "field": "notes", "after": "<script>alert(1)</script>" },
            { "field": "location.latitude", "before": 1.5, "after": 1.6 },
            { "field": "location.longitude", "before": 1.5, "after": 1.6 },
            { "field": "conference", "before": { "phone": "+1", "url": "https://zoom.us/j/1" },
              "after": { "phone": "+1", "url": "https://zoom.us/j/2" } },
        ] });
        let shown = shown("Lantern", "List", &[RecordedChange { position: 1, change }]);
        assert!(shown.changes.contains("day: Sunday becomes Wednesday"), "{}", shown.changes);
        assert!(shown.changes.contains("notes: nothing becomes &lt;script&gt;"), "{}", shown.changes);
        assert_eq!(shown.changes.matches("position on the map").count(), 1, "{}", shown.changes);
        assert!(shown.changes.contains("how to join from elsewhere, url: "), "{}", shown.changes);
        assert!(!shown.changes.contains("phone"), "{}", shown.changes);
        assert!(!shown.changes.contains("<b>") && !shown.changes.contains("<script>"));
    }
}
