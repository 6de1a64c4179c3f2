//! Chance that falls the same way for the same seed.

use openchair::kernel::{Entropy, SeededEntropy};

/// Some dice.
pub struct Dice(SeededEntropy);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// A number below that.
    pub fn below(&self, bound: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % bound as u64).unwrap()
    }

    /// One of some.
    pub fn of<'a, T>(&self, some: &'a [T]) -> Option<&'a T> {
        (!some.is_empty()).then(|| &some[self.below(some.len())])
    }
}
