use std::collections::{BTreeSet, HashSet};

use sha2::{Digest, Sha256};

use super::*;
use crate::kernel::{SeededEntropy, SystemEntropy};

/// SHA-256, cut, of words that are no name for anybody: about drink, drugs,
/// bodies, violence, death, illness, insults, politics, peoples, and what
/// shames. Hashed so that nobody has to read them.
const UNKIND: &str = include_str!("../../../tests/fixtures/words/unkind.txt");

fn unkind() -> HashSet<&'static str> {
    UNKIND.lines().collect()
}

fn hash(word: &str) -> String {
    let digest = Sha256::digest(word.to_lowercase());
    let cut = digest.iter().take(6).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    format!("{cut:012x}")
}

#[test]
fn the_list_of_unkind_words_is_what_it_says() {
    let unkind = unkind();
    assert!(unkind.len() > 6_000 && unkind.iter().all(|hash| hash.len() == 12));
    for word in ["beer", "drunk", "idiot", "corpse", "lame", "failure"] {
        assert!(unkind.contains(&*hash(word)), "{word}");
    }
}

#[test]
fn words_of_handles_are_short_plain_sorted_and_kind() {
    let unkind = unkind();
    for word in HANDLE_WORDS.iter() {
        assert!((3..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
        assert!(!unkind.contains(&*hash(word)), "{word}");
    }
    assert!(HANDLE_WORDS.windows(2).all(|two| two[0] < two[1]), "not sorted, or one is there twice");
    let known: HashSet<&str> = HANDLE_WORDS.iter().copied().collect();
    for word in HANDLE_WORDS.iter() {
        assert!(!word.strip_suffix('s').is_some_and(|one| known.contains(one)), "{word} and one of it");
    }
}

#[test]
fn three_words_have_forty_bits_and_fit() {
    let bits = 3.0 * (HANDLE_WORDS.len() as f64).log2();
    assert!(HANDLE_WORDS.len() >= 10_400 && bits >= 40.0, "{bits} bits");
    let longest = HANDLE_WORDS.iter().map(|word| word.len()).max().unwrap();
    assert!(longest * 3 + 2 <= HANDLE_MAX, "{longest}");
    let handle = handle(&SystemEntropy);
    assert!(handle.split('-').all(|word| HANDLE_WORDS.contains(&word)) && handle.split('-').count() == 3, "{handle}");
}

#[test]
fn aliases_are_single_friendly_words() {
    let unkind = unkind();
    assert!(ALIASES.len() >= 200, "{}", ALIASES.len());
    assert!(ALIASES.windows(2).all(|two| two[0] < two[1]), "not sorted, or one is there twice");
    for alias in ALIASES.iter() {
        let (first, rest) = alias.split_at(1);
        // ASCII alone: what looks alike is alike.
        assert!(first.bytes().all(|b| b.is_ascii_uppercase()) && rest.bytes().all(|b| b.is_ascii_lowercase()));
        assert!((3..=12).contains(&alias.len()) && !unkind.contains(&*hash(alias)), "{alias}");
    }
}

/// Insertions, deletions, changes, and exchanges of neighbours.
fn distance(one: &str, other: &str) -> usize {
    let (a, b) = (one.as_bytes(), other.as_bytes());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in table.iter_mut().enumerate() {
        row[0] = i;
    }
    table[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let changed = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            table[i][j] = changed.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                table[i][j] = table[i][j].min(table[i - 2][j - 2] + 1);
            }
        }
    }
    table[a.len()][b.len()]
}

#[test]
fn no_alias_is_mistaken_for_another() {
    assert_eq!((distance("Teal", "Teak"), distance("Elm", "Elk"), distance("Heron", "Heorn")), (1, 1, 1));
    for (at, one) in ALIASES.iter().enumerate() {
        for other in &ALIASES[at + 1..] {
            assert!(distance(&one.to_lowercase(), &other.to_lowercase()) >= 2, "{one} and {other}");
            assert!(!other.starts_with(one), "{other} begins with {one}");
        }
    }
}

#[test]
fn an_alias_is_one_that_nobody_has_until_all_are_taken() {
    let entropy = SeededEntropy::new(1);
    let mut taken: Vec<&str> = Vec::new();
    while let Some(alias) = alias(&entropy, &taken) {
        taken.push(alias);
    }
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), ALIASES.len());
    assert_eq!(taken.len(), ALIASES.len());
}

/// Bytes that are given out one after the other.
struct Given(std::sync::Mutex<Vec<u32>>);

impl Entropy for Given {
    fn uuid_v7(&self, _: chrono::DateTime<chrono::Utc>) -> uuid::Uuid {
        uuid::Uuid::nil()
    }

    fn uuid_v4(&self) -> uuid::Uuid {
        uuid::Uuid::nil()
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0.lock().unwrap().remove(0).to_be_bytes());
    }
}

#[test]
fn what_would_favour_the_first_words_is_drawn_again() {
    let words = ["a", "b", "c"];
    // 2^32 is one more than a multiple of three: the last number of all is unfair.
    let given = Given(vec![u32::MAX, u32::MAX - 1].into());
    assert_eq!(pick(&given, &words), Some("c"));
    assert_eq!(pick(&Given(vec![7].into()), &words), Some("b"));
    assert_eq!(pick(&Given(vec![].into()), &[]), None);
}

#[test]
fn each_alias_is_as_likely_as_any_other() {
    let (draws, mut counts) = (100 * ALIASES.len(), std::collections::HashMap::new());
    for _ in 0..draws {
        *counts.entry(alias(&SystemEntropy, &[] as &[&str]).unwrap()).or_insert(0_usize) += 1;
    }
    // 100 each is expected, with a deviation of 10; eight of those come up once in 10^12.
    let (least, most) = (counts.values().min().unwrap(), counts.values().max().unwrap());
    assert!(counts.len() == ALIASES.len() && *least > 20 && *most < 180, "{least} to {most}");
}
