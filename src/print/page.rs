//! The page around the meetings, in pieces.

use std::{collections::BTreeSet, sync::Arc, vec};

use chrono::NaiveDate;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use xxhash_rust::xxh3::Xxh3;

use super::{
    GroupBy, PrintQuery, Size,
    entry::{Style, entry, type_name},
    listed::{Listed, Office},
    order::{Heading, Order, Place},
    style::sheets,
    words::{Dial, city, date, day, spoken},
};
use crate::{
    http::EntityTag,
    kernel::MeetingId,
    search::{Entry, IntergroupEntry, Lookup, Published, Snapshot},
};

/// How many bytes a piece has, about.
const PIECE: usize = 32 * 1024;

/// A page while it is written.
#[derive(Debug)]
pub(super) struct Page {
    published: Arc<Published>,
    office: Office,
    types: BTreeSet<String>,
    places: vec::IntoIter<Place>,
    total: usize,
    style: Style,
    /// The heading that was written last.
    under: Option<Heading>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Beginning,
    Meetings,
    End,
}

impl Page {
    /// The page of an office as of a day in its zone.
    ///
    /// # Errors
    /// When the bytes of the snapshot are not what it says they are.
    pub(super) fn new(
        published: Arc<Published>,
        office: &IntergroupEntry,
        query: PrintQuery,
        today: impl FnOnce(&Office) -> NaiveDate,
    ) -> Result<Self, serde_json::Error> {
        let snapshot = &published.snapshot;
        let Order { places, types } = Order::of(snapshot, office, query.group_by)?;
        let office: Office = serde_json::from_slice(snapshot.intergroup_json(office))?;
        let (zone, dial) = (office.timezone, Dial::of(office.timezone));
        let style = Style { query, dial, zone, today: today(&office), deep: false };
        let (total, places) = (places.len(), places.into_iter());
        Ok(Self { published, office, types, places, total, style, under: None, state: State::Beginning })
    }

    /// Another whenever the page would be.
    pub(super) fn tag(&self) -> EntityTag {
        let mut hash = Xxh3::new();
        let Style { query, today, .. } = self.style;
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        sheets(query).into_iter().for_each(|sheet| hash.update(sheet.as_bytes()));
        hash.update(format!("{today}{}{:?}", query.to_query(), self.office).as_bytes());
        for found in self.places.as_slice().iter().filter_map(|place| find(&self.published.snapshot, place.id)) {
            self.published.snapshot.meeting_parts(found).iter().for_each(|part| hash.update(part));
        }
        EntityTag::of_bytes(&hash.digest128().to_be_bytes())
    }

