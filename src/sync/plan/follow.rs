//! Rows that list a meeting which another source of the office brings.
//!
//! Such a row follows: the meeting is shown once, as the source that leads it
//! says. It is recognised by name, day and time, and place, which is one door
//! (the same address, or at most a hundred metres away) or one way to take part
//! from afar. Once known, it goes on following for as long as its source says of
//! it what it said, or it still has two of these three in common with the
//! meeting: two sources are never corrected at the same moment.

use std::collections::{HashMap, HashSet};

use super::{build::Basis, identity::place_key};
use crate::{
    directory::{Meeting, MeetingContent, MeetingState, Place},
    feeds::FeedRow,
    kernel::{FeedId, MeetingId, fold},
};

/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;
/// How far apart two descriptions of one door may be, in metres.
const NEAR_M: f64 = 100.0;

/// Who else lists the office's meetings, as a feed sees it.
#[derive(Debug, Default)]
pub(in crate::sync) struct Following {
    /// Meetings that other feeds bring, each with the one that leads.
    pub leaders: HashMap<MeetingId, FeedId>,
    /// Of meetings that this feed brings: who leads next.
    pub heirs: HashMap<MeetingId, FeedId>,
    /// This feed's rows that follow, or never do again.
    pub rows: Vec<FollowingRow>,
}

/// A row that lists a meeting of another feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct FollowingRow {
    pub source_key: String,
    pub meeting_id: MeetingId,
    pub row_hash: [u8; 32],
    /// The office says that it is another meeting.
    pub apart: bool,
}

/// Day and minute; nothing by appointment.
type Start = Option<(u8, u16)>;

/// What a listing is recognised by.
struct Features {
    name: String,
    start: Start,
    address: String,
    door: Option<[f64; 2]>,
    links: Vec<String>,
}

impl Features {
    fn of(content: &MeetingContent) -> Self {
        let links = [&content.conference.url, &content.conference.phone].into_iter().flatten();
        Self {
            name: fold(&content.name),
            start: content.start.map(|start| (start.day.number(), start.time.minutes())),
            address: content.location.as_ref().map(place_key).unwrap_or_default(),
            door: content.location.as_ref().and_then(door),
            links: links.map(|link| link.trim_end_matches('/').to_lowercase()).collect(),
        }
    }

    fn is_at_the_place_of(&self, other: &Self) -> bool {
        if let (Some(one), Some(other_door)) = (self.door, other.door) {
            return self.address == other.address || is_near(one, other_door);
        }
        if !self.links.is_empty() || !other.links.is_empty() {
            return self.links.iter().any(|link| other.links.contains(link));
        }
        !self.address.is_empty() && self.address == other.address
    }

    /// How many of name, start and place are the same.
    fn shares(&self, other: &Self) -> usize {
        usize::from(self.name == other.name)
            + usize::from(self.start == other.start)
            + usize::from(self.is_at_the_place_of(other))
    }

    fn is_same(&self, other: &Self) -> bool {
        self.shares(other) == 3
    }
}

/// Where one can go.
fn door(place: &Place) -> Option<[f64; 2]> {
    Some([place.latitude?, place.longitude?]).filter(|_| !place.approximate)
}

/// On so short a way the earth is flat.
fn is_near([a_latitude, a_longitude]: [f64; 2], [b_latitude, b_longitude]: [f64; 2]) -> bool {
    let turn = (a_longitude - b_longitude).abs();
    let east = turn.min(360.0 - turn) * a_latitude.to_radians().cos();
    (a_latitude - b_latitude).hypot(east) * DEGREE_M <= NEAR_M
}

/// What is being found, row by row; a meeting has one row of a feed.
struct Found<'a> {
    of_row: Vec<Option<&'a Meeting>>,
    taken: HashSet<MeetingId>,
}

impl<'a> Found<'a> {
    fn take(&mut self, row: usize, meeting: &'a Meeting) {
        if self.of_row[row].is_none() && self.taken.insert(meeting.id) {
            self.of_row[row] = Some(meeting);
        }
    }
}

