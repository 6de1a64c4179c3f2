//! The words of some meetings, which are numbered from nought, and who has
//! them.

use std::{
    cell::LazyCell,
    cmp::{Ordering, Reverse},
};

use foldhash::HashMap;

use super::{
    Field, Met, NAME_STEPS, brevity,
    dictionary::{Dictionary, run},
    postings::{self, Posting, Postings},
    words::{self, TextQuery, Word},
};
use crate::search::snapshot::entry::Index;

/// How many times as long as what was found a list is in which each is better
/// looked for.
const FEW: usize = 16;

/// Every word that occurs, in order, with the meetings that have it.
#[derive(Debug, Default)]
pub(in crate::search) struct TextIndex {
    words: Dictionary,
    postings: Postings,
    /// Where in `fields` each word begins; one more than there are words.
    starts: Vec<usize>,
    /// In which fields each meeting of a word has it, a bit each.
    fields: Vec<u8>,
    /// What the length of its name adds for each meeting.
    brevity: Vec<u8>,
}

impl TextIndex {
    /// What two indexes have of those meetings that are given a number in the
    /// new one, of `count` meetings.
    pub(super) fn merge(parts: [&Self; 2], numbers: &[Vec<Option<Index>>; 2], count: usize) -> Self {
        let mut merged = Self { starts: vec![0], brevity: vec![0; count], ..Self::default() };
        for (part, numbers) in parts.iter().zip(numbers) {
            for (number, brevity) in numbers.iter().zip(&part.brevity) {
                number.iter().for_each(|number| merged.brevity[*number as usize] = *brevity);
            }
        }
        let (mut at, mut placed, mut words, mut meetings) = ([0, 0], Vec::new(), Vec::new(), Vec::new());
        loop {
            let [one, other] = [0, 1].map(|side| parts[side].words.get(at[side]));
            let order = match (one, other) {
                (None, None) => break,
                (Some(one), Some(other)) => one.cmp(other),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            };
            let word = if order == Ordering::Greater { other } else { one };
            for (side, has) in [order != Ordering::Greater, order != Ordering::Less].into_iter().enumerate() {
                if has {
                    let numbers = &numbers[side];
                    parts[side].each(at[side], |meeting, fields| {
                        placed.extend(numbers[meeting as usize].map(|number| (number, fields)));
                    });
                    at[side] += 1;
                }
            }
            placed.sort_unstable();
            if let Some(word) = word.filter(|_| !placed.is_empty()) {
                words.push(word);
                meetings.extend(placed.iter().map(|(meeting, _)| *meeting));
                merged.fields.extend(placed.drain(..).map(|(_, fields)| fields));
                merged.starts.push(meetings.len());
            }
        }
        let mut postings = Postings::new(count, lengths(&merged.starts));
        for (word, start) in merged.starts[..words.len()].iter().enumerate() {
            let having = &meetings[*start..merged.starts[word + 1]];
            having.iter().enumerate().for_each(|(place, meeting)| postings.put(word, place, *meeting));
        }
        Self { words: Dictionary::new(&words), postings: postings.finish(), ..merged }
    }

    /// Who has a word, and beside them in which fields.
    fn placed(&self, word: usize) -> (Posting<'_>, &[u8]) {
        let fields = &self.fields[self.starts[word]..self.starts[word + 1]];
        (self.postings.of(word, fields.len()), fields)
    }

    /// Shows who has a word, in which fields.
    fn each(&self, word: usize, mut show: impl FnMut(Index, u8)) {
        let (posting, fields) = self.placed(word);
        let mut fields = fields.iter();
        posting.each(|meeting| fields.by_ref().take(1).for_each(|fields| show(meeting, *fields)));
    }

    /// The meetings that have every word of a query, by index, with how well:
    /// a whole number above zero.
    pub(in crate::search) fn find(&self, query: &TextQuery) -> Vec<(Index, u32)> {
        let mut words: Vec<Meets> = query.words().iter().map(|word| self.meets(word)).collect();
        // With the rarest first, little is left to look for in the lists of the others.
        words.sort_by_key(|word| word.places);
        let Some((rarest, others)) = words.split_first() else { return Vec::new() };
        let mut found = if others.is_empty() { self.having(rarest) } else { self.listed(rarest) };
        // What the rarest is worth is asked last: few have all the others, too.
        for word in others.iter().chain((!others.is_empty()).then_some(rarest)) {
            found = self.also_having(word, &found);
        }
        for (meeting, points) in &mut found {
            *points = *points * NAME_STEPS + u32::from(self.brevity[*meeting as usize]);
        }
        found
    }