    fn begin(&self) -> Markup {
        let Style { query, today, .. } = self.style;
        let class = if query.large { "large" } else { query.size.as_str() };
        html! {
            (DOCTYPE)
            (PreEscaped("<html lang=\"en\">"))
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Meeting list · " (self.office.name) " · " (date(today)) }
                @for sheet in sheets(query) { style { (PreEscaped(sheet)) } }
            }
            (PreEscaped(format!("<body class=\"{class}\">")))
            (self.ways())
            header {
                h1 dir="auto" { (self.office.name) }
                p.kind { "Meeting list · " (date(today)) }
                (self.reach())
            }
            (PreEscaped("<main>"))
            (self.key())
            @if self.total == 0 { p { "No meetings are listed." } }
        }
    }

    /// The other ways to print it, for a screen.
    fn ways(&self) -> Markup {
        let now = self.style.query;
        let link = |words: &str, to: PrintQuery| {
            html! { a href=(to.to_query()) aria-current=[(to == now).then_some("page")] { (words) } " " }
        };
        html! {
            nav aria-label="Ways to print" {
                p {
                    "Paper: " (link("Letter", PrintQuery { size: Size::Letter, ..now }))
                    (link("A4", PrintQuery { size: Size::A4, ..now }))
                    (link("Pocket", PrintQuery { size: Size::Pocket, ..now }))
                }
                p {
                    "By: " (link("Day", PrintQuery { group_by: GroupBy::Day, ..now }))
                    (link("Region", PrintQuery { group_by: GroupBy::Region, ..now }))
                }
                p {
                    "Print: " (link("Normal", PrintQuery { large: false, ..now }))
                    (link("Large", PrintQuery { large: true, ..now }))
                }
            }
        }
    }

    /// How to reach the office.
    fn reach(&self) -> Markup {
        let office = &self.office;
        html! {
            @if let Some(location) = &office.location { p dir="auto" { (location) } }
            @if let Some(phone) = &office.phone { p.reach { b { (phone) } } }
            @if let Some(website) = &office.website { p.reach { a href=(website) { (spoken(website)) } } }
            @if let Some(email) = &office.email { p.reach { a href={ "mailto:" (email) } { (email) } } }
        }
    }

    fn key(&self) -> Markup {
        html! {
            @if !self.types.is_empty() {
                section.key {
                    h2 { "Key" }
                    dl { @for code in &self.types { div { dt { (code) } " " dd { (type_name(code)) } } } }
                }
            }
        }
    }

    fn end(&self) -> Markup {
        let office = &self.office;
        html! {
            @if self.under.is_some() { (PreEscaped("</ul></section>")) }
            (PreEscaped("</main>"))
            footer {
                p {
                    (self.total) @if self.total == 1 { " meeting" } @else { " meetings" } " on " (date(self.style.today))
                    ". Times are those of " (city(office.timezone)) " where no other is named."
                    @if let Some(way) = office.website.as_deref().map(spoken).or(office.phone.as_deref()) {
                        " Meetings change: before you go a long way, ask at " (way) "."
                    }
                }
            }
            (PreEscaped("</body></html>\n"))
        }
    }

    /// The heading of a place, where it is another than that of the one before.
    fn heading(&mut self, of: &Heading) -> Option<Markup> {
        let before = self.under.take();
        let again = before.as_ref() == Some(of);
        self.under = Some(of.clone());
        if again {
            return None;
        }
        let same_region = before.as_ref().is_some_and(|before| region(before) == region(of) && region(of).is_some());
        let (first, second) = titles(of);
        self.style.deep = second.is_some();
        Some(html! {
            @if before.is_some() { (PreEscaped("</ul>")) }
            @if !same_region {
                @if before.is_some() { (PreEscaped("</section>")) }
                (PreEscaped("<section>"))
                h2 dir="auto" { (first) }
            }
            @if let Some(second) = second { h3.day { (second) } }
            (PreEscaped("<ul class=\"meetings\">"))
        })
    }

    /// Writes the next meeting; whether there was one.
    fn write_next(&mut self, out: &mut Vec<u8>) -> bool {
        let Some(place) = self.places.next() else { return false };
        let published = Arc::clone(&self.published);
        let json = find(&published.snapshot, place.id).map(|found| published.snapshot.meeting_json(found));
        // It was read once already, for its place.
        if let Some(meeting) = json.as_deref().and_then(|json| serde_json::from_slice::<Listed>(json).ok()) {
            out.extend(self.heading(&place.heading).map(PreEscaped::into_string).unwrap_or_default().bytes());
            out.extend(entry(&meeting, self.style).into_string().bytes());
            out.push(b'\n');
        }
        true
    }
}

impl Iterator for Page {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(PIECE + PIECE / 4);
        match self.state {
            State::Beginning => {
                out.extend(self.begin().into_string().bytes());
                self.state = State::Meetings;
            }
            State::Meetings => {}
            State::End => return None,
        }
        while out.len() < PIECE {
            if !self.write_next(&mut out) {
                out.extend(self.end().into_string().bytes());
                self.state = State::End;
                break;
            }
        }
        Some(out)
    }
}

fn find(snapshot: &Snapshot, id: MeetingId) -> Option<&Entry> {
    match snapshot.meeting(id) {
        Lookup::Found(entry) => Some(entry),
        Lookup::Gone { .. } | Lookup::Unknown => None,
    }
}

/// What names the region of a heading, if it has one.
fn region(heading: &Heading) -> Option<&[String]> {
    match heading {
        Heading::Region(_, path, _) => Some(path),
        Heading::NoRegion(_) => Some(&[]),
        Heading::Day(_) | Heading::Appointment => None,
    }
}

/// A heading in words, and what stands under it in smaller ones.
fn titles(heading: &Heading) -> (String, Option<&'static str>) {
    match heading {
        Heading::Day(of) => (day(*of).to_owned(), None),
        Heading::Region(_, path, of) => (path.join(" · "), Some(day(*of))),
        Heading::NoRegion(of) => ("No region".to_owned(), Some(day(*of))),
        Heading::Appointment => ("By appointment".to_owned(), None),
    }
}
