//! Every word that occurs, in order, and which of them are a slip of the finger
//! away from what was typed.
//!
//! Whoever hit the first letter meant one of the words that begin with it, some
//! twentieth of all; whoever missed it typed all else as it is: those words are
//! looked up by what follows their first letter.

use std::ops::Range;

use super::slip::{Letters, is_slip};

/// How many words are looked at before it is asked whether any is alike.
const AT_ONCE: usize = 32;

/// Words in order; each is known by its place.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    words: Vec<Box<str>>,
    letters: Vec<Letters>,
    /// Their places by what follows their first letter.
    by_tail: Vec<u32>,
}

impl Dictionary {
    /// Of words in order.
    pub(super) fn new(words: Vec<Box<str>>) -> Self {
        let letters = words.iter().map(|word| Letters::of(word)).collect();
        // Their beginnings as numbers leave few texts to compare.
        let mut tails: Vec<(u64, u32)> =
            (0..).zip(&words).map(|(place, word)| (beginning(tail(word)), place)).collect();
        let text = |place: u32| tail(&words[place as usize]);
        tails.sort_unstable_by(|(one, at), (other, place)| {
            one.cmp(other).then_with(|| text(*at).cmp(text(*place))).then(at.cmp(place))
        });
        let by_tail = tails.into_iter().map(|(_, place)| place).collect();
        Self { words, letters, by_tail }
    }

    /// The word at a place.
    pub(super) fn get(&self, place: usize) -> Option<&str> {
        self.words.get(place).map(|word| &**word)
    }

    /// Where those that begin with `text` stand, itself first.
    pub(super) fn beginning_with(&self, text: &str) -> Range<usize> {
        let start = self.words.partition_point(|word| &**word < text);
        let count = run(&self.words[start..], |word| word.starts_with(text));
        start..start + count
    }

    /// Those that `typed` is one slip away from, or with `in_start` from a
    /// beginning of them; by place, in no order.
    pub(super) fn slips_of(&self, typed: &str, in_start: bool) -> Vec<usize> {
        let (letters, typed_letters) = (Letters::of(typed), typed.chars().collect::<Vec<_>>());
        let is_one = |place: &usize| is_slip(&typed_letters, &self.words[*place], in_start);
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
    fn with_tail<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let tail_at = |place: &u32| tail(&self.words[*place as usize]);
        let start = self.by_tail.partition_point(|place| tail_at(place) < text);
        let following = self.by_tail[start..].iter();
        following.take_while(move |place| tail_at(place).starts_with(text)).map(|place| *place as usize)
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
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(text.bytes()).for_each(|(place, byte)| *place = byte);
    u64::from_be_bytes(bytes)
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
            words in prop::collection::btree_set("[abé]{1,7}", 0..40), typed in "[abé]{2,7}", in_start in any::<bool>(),
        ) {
            let words: Vec<Box<str>> = words.into_iter().map(String::into_boxed_str).collect();
            let letters: Vec<char> = typed.chars().collect();
            let expected: Vec<usize> = (0..words.len()).filter(|at| is_slip(&letters, &words[*at], in_start)).collect();
            let dictionary = Dictionary::new(words.clone());
            let mut found = dictionary.slips_of(&typed, in_start);
            found.sort_unstable();
            // What begins with it is met without a slip, which whoever asks leaves out.
            prop_assert_eq!(found, expected);
            let beginning = dictionary.beginning_with(&typed);
            prop_assert!((0..words.len()).all(|at| words[at].starts_with(&typed) == beginning.contains(&at)));
        }
    }
}
