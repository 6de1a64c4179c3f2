//! One slip of the finger: a letter too many, one too few, a wrong one, or two
//! in the wrong order (Damerau 1964).

/// Which letters a word has, a bit each. All but the Latin ones share what is
/// left, so two words may look more alike than they are, never less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letters(u32);

impl Letters {
    pub(super) fn of(word: &str) -> Self {
        let bit = |c: char| match c {
            'a'..='z' => c as u32 - 'a' as u32,
            _ => 26 + c as u32 % 6,
        };
        Self(word.chars().fold(0, |bits, c| bits | 1 << bit(c)))
    }

    /// Whether a word of these letters may be one slip away from, or begin with
    /// a slip of, one of those: at most one of them is not in it.
    pub(super) fn may_slip_to(self, other: Self) -> bool {
        let missing = self.0 & !other.0;
        // Several of these are done at once, which counting bits would not be.
        missing & missing.wrapping_sub(1) == 0
    }
}

/// Whether `typed` is exactly one slip away from `word`, or with `in_start` from
/// a beginning of it.
pub(super) fn is_slip(typed: &[char], word: &str, in_start: bool) -> bool {
    let mut letters = word.chars();
    let mut same = 0;
    while same < typed.len() && letters.clone().next() == Some(typed[same]) {
        letters.next();
        same += 1;
    }
    // From the first letter that differs: what is left of either.
    let (typed, word) = (&typed[same..], letters);
    let ends = |typed: &[char], mut word: std::str::Chars<'_>| {
        typed.iter().all(|c| word.next() == Some(*c)) && (in_start || word.next().is_none())
    };
    let after = |count: usize| {
        let mut rest = word.clone();
        (0..count).all(|_| rest.next().is_some()).then_some(rest)
    };
    let Some((first, rest)) = typed.split_first() else {
        // All of it is there: one letter is missing at its end.
        return word.clone().count() == 1;
    };
    let swapped = || {
        let mut two = word.clone();
        let (a, b) = (two.next(), two.next());
        !rest.is_empty() && b == Some(*first) && a == Some(rest[0]) && ends(&rest[1..], two)
    };
    ends(rest, word.clone()) || after(1).is_some_and(|word| ends(rest, word.clone()) || ends(typed, word)) || swapped()
}
