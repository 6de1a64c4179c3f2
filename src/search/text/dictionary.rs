//! Every word that occurs, in order, and which of them are a slip of the finger
//! away from what was typed.
//!
//! Whoever hit the first letter meant one of the words that begin with it, some
//! twentieth of all; whoever missed it typed all else as it is: those words are
//! looked up by what follows their first letter.

use std::ops::Range;

use super::slip::{Letters, is_slip};

/// How many bytes of a word are looked at first.
const HEAD: usize = size_of::<u64>();
/// How many words are looked at before it is asked whether any is alike.
const AT_ONCE: usize = 32;

/// Words in order; each is known by its place. They are behind one another in
/// memory, and their beginnings, by which they are looked for, again: to go from
/// one word to another somewhere else would take most of the time.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    text: String,
    /// Where in the text each word begins, and where the last one ends.
    starts: Vec<u32>,
    letters: Vec<Letters>,
    heads: Vec<u64>,
    /// How each goes on after its first letter, and its place, in that order.
    tails: Vec<(u64, u32)>,
}

impl Dictionary {
    /// Of words in order.
    pub(super) fn new<W: AsRef<str>>(words: &[W]) -> Self {
        let words = words.iter().map(AsRef::as_ref);
        let mut all = Self { starts: vec![0], ..Self::default() };
        for word in words.clone() {
            all.text.push_str(word);
            all.starts.push(all.text.len() as u32);
        }
        all.letters = words.clone().map(Letters::of).collect();
        all.heads = words.clone().map(beginning).collect();
        let mut tails: Vec<(u64, u32)> = (0..).zip(words).map(|(place, word)| (beginning(tail(word)), place)).collect();
        tails.sort_unstable_by(|one, other| {
            let text = |place: u32| tail(all.word(place as usize));
            one.0.cmp(&other.0).then_with(|| text(one.1).cmp(text(other.1))).then(one.1.cmp(&other.1))
        });
        all.tails = tails;
        all
    }

    /// The word at a place.
    pub(super) fn get(&self, place: usize) -> Option<&str> {
        (place < self.heads.len()).then(|| self.word(place))
    }

    fn word(&self, place: usize) -> &str {
        &self.text[self.starts[place] as usize..self.starts[place + 1] as usize]
    }

    /// Where those that begin with `text` stand, itself first.
    pub(super) fn beginning_with(&self, text: &str) -> Range<usize> {
        let (first, last) = (beginning(text), last_beginning(text));
        let from = self.heads.partition_point(|head| *head < first);
        let to = from + run(&self.heads[from..], |head| *head <= last);
        if text.len() <= HEAD {
            return from..to;
        }
        let start = partition(from..to, |place| self.word(place) < text);
        start..partition(start..to, |place| self.word(place).starts_with(text))
    }

    /// Those that `typed` is one slip away from, or with `in_start` from a
    /// beginning of them; by place, in no order.
    pub(super) fn slips_of(&self, typed: &str, in_start: bool) -> Vec<usize> {
        let (letters, typed_letters) = (Letters::of(typed), typed.chars().collect::<Vec<_>>());
        let is_one = |place: &usize| is_slip(&typed_letters, self.word(*place), in_start);
        let rest = tail(typed);
        let first = &typed[..typed.len() - rest.len()];
        let alike = self.beginning_with(first);
        let mut found = Vec::new();
        for (chunk, from) in self.letters[alike.clone()].chunks(AT_ONCE).zip((alike.start..).step_by(AT_ONCE)) {
            // Most words are none, and those of a few lines of memory are told at once.
            if chunk.iter().fold(false, |any, other| any | letters.may_slip_to(*other)) {
                let may = (from..).zip(chunk).filter(|(_, other)| letters.may_slip_to(**other));
                found.extend(may.map(|(place, _)| place).filter(is_one));
            }
        }
        let beside = found.len();
        // The first letter is one too many, or stands behind the second.
        let mut letters = rest.chars();
        let swapped: String = letters.next().into_iter().chain(first.chars()).chain(letters).collect();
        for text in [rest, &swapped] {
            found.extend(self.beginning_with(text).filter(|place| !alike.contains(place)).filter(is_one));
        }
        // It is missing, or another one.
        for text in [typed, rest] {
            found.extend(self.with_tail(text).filter(|place| !alike.contains(place)).filter(is_one));
        }
        found[beside..].sort_unstable();
        found.dedup();
        found
    }

    /// Those that go on after their first letter as `text` begins.
    fn with_tail(&self, text: &str) -> impl Iterator<Item = usize> {
        let (first, last, tails) = (beginning(text), last_beginning(text), &self.tails);
        let from = tails.partition_point(|(head, _)| *head < first);
        let mut places = from..from + run(&tails[from..], |(head, _)| *head <= last);
        if text.len() > HEAD {
            let tail_at = |at: usize| tail(self.word(tails[at].1 as usize));
            let start = partition(places.clone(), |at| tail_at(at) < text);
            places = start..partition(start..places.end, |at| tail_at(at).starts_with(text));
        }
        places.map(|at| tails[at].1 as usize)
    }
}

/// What follows a word's first letter.
fn tail(word: &str) -> &str {
    let mut letters = word.chars();
    letters.next();
    letters.as_str()
}

/// How a text begins, as a number that compares like it.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; HEAD];
    bytes.iter_mut().zip(text.bytes()).for_each(|(place, byte)| *place = byte);
    u64::from_be_bytes(bytes)
}

/// The greatest such number of a text that goes on like this one.
fn last_beginning(text: &str) -> u64 {
    beginning(text) | u64::MAX.checked_shr(8 * text.len() as u32).unwrap_or(0)
}

/// Where in a range the places end of which something is true, where it is of no
/// later one.
fn partition(mut range: Range<usize>, is: impl Fn(usize) -> bool) -> usize {
    while !range.is_empty() {
        let middle = range.start + range.len() / 2;
        if is(middle) {
            range.start = middle + 1;
        } else {
            range.end = middle;
        }
    }
    range.start
}

/// How many items at the beginning are `true`, where no other is: they are
/// passed in ever larger steps.
pub(super) fn run<T>(items: &[T], is: impl Fn(&T) -> bool) -> usize {
    let mut step = 1;
    while items.get(step).is_some_and(&is) {
        step *= 2;
    }
    let end = items.len().min(step + 1);
    step / 2 + items[step / 2..end].partition_point(is)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slips_are_those_of_all_words(
            words in prop::collection::btree_set("[abé]{1,12}", 0..60), typed in "[abé]{2,12}", in_start in any::<bool>(),
        ) {
            let words: Vec<String> = words.into_iter().collect();
            let letters: Vec<char> = typed.chars().collect();
            let expected: Vec<usize> = (0..words.len()).filter(|at| is_slip(&letters, &words[*at], in_start)).collect();
            let dictionary = Dictionary::new(&words);
            let mut found = dictionary.slips_of(&typed, in_start);
            found.sort_unstable();
            // What begins with it is met without a slip, which whoever asks leaves out.
            prop_assert_eq!(found, expected);
            let beginning = dictionary.beginning_with(&typed);
            prop_assert!((0..words.len()).all(|at| words[at].starts_with(&typed) == beginning.contains(&at)));
        }
    }
}
