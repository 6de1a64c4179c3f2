//! Dice that fall alike for the same seed, on every machine (SplitMix64,
//! Steele et al. 2014).

use std::f64::consts::TAU;

use uuid::Uuid;

/// Where all that is made up comes from.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Those of a seed, apart from those of its other `streams`.
    pub fn new(seed: u64, stream: usize) -> Self {
        let mut dice = Self(seed ^ (stream as u64).wrapping_mul(0xd605_0c4f_31d6_77e3));
        // Two seeds that differ by little begin alike otherwise.
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// Whether something that happens so often, of a thousand times, happens.
    pub fn chance(&mut self, thousandths: usize) -> bool {
        self.below(1_000) < thousandths
    }

    /// One of some; the default where there are none.
    pub fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }

    /// One of some that have weights.
    pub fn weighted<T: Copy + Default>(&mut self, of: &[(T, usize)]) -> T {
        let mut at = self.below(of.iter().map(|(_, weight)| weight).sum());
        for (one, weight) in of {
            if at < *weight {
                return *one;
            }
            at -= weight;
        }
        T::default()
    }

    /// Two independent numbers of the normal distribution (Box and Muller 1958).
    pub fn normal(&mut self) -> (f64, f64) {
        let (radius, angle) = ((-2.0 * (1.0 - self.share()).ln()).sqrt(), TAU * self.share());
        (radius * angle.cos(), radius * angle.sin())
    }

    /// A UUIDv7 of a moment, in milliseconds since 1970.
    pub fn uuid_v7(&mut self, at_ms: u64) -> Uuid {
        let random = (u128::from(self.next()) << 64) | u128::from(self.next());
        let low = random & ((1 << 76) - 1);
        // The version's bits and the variant's (RFC 9562 5.7).
        let low = (low & !(0b11 << 62)) | (0b10 << 62);
        Uuid::from_u128((u128::from(at_ms) << 80) | (7 << 76) | low)
    }
}