    /// The words that meet one of a query.
    fn meets(&self, word: &Word) -> Meets {
        let mut meets = Meets { words: Vec::new(), places: 0 };
        let mut add = |at: usize, met: Met| {
            meets.words.push((at, met));
            meets.places += self.starts[at + 1] - self.starts[at];
        };
        let text = word.text.as_str();
        let beginning = self.words.beginning_with(text);
        for at in beginning.clone() {
            match self.words.get(at) == Some(text) {
                true => add(at, Met::Same),
                false if word.starts => add(at, Met::Start),
                false => {}
            }
        }
        if word.may_slip() {
            let slips = self.words.slips_of(text, word.may_slip_in_start()).into_iter();
            slips.filter(|at| !beginning.contains(at)).for_each(|at| add(at, Met::Slip));
        }
        meets
    }

    /// Who has a word, and what the best of it is worth.
    fn having(&self, word: &Meets) -> Vec<(Index, u32)> {
        let mut having = Vec::with_capacity(word.places);
        for (at, met) in &word.words {
            self.each(*at, |meeting, fields| having.push((meeting, worth(fields, *met))));
        }
        word.best_of_each(having)
    }

    /// Who has a word, worth nothing yet.
    fn listed(&self, word: &Meets) -> Vec<(Index, u32)> {
        let mut having = Vec::with_capacity(word.places);
        for (at, _) in &word.words {
            self.placed(*at).0.each(|meeting| having.push((meeting, 0)));
        }
        word.best_of_each(having)
    }

    /// Who of those found has another word, too, with what the best of that is
    /// worth besides.
    fn also_having(&self, word: &Meets, found: &[(Index, u32)]) -> Vec<(Index, u32)> {
        let seen = LazyCell::new(|| postings::bits(self.brevity.len(), found.iter().map(|(meeting, _)| *meeting)));
        let mut having = Vec::new();
        for (at, met) in &word.words {
            let (posting, fields) = self.placed(*at);
            let mut keep = |meeting, place: usize| having.push((meeting, worth(fields[place], *met)));
            match posting {
                Posting::Set(set) => postings::among(
                    set.bits,
                    found,
                    |one| one.0,
                    |one| {
                        keep(found[one].0, set.place(found[one].0));
                    },
                ),
                Posting::List(meetings) if meetings.len() / FEW > found.len() => {
                    let mut place = 0;
                    for (meeting, _) in found {
                        place += run(&meetings[place..], |one| one < meeting);
                        if meetings.get(place) == Some(meeting) {
                            keep(*meeting, place);
                        }
                    }
                }
                Posting::List(meetings) => {
                    postings::among(&seen, meetings, |one| *one, |place| keep(meetings[place], place));
                }
            }
        }
        let (mut having, mut left) = (word.best_of_each(having), 0);
        for (meeting, points) in &mut having {
            left += run(&found[left..], |(one, _)| one < meeting);
            *points += found.get(left).map_or(0, |(_, before)| *before);
        }
        having
    }
}

/// The words that meet one of a query.
struct Meets {
    /// Which, and how.
    words: Vec<(usize, Met)>,
    /// How many places they have in all.
    places: usize,
}

impl Meets {
    /// Of what was found under one word after the other, the best of each meeting,
    /// in the order of these.
    fn best_of_each(&self, mut found: Vec<(Index, u32)>) -> Vec<(Index, u32)> {
        if self.words.len() > 1 {
            // Each word's meetings are in order already, which this sort makes use of.
            found.sort_by_key(|(meeting, points)| (*meeting, Reverse(*points)));
            found.dedup_by_key(|(meeting, _)| *meeting);
        }
        found
    }
}

/// How many meetings have each word, by where these begin.
fn lengths(starts: &[usize]) -> impl Iterator<Item = usize> {
    starts.windows(2).map(|two| two[1] - two[0])
}

/// What a word found in some fields is worth.
fn worth(fields: u8, met: Met) -> u32 {
    u32::from(BEST[usize::from(fields)]) * met.factor()
}

/// The weight of the weightiest of some fields.
const BEST: [u8; 256] = {
    let mut best = [0; 256];
    let mut fields = 0;
    while fields < best.len() {
        let mut at = 0;
        while at < Field::ALL.len() {
            let field = Field::ALL[at];
            if fields as u8 & field.bit() != 0 && field.weight() > best[fields] {
                best[fields] = field.weight();
            }
            at += 1;
        }
        fields += 1;
    }
    best
};

