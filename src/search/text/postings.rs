//! Who has each word.
//!
//! What few have is a list of these. What many have (a thirty-second of all, or
//! more) is a bit for each meeting: that is smaller, and says of a meeting at
//! once whether it is among them, which otherwise takes going through the list.
//!
//! Places: the meetings that have a word are counted in their order, from nought.

use crate::search::snapshot::entry::Index;

/// How many times as many meetings there are as have a word that is a set.
const SPARSE: usize = 32;
/// How many bits of a set are counted together.
const BLOCK: usize = 512;
const WORD: usize = u64::BITS as usize;

/// The meetings that have each word.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// Where each word's are.
    kinds: Vec<Kind>,
    meetings: Vec<Index>,
    /// A bit for each meeting, one set after the other.
    bits: Vec<u64>,
    /// How many there are before each block, one set after the other.
    ranks: Vec<u32>,
    /// How many words of 64 bits a set has, and how many blocks.
    width: usize,
    blocks: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Where its list begins.
    List(usize),
    /// The number of its set.
    Set(usize),
}

/// The meetings that have a word, in order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Posting<'a> {
    List(&'a [Index]),
    Set(Set<'a>),
}

/// As bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Set<'a> {
    pub bits: &'a [u64],
    ranks: &'a [u32],
}

impl Postings {
    /// Room for words of which that many of so many meetings have each.
    pub(super) fn new(meetings: usize, counts: impl Iterator<Item = usize>) -> Self {
        let (width, blocks) = (meetings.div_ceil(WORD), meetings.div_ceil(BLOCK));
        let (mut listed, mut sets) = (0, 0);
        let kinds = counts.map(|count| {
            if count * SPARSE < meetings {
                listed += count;
                return Kind::List(listed - count);
            }
            sets += 1;
            Kind::Set(sets - 1)
        });
        let kinds = kinds.collect();
        let (bits, ranks) = (vec![0; sets * width], vec![0; sets * blocks]);
        Self { kinds, meetings: vec![0; listed], bits, ranks, width, blocks }
    }

    /// Says who is at a place of a word.
    pub(super) fn put(&mut self, word: usize, place: usize, meeting: Index) {
        match self.kinds[word] {
            Kind::List(start) => self.meetings[start + place] = meeting,
            Kind::Set(set) => self.bits[set * self.width + meeting as usize / WORD] |= 1 << (meeting as usize % WORD),
        }
    }

    /// All has been put.
    pub(super) fn finish(mut self) -> Self {
        for set in 0..self.ranks.len().checked_div(self.blocks).unwrap_or(0) {
            let bits = &self.bits[set * self.width..][..self.width];
            let mut before = 0;
            for (rank, block) in self.ranks[set * self.blocks..].iter_mut().zip(bits.chunks(BLOCK / WORD)) {
                *rank = before;
                before += count(block);
            }
        }
        self
    }

    /// Who has a word, as so many do.
    pub(super) fn of(&self, word: usize, count: usize) -> Posting<'_> {
        match self.kinds[word] {
            Kind::List(start) => Posting::List(&self.meetings[start..start + count]),
            Kind::Set(set) => Posting::Set(Set {
                bits: &self.bits[set * self.width..][..self.width],
                ranks: &self.ranks[set * self.blocks..][..self.blocks],
            }),
        }
    }
}

impl Posting<'_> {
    /// Shows who has it.
    pub(super) fn each(self, mut show: impl FnMut(Index)) {
        match self {
            Self::List(meetings) => meetings.iter().copied().for_each(show),
            Self::Set(set) => {
                for (bits, from) in set.bits.iter().zip((0..).step_by(WORD)) {
                    ones(*bits, |bit| show(from + bit as Index));
                }
            }
        }
    }
}

impl Set<'_> {
    /// The place of a meeting that is in it.
    pub(super) fn place(self, meeting: Index) -> usize {
        let (at, block) = (meeting as usize / WORD, meeting as usize / BLOCK);
        let below = self.bits[at] & ((1 << (meeting as usize % WORD)) - 1);
        (self.ranks[block] + count(&self.bits[block * (BLOCK / WORD)..at]) + below.count_ones()) as usize
    }
}

/// Shows which items' meetings have their bit, in order: without a branch that
/// nobody can foresee for each that has not.
pub(super) fn among<T>(bits: &[u64], items: &[T], meeting: impl Fn(&T) -> Index, mut show: impl FnMut(usize)) {
    for (chunk, from) in items.chunks(WORD).zip((0..).step_by(WORD)) {
        let bit = |item: &T| bits[meeting(item) as usize / WORD] >> (meeting(item) as usize % WORD) & 1;
        ones((0..).zip(chunk).fold(0, |here, (at, item)| here | bit(item) << at), |at| show(from + at));
    }
}

/// Bits for so many meetings, of which some are set.
pub(super) fn bits(meetings: usize, set: impl Iterator<Item = Index>) -> Vec<u64> {
    let mut bits = vec![0; meetings.div_ceil(WORD)];
    set.for_each(|meeting| bits[meeting as usize / WORD] |= 1 << (meeting as usize % WORD));
    bits
}

/// Shows which bits are set.
fn ones(mut bits: u64, mut show: impl FnMut(usize)) {
    while bits != 0 {
        show(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

fn count(bits: &[u64]) -> u32 {
    bits.iter().map(|bits| bits.count_ones()).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn who_is_put_is_there_at_its_place(
            meetings in 1..2_000_usize, seed in prop::collection::vec(prop::collection::vec(0_u32..2_000, 0..300), 1..6),
        ) {
            let words: Vec<Vec<Index>> = seed.into_iter().map(|word| {
                let mut word: Vec<Index> = word.into_iter().filter(|meeting| (*meeting as usize) < meetings).collect();
                word.sort_unstable();
                word.dedup();
                word
            }).collect();
            let mut postings = Postings::new(meetings, words.iter().map(Vec::len));
            for (word, having) in words.iter().enumerate() {
                having.iter().enumerate().for_each(|(place, meeting)| postings.put(word, place, *meeting));
            }
            let postings = postings.finish();
            for (word, having) in words.iter().enumerate() {
                let posting = postings.of(word, having.len());
                let mut shown = Vec::new();
                posting.each(|meeting| shown.push(meeting));
                prop_assert_eq!(&shown, having);
                if let Posting::Set(set) = posting {
                    prop_assert!(having.len() * SPARSE >= meetings);
                    prop_assert!(having.iter().enumerate().all(|(place, meeting)| set.place(*meeting) == place));
                }
                let marked = bits(meetings, having.iter().copied());
                let all: Vec<Index> = (0..meetings as Index).collect();
                let mut found = Vec::new();
                among(&marked, &all, |one| *one, |at| found.push(all[at]));
                prop_assert_eq!(&found, having);
            }
        }
    }
}
