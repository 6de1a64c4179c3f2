//! One meeting on the page. Everything that the office wrote is escaped by the
//! template, and stands in an element that finds its own direction.

use chrono::NaiveDate;
use chrono_tz::Tz;
use maud::{Markup, html};

use super::{
    GroupBy, PrintQuery, Size,
    listed::{Joining, Listed, Location},
    told::told,
    words::{Dial, city, dialled, grouped, shortened, spoken},
};
use crate::{directory::TypeCode, kernel::fold};

/// What a type says that is said in words besides.
const CLOSED_FOR_NOW: &str = "TC";
/// How one takes part in what has no door.
const ONLINE: &str = "online";

/// What all entries of a page have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub query: PrintQuery,
    pub dial: Dial,
    /// The office's zone: another is named.
    pub zone: Tz,
    /// The day that the page is of.
    pub today: NaiveDate,
    /// Whether the entries stand under a heading in a heading.
    pub deep: bool,
}

impl Style {
    /// The most characters of a text that is not needed to get there.
    fn most(self) -> usize {
        if self.query.size == Size::Pocket { 90 } else { 280 }
    }
}

/// A meeting.
pub(super) fn entry(meeting: &Listed, style: Style) -> Markup {
    let group = meeting.group.as_ref().map(|group| group.name.as_str());
    let group = group.filter(|group| adds(group, &meeting.name));
    let region = meeting.region.as_ref().filter(|_| style.query.group_by == GroupBy::Day || meeting.day.is_none());
    let notices = told(&meeting.notices, meeting.day, style.today, style.dial);
    html! {
        li id=(meeting.slug) {
            @if style.deep { h4 { (title(meeting, style)) } } @else { h3 { (title(meeting, style)) } }
            (state(meeting))
            @if let Some(group) = group { p dir="auto" { (group) } }
            @if let Some(place) = &meeting.location { (where_to(place, meeting.attendance == ONLINE, style)) }
            (joining(&meeting.conference))
            @if let Some(region) = region { p.region dir="auto" { (region.path.join(" · ")) } }
            @if let Some(notes) = &meeting.notes { p.notes dir="auto" { (shortened(notes, style.most())) } }
            @if !notices.is_empty() {
                ul.notices {
                    @for notice in notices { li dir="auto" { b { (notice.dates) ": " } (notice.said) } }
                }
            }
        }
    }
}

/// Whether a group's name says more than the meeting's: `Early Bus Group` does
/// not, beside `Early Bus`.
fn adds(group: &str, name: &str) -> bool {
    let (group, name) = (fold(group), fold(name));
    let rest = group.strip_prefix(&*name).map(str::trim);
    !rest.is_some_and(|rest| ["", "group", "meeting"].contains(&rest))
}

fn title(meeting: &Listed, style: Style) -> Markup {
    let zone = Some(meeting.timezone).filter(|zone| *zone != style.zone);
    html! {
        @if let Some(time) = meeting.time {
            time datetime=(time) { (style.dial.range(time, meeting.end_time)) }
            @if let Some(zone) = zone { span.zone { " (" (city(zone)) " time)" } }
            " "
        }
        bdi { (meeting.name) }
        @if !meeting.types.is_empty() {
            " " span.types {
                @for (at, code) in meeting.types.iter().enumerate() {
                    @if at > 0 { ", " }
                    abbr title=(type_name(code)) { (code) }
                }
            }
        }
    }
}

/// The English name of a type.
pub(super) fn type_name(code: &str) -> &str {
    TypeCode::parse(code).and_then(TypeCode::info).map_or(code, |info| info.name("en"))
}

/// How one takes part, where that is not by going there; of what is online
/// also where it is at home.
fn state(meeting: &Listed) -> Markup {
    let closed = meeting.types.iter().any(|code| code == CLOSED_FOR_NOW);
    let state = match (meeting.attendance.as_str(), closed) {
        (ONLINE, true) => "Temporarily closed: online only",
        (ONLINE, false) => "Online",
        ("hybrid", _) => "In person and online",
        ("inactive", true) => "Temporarily closed",
        ("inactive", false) => "No place given: ask before you go",
        _ => return html! {},
    };
    let area = meeting.location.as_ref().filter(|place| is_only_home(place, &meeting.attendance));
    html! {
        p.state {
            (state)
            @if let Some(area) = area.and_then(Location::line) { " · " bdi { (area) } }
        }
    }
}

/// Whether a place is no more than the area that an online meeting is at home
/// in, which stands beside the word that says so.
fn is_only_home(place: &Location, attendance: &str) -> bool {
    attendance == ONLINE && place.approximate && place.name.is_none()
}

fn where_to(place: &Location, online: bool, style: Style) -> Markup {
    let (line, area) = (place.line(), if place.approximate && !online { " (area only)" } else { "" });
    html! {
        @if (place.name.is_some() || line.is_some()) && !(online && is_only_home(place, ONLINE)) {
            p.place {
                @if let Some(name) = &place.name { bdi { (name) } }
                @if place.name.is_some() && line.is_some() { ", " }
                @if let Some(line) = line { bdi { (line) } }
                (area)
            }
        }
        @if let Some(notes) = &place.notes { p.notes dir="auto" { (shortened(notes, style.most())) } }
    }
}

/// Links are followed on a screen and typed in from paper, so they are there
/// as text.
fn joining(joining: &Joining) -> Markup {
    let web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    html! {
        @if let Some(url) = &joining.url {
            p.join {
                "Link: "
                @if web(url) { a href=(url) rel="nofollow noreferrer" { (spoken(url)) } } @else { (url) }
                @if let Some(notes) = &joining.url_notes { " " bdi { "(" (notes) ")" } }
            }
        }
        @if let Some(phone) = &joining.phone {
            @let (number, entered) = dialled(phone);
            p.join {
                "Phone: " a href={ "tel:" (phone.replace('#', "%23")) } { (grouped(number)) }
                @if let Some(entered) = entered { ", then " (entered) }
                @if let Some(notes) = &joining.phone_notes { " " bdi { "(" (notes) ")" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_named_where_it_says_more() {
        for (group, name, says) in [
            ("Early Bus", "Early bus", false),
            ("Early Bus Group", "Early Bus", false),
            ("Early Bus Meeting", "Early Bus", false),
            ("Early Bus Hall", "Early Bus", true),
            ("Lantern Group", "Early Bus", true),
            ("Café", "***", true),
        ] {
            assert_eq!(adds(group, name), says, "{group}, {name}");
        }
    }
}
