//! How good guessing is for somebody who knows only what we say that we keep.
//!
//! Accounts that show the same weeks and counts are alike to such a person.
//! Where a method guesses one of those that are like the true one, it was right
//! by chance with one in as many as there are; elsewhere it was wrong anyway.
//! That holds whatever the method makes of weeks and counts: what it gains
//! beyond this, it has from something that we do not say that we keep. The
//! number of right guesses is then Poisson-binomial.
//!
//! Not to be right but to be near tells something as well: among those who are
//! alike, the true one stands by chance anywhere in the order of distances. The
//! mean of where they stand is then normal, as Wilcoxon's sum of ranks is.

use uuid::Uuid;

/// One guess.
#[derive(Debug, Clone)]
pub struct Guess {
    pub right: bool,
    /// How probable that was for somebody who knows only weeks and counts.
    pub by_chance: f64,
    /// Where the true one stands among those who are alike, 0 nearest, 1 farthest.
    pub stands: f64,
    /// How many are alike.
    pub alike: usize,
}

/// What a method came to.
#[derive(Debug, Clone)]
pub struct Score {
    pub method: &'static str,
    pub right: usize,
    pub of: usize,
    /// How many are right by chance, on average.
    pub expected: f64,
    /// How probable so many or more are by chance.
    pub p: f64,
    /// Where the true ones stand, on average; 0.5 by chance.
    pub stands: f64,
    /// How probable so near or nearer is by chance.
    pub p_near: f64,
}

impl Score {
    pub fn of(method: &'static str, guesses: &[Guess]) -> Self {
        let right = guesses.iter().filter(|guess| guess.right).count();
        let chances: Vec<f64> = guesses.iter().map(|guess| guess.by_chance).collect();
        let stands = guesses.iter().map(|guess| guess.stands).sum::<f64>() / guesses.len() as f64;
        let (expected, p) = (chances.iter().sum(), at_least(right, &chances));
        Self { method, right, of: guesses.len(), expected, p, stands, p_near: as_near(guesses) }
    }

    /// The less probable of the two.
    pub fn least_p(&self) -> f64 {
        self.p.min(self.p_near)
    }
}

/// How probable it is that the true ones stand so near or nearer.
fn as_near(guesses: &[Guess]) -> f64 {
    let off: f64 = guesses.iter().map(|guess| guess.stands - 0.5).sum();
    // Of the middles of n equal steps.
    let variance = |n: f64| (n * n - 1.0) / (12.0 * n * n);
    let variance: f64 = guesses.iter().map(|guess| variance(guess.alike as f64)).sum();
    if variance == 0.0 { 1.0 } else { below(off / variance.sqrt()) }
}

/// How probable a normal number below `z` is (Abramowitz and Stegun, 7.1.26 for
/// the middle, 7.1.23 for the far end, where the first is not exact enough).
fn below(z: f64) -> f64 {
    if z > 0.0 {
        return 1.0 - below(-z);
    }
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if z < -4.0 {
        return density / -z;
    }
    let t = 1.0 / (1.0 - 0.231_641_9 * z);
    let terms = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    density * terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t)
}

/// How probable it is that at least `right` of independent events come about.
pub fn at_least(right: usize, chances: &[f64]) -> f64 {
    let mut exactly = vec![1.0];
    for chance in chances {
        let mut next = vec![0.0; exactly.len() + 1];
        for (count, probability) in exactly.iter().enumerate() {
            next[count] += probability * (1.0 - chance);
            next[count + 1] += probability * chance;
        }
        exactly = next;
    }
    exactly[right.min(exactly.len())..].iter().sum::<f64>().min(1.0)
}

/// The nearest of several, by a distance of which none may be known; among
/// equals, one by a rule that has nothing to do with who is who.
pub fn nearest<T>(
    candidates: impl IntoIterator<Item = T>,
    id: impl Fn(&T) -> Uuid,
    distance: impl Fn(&T) -> f64,
) -> Option<T> {
    let mixed = |candidate: &T| fnv(id(candidate));
    candidates
        .into_iter()
        .map(|candidate| (distance(&candidate), mixed(&candidate), candidate))
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
        .map(|(_, _, candidate)| candidate)
}

/// Fowler, Noll and Vo's hash, 64 bits: enough to break ties.
fn fnv(id: Uuid) -> u64 {
    id.as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn a_tail_is_what_it_is_by_hand() {
    let half = [0.5; 10];
    assert!((at_least(0, &half) - 1.0).abs() < 1e-12);
    assert!((at_least(9, &half) - 11.0 / 1024.0).abs() < 1e-12);
    assert!((at_least(2, &[0.1, 0.2]) - 0.02).abs() < 1e-12);
    assert_eq!(at_least(1, &[0.0, 0.0]), 0.0);
    // What cannot be by chance is as improbable as can be.
    assert_eq!(at_least(11, &half), 0.0);
}

#[test]
fn nobody_is_right_by_knowing_weeks_alone() {
    let guesses = vec![Guess { right: true, by_chance: 1.0, stands: 0.5, alike: 1 }; 40];
    assert!((Score::of("weeks", &guesses).least_p() - 1.0).abs() < 1e-12);
    let guesses = vec![Guess { right: true, by_chance: 0.05, stands: 0.025, alike: 20 }; 10];
    let score = Score::of("hidden", &guesses);
    assert!(score.p < 1e-12 && score.p_near < 1e-6, "{score:?}");
    let guesses = vec![Guess { right: false, by_chance: 0.05, stands: 0.2, alike: 20 }; 60];
    let score = Score::of("near and never right", &guesses);
    assert!(score.p > 0.9 && score.p_near < 1e-12, "{score:?}");
}

#[test]
fn a_normal_number_is_where_the_tables_have_it() {
    for (z, p) in [(0.0, 0.5), (-1.0, 0.158_655), (-3.0, 0.001_349_9), (-5.0, 2.97e-7), (1.0, 0.841_345)] {
        assert!((below(z) / p - 1.0).abs() < 0.05, "{z}: {}", below(z));
    }
}
