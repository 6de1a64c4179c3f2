//! The words of meetings.

use std::{
    panic,
    sync::{Arc, mpsc},
    thread,
};

use foldhash::HashMap;

use crate::directory::Meeting;
use crate::search::{
    snapshot::{entry::Index, trees::Trees},
    text::{Builder, Field, TextIndex},
};

/// How many parts may wait for their words to be read.
const PARTS: usize = 2;

/// Reads the words of meetings that come in parts.
pub(super) enum Reading {
    /// At once.
    Here(Reader, Arc<Trees>),
    /// Of many, on a thread of its own: to read them is a third of what it takes to
    /// take meetings in.
    Aside(Aside),
}

/// What reads elsewhere.
pub(super) struct Aside {
    parts: mpsc::SyncSender<Vec<Meeting>>,
    done: mpsc::Receiver<Vec<Meeting>>,
    thread: thread::JoinHandle<TextIndex>,
}

impl Reading {
    pub(super) fn of(trees: Arc<Trees>, many: bool) -> Self {
        if !many {
            return Self::Here(Reader::default(), trees);
        }
        let (parts, coming) = mpsc::sync_channel::<Vec<Meeting>>(PARTS);
        let (give_back, done) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut reader = Reader::default();
            for part in coming {
                part.iter().for_each(|meeting| reader.read(meeting, &trees));
                // Nobody takes it only at the end.
                _ = give_back.send(part);
            }
            reader.builder.finish()
        });
        Self::Aside(Aside { parts, done, thread })
    }

    /// Reads a part; hands back what is done with, of this part or of one before.
    pub(super) fn read(&mut self, part: Vec<Meeting>) -> Vec<Meeting> {
        match self {
            Self::Here(reader, trees) => {
                part.iter().for_each(|meeting| reader.read(meeting, trees));
                part
            }
            Self::Aside(aside) => {
                // Nobody takes it only where reading panicked, which is told at the end.
                _ = aside.parts.send(part);
                aside.done.try_recv().unwrap_or_default()
            }
        }
    }

    /// The index of all that was read, which is made while `meanwhile` does what
    /// else is to be done.
    pub(super) fn finish(self, meanwhile: impl FnOnce()) -> TextIndex {
        match self {
            Self::Here(reader, _) => {
                meanwhile();
                reader.builder.finish()
            }
            Self::Aside(Aside { parts, done, thread }) => {
                drop((parts, done));
                meanwhile();
                thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
            }
        }
    }
}

/// Reads meetings, and what many of them share once.
#[derive(Default)]
pub(super) struct Reader {
    builder: Builder,
    /// The words of a region and of those that it lies in.
    regions: HashMap<Index, Vec<u32>>,
}

impl Reader {
    /// Reads what a query's words are looked for in.
    fn read(&mut self, meeting: &Meeting, trees: &Trees) {
        let (builder, content) = (&mut self.builder, &meeting.content);
        builder.text(Field::Name, &content.name);
        if let Some(group) = meeting.group_id.and(content.group.as_ref()) {
            builder.text(Field::Group, &group.name);
        }
        if let Some(place) = meeting.location_id.and(content.location.as_ref()) {
            place.name.iter().for_each(|name| builder.text(Field::Location, name));
            place.address_texts().for_each(|address| builder.text(Field::Address, address));
        }
        if let Some(region) = meeting.region_id.and_then(|id| trees.region(id)) {
            let read = || builder.numbers(&trees.path(region).join(" "));
            let words = self.regions.entry(region).or_insert_with(read);
            builder.words(Field::Region, words);
        }
        content.notes.iter().for_each(|notes| builder.text(Field::Notes, notes));
        builder.end();
    }
}