impl<'a> Basis<'a> {
    /// For each row the meeting of another feed that it follows.
    pub(super) fn follows(&self, open: &[&Meeting], rows: &[FeedRow]) -> Vec<Option<&'a Meeting>> {
        let following = &self.following;
        let mut found = Found { of_row: vec![None; rows.len()], taken: HashSet::new() };
        if following.leaders.is_empty() {
            return found.of_row;
        }
        let foreign = self.directory.meetings.iter().filter(|meeting| following.leaders.contains_key(&meeting.id));
        let foreign: HashMap<MeetingId, (&'a Meeting, Features)> =
            foreign.map(|meeting| (meeting.id, (meeting, Features::of(&meeting.content)))).collect();
        let known: HashMap<&str, &FollowingRow> =
            following.rows.iter().map(|row| (row.source_key.as_str(), row)).collect();
        let features: Vec<Features> = rows.iter().map(|row| Features::of(&row.content)).collect();
        let by_key = |at: usize| {
            let known = known.get(rows[at].source_key.as_str()).filter(|known| !known.apart)?;
            Some((*known, foreign.get(&known.meeting_id)?))
        };
        for (at, ours) in features.iter().enumerate() {
            if let Some((_, (meeting, theirs))) = by_key(at)
                && ours.is_same(theirs)
            {
                found.take(at, meeting);
            }
        }
        let mut free: Vec<usize> = (0..rows.len())
            .filter(|at| found.of_row[*at].is_none())
            .filter(|at| known.get(rows[*at].source_key.as_str()).is_none_or(|known| !known.apart))
            .collect();
        // A row that is called like what it might follow is the last to be its feed's own.
        let called: HashSet<&str> = foreign.values().map(|(meeting, _)| meeting.slug.as_str()).collect();
        free.sort_by_key(|at| called.contains(rows[*at].slug.as_str()));
        let mut own = Own::of(self, open);
        free.retain(|at| !own.has_named(&rows[*at]));
        free.retain(|at| !own.has_same(&features[*at]));
        free.sort_unstable();
        for (at, meeting) in recognised(&free, rows, &features, &foreign) {
            found.take(at, meeting);
        }
        for (at, ours) in features.iter().enumerate() {
            if let Some((known, (meeting, theirs))) = by_key(at)
                && (known.row_hash == rows[at].hash() || ours.shares(theirs) >= 2)
            {
                found.take(at, meeting);
            }
        }
        found.of_row
    }
}

/// What is the feed's own already, or nobody's and the same: such a row does not
/// begin to follow. Each of these meetings is one row's: of a source that lists
/// more that are alike, the rest may be another's.
struct Own<'a> {
    by_key: HashMap<&'a str, MeetingId>,
    same: HashMap<(String, Start), Vec<(MeetingId, Features)>>,
    taken: HashSet<MeetingId>,
}

impl<'a> Own<'a> {
    fn of(basis: &'a Basis<'_>, open: &[&Meeting]) -> Self {
        let mut same: HashMap<_, Vec<(MeetingId, Features)>> = HashMap::new();
        for meeting in open.iter().filter(|meeting| meeting.state != MeetingState::Deleted) {
            let features = Features::of(&meeting.content);
            same.entry((features.name.clone(), features.start)).or_default().push((meeting.id, features));
        }
        let by_key = basis.sources.iter().map(|(id, source)| (source.source_key.as_str(), *id)).collect();
        Self { by_key, same, taken: HashSet::new() }
    }

    fn has_named(&mut self, row: &FeedRow) -> bool {
        let meeting = self.by_key.get(row.source_key.as_str());
        self.taken.extend(meeting);
        meeting.is_some()
    }

    fn has_same(&mut self, features: &Features) -> bool {
        let same = self.same.get(&(features.name.clone(), features.start)).into_iter().flatten();
        let own = same.filter(|(_, own)| own.is_same(features)).find(|(id, _)| !self.taken.contains(id));
        self.taken.extend(own.map(|(id, _)| *id));
        own.is_some()
    }
}