/// Gathers the words of one meeting after the other.
#[derive(Debug, Default)]
pub(in crate::search) struct Builder {
    /// Words by when they were first met.
    known: HashMap<Box<str>, u32>,
    /// Of one meeting after the other, in pieces: these are large, and copied
    /// where they grow.
    placed: Vec<Placed>,
    /// Of the present meeting: word, field.
    present: Vec<(u32, u8)>,
    brevity: Vec<u8>,
}

/// The words of some meetings that follow one another.
#[derive(Debug, Default)]
struct Placed {
    words: Vec<u32>,
    /// Beside `words`.
    fields: Vec<u8>,
    /// How many words each meeting has.
    counts: Vec<u32>,
}

impl Placed {
    /// How many words a piece has, about.
    const WORDS: usize = 1 << 18;

    /// With room for the words of another meeting, hardly ever more.
    fn new() -> Self {
        let room = Self::WORDS + Self::WORDS / 64;
        Self { words: Vec::with_capacity(room), fields: Vec::with_capacity(room), counts: Vec::new() }
    }
}

impl Builder {
    /// The numbers of a text's words, for texts that many meetings share.
    pub(in crate::search) fn numbers(&mut self, text: &str) -> Vec<u32> {
        let mut numbers = Vec::new();
        words::visit(text, |word| numbers.push(number(&mut self.known, word)));
        numbers
    }

    /// Says that the present meeting has a text in a field.
    pub(in crate::search) fn text(&mut self, field: Field, text: &str) {
        let Self { known, present, .. } = self;
        words::visit(text, |word| present.push((number(known, word), field.bit())));
    }

    /// Says that the present meeting has these words in a field.
    pub(in crate::search) fn words(&mut self, field: Field, numbers: &[u32]) {
        self.present.extend(numbers.iter().map(|number| (*number, field.bit())));
    }

    /// Ends the present meeting; the next one begins.
    pub(in crate::search) fn end(&mut self) {
        let in_name = self.present.iter().filter(|(_, field)| *field == Field::Name.bit()).count();
        self.brevity.push(u8::try_from(brevity(in_name)).unwrap_or(0));
        self.present.sort_unstable();
        if self.placed.last().is_none_or(|last| last.words.len() >= Placed::WORDS) {
            self.placed.push(self.placed.last().map_or_else(Placed::default, |_| Placed::new()));
        }
        let Some(placed) = self.placed.last_mut() else { return };
        let before = placed.words.len();
        for (word, field) in self.present.drain(..) {
            if placed.words.len() > before && placed.words.last() == Some(&word) {
                placed.fields.last_mut().into_iter().for_each(|fields| *fields |= field);
            } else {
                placed.words.push(word);
                placed.fields.push(field);
            }
        }
        placed.counts.push((placed.words.len() - before) as u32);
    }

    /// The index of all of them.
    pub(in crate::search) fn finish(self) -> TextIndex {
        let mut known: Vec<(Box<str>, u32)> = self.known.into_iter().collect();
        known.sort_unstable();
        let dictionary = Dictionary::new(&known.iter().map(|(word, _)| &**word).collect::<Vec<_>>());
        // Where each number stands in the order of the words.
        let mut rank = vec![0; known.len()];
        known.iter().enumerate().for_each(|(at, (_, number))| rank[*number as usize] = at);
        let mut starts = vec![0; known.len() + 1];
        let words = self.placed.iter().flat_map(|piece| &piece.words);
        words.for_each(|number| starts[rank[*number as usize] + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut postings = Postings::new(self.brevity.len(), lengths(&starts));
        let (mut next, mut fields, mut meeting) = (starts.clone(), vec![0; starts[known.len()]], 0);
        for piece in self.placed {
            let mut placed = piece.words.iter().zip(&piece.fields);
            for count in &piece.counts {
                for (number, bits) in placed.by_ref().take(*count as usize) {
                    let word = rank[*number as usize];
                    let at = next[word];
                    next[word] += 1;
                    fields[at] = *bits;
                    postings.put(word, at - starts[word], meeting);
                }
                meeting += 1;
            }
        }
        TextIndex { words: dictionary, postings: postings.finish(), starts, fields, brevity: self.brevity }
    }
}

fn number(known: &mut HashMap<Box<str>, u32>, word: &str) -> u32 {
    if let Some(number) = known.get(word) {
        return *number;
    }
    let number = known.len() as u32;
    known.insert(word.into(), number);
    number
}
