//! One Meeting Guide row to the meetings that it stands for.

use super::{
    fields,
    limits::limit,
    model::{FeedContext, FeedRow, RefusedRow},
    normalise::{
        slug,
        text::{self, Lines},
    },
    problems::{ProblemCode, RowProblem},
    row::{Row, display, written},
};
use crate::{
    directory::{Attendance, GroupContent, MeetingContent, WeeklyStart, attendance},
    kernel::Slug,
};

/// Where a row's slug comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The source gave it.
    Source,
    /// The source's with a day after it.
    Day,
    /// Made of the name, day and time.
    Made,
}

/// What a row gave.
pub(super) enum RowRead {
    /// Its meetings, one a day.
    Rows(Vec<(FeedRow, Origin)>, Vec<RowProblem>),
    /// Nothing that can be used.
    Refused(RefusedRow, Vec<RowProblem>),
}

const SHORTENED: &str = "The slug is longer than 64 characters and was shortened.";

/// Reads a row at a position.
pub(super) fn read_row(mut row: Row, number: u32, context: &FeedContext) -> RowRead {
    let given = given_slug(&mut row);
    let closed_by_notice = fields::notices(&mut row);
    let schedule = fields::schedule(&mut row);
    let group = row.text("group", Lines::Joined);
    let group_notes = row.text("group_notes", Lines::Kept);
    let location = fields::place(&mut row);
    let landmark = location.as_ref().and_then(|place| place.name.clone());
    let name = name(&mut row, group.clone().or(landmark));
    let group = if let Some(name) = group {
        Some(GroupContent { name, notes: group_notes })
    } else {
        // Notes on no group are notes all the same.
        if let Some(notes) = group_notes {
            row.line(notes);
        }
        None
    };
    let single = if schedule.days.len() == 1 { schedule.days.first().copied() } else { None };
    let made = || slug::made_of(name.as_deref()?, single, schedule.start);
    let (slug, key, origin) = if let Some((slug, key)) = given {
        (Some(slug), key, Origin::Source)
    } else {
        let made = made();
        let code = if made.is_some() { ProblemCode::NoSlug } else { ProblemCode::SlugUnusable };
        if name.is_some() {
            row.problem(code, "slug", made.as_ref().map(Slug::as_str).unwrap_or_default());
        }
        let key = made.as_ref().map(Slug::to_string).unwrap_or_default();
        (made, key, Origin::Made)
    };
    let (Some(name), Some(slug), false) = (name.clone(), slug.clone(), row.is_refused()) else {
        return refused(row, number, slug.map(|_| key).filter(|_| origin == Origin::Source), name);
    };
    let (timezone, timezone_source) = fields::zone(&mut row, schedule.zone.as_deref(), location.as_ref(), context);
    let conference = fields::conference(&mut row);
    let mut content = MeetingContent {
        name,
        start: None,
        duration_minutes: schedule.duration_minutes,
        timezone,
        timezone_source,
        location,
        group,
        region: fields::region(&mut row),
        district: fields::district(&mut row),
        types: fields::types(&mut row, context),
        conference,
        contribution: fields::contribution(&mut row),
        website: fields::website(&mut row),
        feedback_url: fields::feedback_url(&mut row),
        contacts: fields::contacts(&mut row),
        notes: None,
    };
    content.notes = row.notes();
    if closed_by_notice {
        content.types.retain(|code| code != "TC");
    }
    // `TC` says that the office knows; without it nobody may have noticed.
    if attendance(&content) == Attendance::Inactive && !content.types.iter().any(|code| code == "TC") {
        let address = content.location.as_ref().and_then(|place| place.formatted_address.clone());
        row.problem(ProblemCode::NowhereToGo, "formatted_address", &address.unwrap_or_default());
    }
    let updated = fields::updated(&mut row);
    let source_fields = row.source_fields();
    let problems = row.problems(Some(slug.as_str()));
    let base = FeedRow { row: number, source_key: key, slug, content, source_fields, updated };
    let start = |day| schedule.start.map(|time| WeeklyStart { day, time });
    let rows = match schedule.days.as_slice() {
        [] => vec![(base, origin)],
        [day] => {
            let content = MeetingContent { start: start(*day), ..base.content };
            vec![(FeedRow { content, ..base }, origin)]
        }
        days => {
            let origin = if origin == Origin::Source { Origin::Day } else { origin };
            let one = |day: &crate::kernel::Day| {
                let mut one = base.clone();
                one.content.start = start(*day);
                let suffix = day.number().to_string();
                one.slug = base.slug.with_suffix(&suffix).unwrap_or(one.slug);
                one.source_key = format!("{}-{suffix}", base.source_key);
                (one, origin)
            };
            days.iter().map(one).collect()
        }
    };
    RowRead::Rows(rows, problems)
}

/// Refuses a row that has a problem already, keeping what tells which meeting
/// it stands for.
pub(super) fn refuse(mut row: Row, number: u32) -> RowRead {
    let key = given_slug(&mut row).map(|(_, key)| key);
    let name = row.text("name", Lines::Joined);
    refused(row, number, key, name)
}

fn refused(mut row: Row, number: u32, source_key: Option<String>, name: Option<String>) -> RowRead {
    let problems = row.problems(source_key.as_deref());
    RowRead::Refused(RefusedRow { row: number, source_key, name }, problems)
}

/// The source's slug as ours, and as it wrote it.
fn given_slug(row: &mut Row) -> Option<(Slug, String)> {
    let raw = row.written("slug")?;
    let start = &raw[..raw.floor_char_boundary(limit("notes").bytes)];
    let (slug, changed) = slug::from_source(start)?;
    if changed {
        let long = slug.as_str().len() == Slug::MAX && raw.len() > Slug::MAX;
        let code = ProblemCode::SlugChanged;
        row.problem_saying(code, "slug", &raw, if long { SHORTENED } else { code.sentence() });
    }
    let key = text::clean(start, Lines::Joined).text;
    let key = if limit("source_key").holds(&key) && !key.is_empty() { key } else { slug.to_string() };
    Some((slug, key))
}

/// The name, or what the meeting is named after. A name that is no text is a
/// broken row, not a nameless one.
fn name(row: &mut Row, after: Option<String>) -> Option<String> {
    let value = row.take("name").unwrap_or_default();
    if !value.is_null() && written(&value).is_none() {
        row.problem(ProblemCode::NoName, "name", &display(&value));
        return None;
    }
    row.put("name", value);
    if let Some(name) = row.text("name", Lines::Joined) {
        return Some(name);
    }
    match &after {
        Some(after) => row.problem(ProblemCode::NamedAfter, "name", after),
        None => row.problem(ProblemCode::NoName, "name", ""),
    }
    after
}

#[cfg(test)]
#[path = "meeting_guide_tests.rs"]
mod tests;