/// Rows that are the same as a meeting that lives, each with one to try, the
/// likeliest first. Where a source lists several that are alike, those of one
/// slug belong together, then those that could be no other, then one by one in
/// their order: a source has as many of them, and which is which no one can tell.
fn recognised<'a>(
    open: &[usize],
    rows: &[FeedRow],
    features: &[Features],
    foreign: &HashMap<MeetingId, (&'a Meeting, Features)>,
) -> Vec<(usize, &'a Meeting)> {
    let mut alike: HashMap<(&str, Start), Vec<_>> = HashMap::new();
    for (meeting, theirs) in foreign.values().filter(|(meeting, _)| meeting.state != MeetingState::Deleted) {
        alike.entry((&theirs.name, theirs.start)).or_default().push((*meeting, theirs));
    }
    let of = |at: &usize| {
        let ours = &features[*at];
        let same = alike.get(&(ours.name.as_str(), ours.start)).into_iter().flatten();
        let same = same.filter(|(_, theirs)| ours.is_at_the_place_of(theirs)).map(|(meeting, _)| *meeting);
        let mut same: Vec<&'a Meeting> = same.collect();
        same.sort_unstable_by(|a, b| (&a.slug, a.id).cmp(&(&b.slug, b.id)));
        (*at, same)
    };
    let mut same: Vec<(usize, Vec<&'a Meeting>)> = open.iter().map(of).collect();
    same.sort_by_key(|(_, meetings)| meetings.len());
    let called = |(at, meetings): &(usize, Vec<&'a Meeting>)| {
        let slug = &rows[*at].slug;
        meetings.iter().find(|meeting| meeting.slug == *slug).map(|meeting| (*at, *meeting))
    };
    let mut found: Vec<(usize, &'a Meeting)> = same.iter().filter_map(called).collect();
    found.extend(same.iter().flat_map(|(at, meetings)| meetings.iter().map(|meeting| (*at, *meeting))));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_are_near_up_to_a_hundred_metres_everywhere() {
        // 0.0008 degrees of latitude are 89 m; of longitude less the further north.
        for (one, other, near) in [
            ([41.8781, -87.6298], [41.8789, -87.6298], true),
            ([41.8781, -87.6298], [41.8791, -87.6298], false),
            ([0.0, 10.0], [0.0, 10.001], false),
            ([60.0, 10.0], [60.0, 10.001], true),
            ([-17.0, 179.9998], [-17.0, -179.9998], true),
            ([41.8781, -87.6298], [41.8781, -87.6298], true),
        ] {
            assert_eq!(is_near(one, other), near, "{one:?} {other:?}");
            assert_eq!(is_near(other, one), near, "{other:?} {one:?}");
        }
    }

    fn at(address: &str, door: Option<[f64; 2]>, links: &[&str]) -> Features {
        let links = links.iter().map(|link| (*link).to_owned()).collect();
        Features { name: "noon".to_owned(), start: Some((1, 720)), address: address.to_owned(), door, links }
    }

    #[test]
    fn one_door_or_one_way_to_take_part_is_one_place() {
        let door = Some([41.8781, -87.6298]);
        let far = Some([41.9, -87.6298]);
        for (one, other, same) in [
            (at("hall|1 a st", door, &[]), at("hall|one a street", door, &[]), true),
            (at("hall|1 a st", door, &[]), at("hall|1 a st", far, &[]), true),
            (at("hall|1 a st", door, &[]), at("mill|2 b st", far, &[]), false),
            // Two that meet in one town, or nowhere that is told, need not be one.
            (at("|chicago", None, &["zoom.us/1"]), at("|chicago", None, &["zoom.us/2"]), false),
            (at("|chicago", None, &["zoom.us/1"]), at("|chicago", None, &[]), false),
            (at("|chicago", None, &["zoom.us/1"]), at("|springfield", None, &["zoom.us/1", "+1312"]), true),
            (at("|chicago", None, &[]), at("|chicago", None, &[]), true),
            (at("", None, &[]), at("", None, &[]), false),
        ] {
            assert_eq!((one.is_same(&other), other.is_same(&one)), (same, same), "{} {}", one.address, other.address);
        }
    }
}
