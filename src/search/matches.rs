//! All that a query matches, one after the other and never together in memory:
//! for other programs, as lines or as a map's features.
//!
//! What moves with clock and caller is left out, and all notices are in: so a
//! meeting is the same bytes as in changes, whoever asks and when.

use std::{io::Write, sync::Arc, vec};

use chrono::{DateTime, Utc};
use xxhash_rust::xxh3::Xxh3;

use super::{
    area::Area,
    engine,
    query::SearchQuery,
    refresher::Published,
    snapshot::{Entry, Snapshot, entry::Index},
};
use crate::directory::Attendance;

/// How many bytes a piece has, about: what a connection takes at once.
const PIECE: usize = 64 * 1024;

/// How they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON object a line.
    Ndjson,
    /// A feature collection (RFC 7946).
    GeoJson,
}

/// All that a query matches, by id.
#[derive(Debug)]
pub struct Matches {
    published: Arc<Published>,
    found: vec::IntoIter<Index>,
    form: Form,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Beginning,
    First,
    Following,
    End,
}

impl Matches {
    /// Finds them; they are written as they are asked for.
    pub fn new(published: Arc<Published>, query: &SearchQuery, form: Form, now: DateTime<Utc>) -> Self {
        let mut found = Vec::new();
        let area = Area::of(query).unmeasured();
        engine::visit(&published.snapshot, query, &area, engine::to_minute(now), |hit, _| found.push(hit.meeting));
        Self::by_id(published, found, form)
    }

    /// Every meeting there is, inactive ones too.
    pub fn all(published: Arc<Published>, form: Form) -> Self {
        let entries = &published.snapshot.entries;
        let found = (0..entries.places()).filter(|at| entries.get(*at).is_some()).map(|at| at as Index).collect();
        Self::by_id(published, found, form)
    }

    fn by_id(published: Arc<Published>, mut found: Vec<Index>, form: Form) -> Self {
        found.sort_unstable_by_key(|index| published.snapshot.entries[*index as usize].id);
        Self { published, found: found.into_iter(), form, state: State::Beginning }
    }

    /// A number that is another whenever what is written would be.
    pub fn fingerprint(&self) -> u128 {
        let mut hash = Xxh3::new();
        hash.update(&[self.form as u8]);
        for entry in self.found.as_slice().iter().map(|index| self.entry(*index)) {
            self.published.snapshot.meeting_parts(entry).iter().for_each(|part| hash.update(part));
        }
        hash.digest128()
    }

    fn entry(&self, index: Index) -> &Entry {
        &self.published.snapshot.entries[index as usize]
    }

    fn write(&self, index: Index, out: &mut Vec<u8>) {
        let snapshot = &self.published.snapshot;
        match self.form {
            Form::Ndjson => {
                write_meeting(snapshot, self.entry(index), out);
                out.push(b'\n');
            }
            Form::GeoJson => write_feature(snapshot, index, out),
        }
    }
}

impl Iterator for Matches {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.state == State::End {
            return None;
        }
        let (collection, mut out) = (self.form == Form::GeoJson, Vec::with_capacity(PIECE + PIECE / 4));
        if self.state == State::Beginning {
            if collection {
                out.extend_from_slice(br#"{"type":"FeatureCollection","features":["#);
            }
            self.state = State::First;
        }
        while out.len() < PIECE {
            let Some(index) = self.found.next() else {
                if collection {
                    out.extend_from_slice(b"]}");
                }
                self.state = State::End;
                break;
            };
            if collection && self.state == State::Following {
                out.push(b',');
            }
            self.state = State::Following;
            self.write(index, &mut out);
        }
        Some(out).filter(|out| !out.is_empty())
    }
}

/// A meeting as a feature: where one can go to it, its door is its geometry.
fn write_feature(snapshot: &Snapshot, index: Index, out: &mut Vec<u8>) {
    let (entry, facts) = (&snapshot.entries[index as usize], &snapshot.facts[index as usize]);
    let online = facts.attendance == super::attendance_set::AttendanceSet::of(Attendance::Online).bits();
    // Writing to a vector cannot fail.
    let _ = write!(out, r#"{{"type":"Feature","id":"{}","geometry":"#, entry.id);
    match entry.point.get().filter(|_| !online) {
        Some(point) => {
            let _ = write!(out, r#"{{"type":"Point","coordinates":[{},{}]}}"#, point.longitude, point.latitude);
        }
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(br#","properties":"#);
    write_meeting(snapshot, entry, out);
    out.push(b'}');
}

fn write_meeting(snapshot: &Snapshot, meeting: &Entry, out: &mut Vec<u8>) {
    snapshot.meeting_parts(meeting).iter().for_each(|part| out.extend_from_slice(part));
}
