//! Names that nobody chose: the handle of an account and the alias in a circle.
//!
//! A name that a person picks tells of them, or is picked to insult; so both
//! are drawn from lists, and all that somebody may do is draw again. The two
//! lists have nothing to do with one another: a handle has three words in small
//! letters, an alias is one word with a capital, and neither is drawn from the
//! other. Each is uniform over its list, so that a name says nothing of when,
//! where or for whom it was drawn.
//!
//! The lists lie in `data/`, one word a line, sorted. A word may be taken out
//! at any time; names that were drawn stay. To add one, run the tests: they
//! hold that the lists are kind, and that no alias is mistaken for another: any
//! two differ in two letters at least, and none is how another begins. A word
//! may be in both lists; nothing follows from it. Aliases are of nature, and
//! none is a given name that many people have: nobody shall seem to sign.

use std::sync::LazyLock;

use super::Entropy;

/// The most characters of a handle (all are ASCII).
pub const HANDLE_MAX: usize = 32;

static HANDLE_WORDS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../../../data/handle_words.txt").lines().collect());
static ALIASES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../../../data/circle_aliases.txt").lines().collect());

/// A handle such as `amber-river-lantern`: three words, each drawn on its own,
/// 40 bits and more together.
///
/// That two draws give the same is rare and not impossible; where a handle
/// must be the only one, the database says so and one draws again.
pub fn handle(entropy: &dyn Entropy) -> String {
    [(); 3].map(|()| pick(entropy, &HANDLE_WORDS).unwrap_or_default()).join("-")
}

/// An alias such as `Heron` that is not among those taken in this circle;
/// `None` once all are, which no circle has seats for.
pub fn alias(entropy: &dyn Entropy, taken: &[impl AsRef<str>]) -> Option<&'static str> {
    let free = |alias: &&'static str| !taken.iter().any(|taken| taken.as_ref() == *alias);
    pick(entropy, &ALIASES.iter().copied().filter(free).collect::<Vec<_>>())
}

/// One of `words`, each as likely as any other.
fn pick(entropy: &dyn Entropy, words: &[&'static str]) -> Option<&'static str> {
    let count = u32::try_from(words.len()).ok().filter(|count| *count > 0)?;
    // What lies above the last whole multiple would favour the first words.
    let fair = u32::MAX - u32::MAX % count;
    loop {
        let mut drawn = [0; 4];
        entropy.fill(&mut drawn);
        let drawn = u32::from_be_bytes(drawn);
        if drawn < fair {
            return words.get(usize::try_from(drawn % count).ok()?).copied();
        }
    }
}

#[cfg(test)]
mod tests;
