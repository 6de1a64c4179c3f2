//! Words, slips, and the index against a plain reading of the rules.

use proptest::prelude::*;

use super::{
    slip::{Letters, is_slip},
    words::{self, TextQuery},
    *,
};

fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    words::visit(text, |word| words.push(word.to_owned()));
    words
}

fn asked(text: &str) -> Vec<String> {
    TextQuery::parse(text).unwrap().words().iter().map(|word| word.text.clone()).collect()
}

#[test]
fn accents_case_width_and_apostrophes_do_not_matter() {
    assert_eq!(words_of("  Café — ÉLAN, Ｆｕｌｌ "), ["cafe", "elan", "full"]);
    assert_eq!(words_of("St. Mark’s / O'Hare"), ["st", "marks", "ohare"]);
    assert_eq!(words_of("Łódź, Tromsø, Straße, Æbler, Þór"), ["lodz", "tromso", "strasse", "aebler", "thor"]);
    assert_eq!(words_of("İstanbul ISPARTA Hawaiʻi"), ["istanbul", "isparta", "hawaii"]);
    assert_eq!(words_of("Ёлка Всё"), ["елка", "все"]);
}

#[test]
fn initials_are_one_word_and_sentences_are_not() {
    assert_eq!(words_of("A.A. at noon.Bring coffee"), ["aa", "at", "noon", "bring", "coffee"]);
    assert_eq!(words_of("N.E. 3.5 J.Smith"), ["ne", "3", "5", "j", "smith"]);
}

proptest! {
    #[test]
    fn what_is_plain_already_is_read_as_all_text_is(text in "[a-dA-D0-3 .'`_-]{0,24}") {
        // A query is read in one way, whatever it is written in.
        let mut words = words_of(&text);
        words.sort_unstable();
        words.dedup();
        let query = TextQuery::parse(&text);
        let asked = query.iter().flat_map(TextQuery::words).map(|word| word.text.clone());
        prop_assert_eq!(words, asked.collect::<Vec<_>>());
    }
}

#[test]
fn what_is_written_without_spaces_is_read_two_by_two() {
    assert_eq!(words_of("東京駅AA"), ["東京", "京駅", "駅", "aa"]);
    assert_eq!(asked("東京駅"), ["京駅", "東京"]);
    assert_eq!(asked("駅"), ["駅"]);
    // Half-width letters are the others.
    assert_eq!(words_of("ﾄｳｷｮｳ"), words_of("トウキョウ"));
    assert_eq!(words_of("กรุง").first().map(|word| word.chars().count()), Some(2));
}

#[test]
fn a_query_without_a_letter_or_digit_is_none() {
    for nothing in ["", " ", "—!…", "\u{301}", "👋", "''"] {
        assert_eq!(TextQuery::parse(nothing), None, "{nothing:?}");
    }
    assert_eq!(TextQuery::parse("b  a B"), TextQuery::parse("A b"));
}

#[test]
fn a_slip_is_one_letter_or_two_in_the_wrong_order() {
    let slip = |typed: &str, word: &str| is_slip(&typed.chars().collect::<Vec<_>>(), word, false);
    for typed in ["serenty", "sereniity", "serenitx", "seernity", "erenity", "serenit", "xserenity"] {
        assert!(slip(typed, "serenity"), "{typed}");
    }
    for typed in ["serenity", "sereni", "esrentiy", "serenxtx", "tyseren"] {
        assert!(!slip(typed, "serenity"), "{typed}");
    }
    let in_start = |typed: &str, word: &str| is_slip(&typed.chars().collect::<Vec<_>>(), word, true);
    assert!(in_start("sernit", "serenity") && in_start("sreeni", "serenity") && !in_start("srrnei", "serenity"));
}

/// The edit distance with swaps of neighbours, by its textbook table; the last
/// row is that to every beginning of the word.
fn last_row(typed: &[char], word: &[char]) -> Vec<usize> {
    let mut rows = vec![(0..=word.len()).collect::<Vec<usize>>()];
    for i in 1..=typed.len() {
        let mut row = vec![i];
        for j in 1..=word.len() {
            let differs = usize::from(typed[i - 1] != word[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.pop().unwrap()
}

/// What a word of a query is worth beside one of a text.
fn met(asked: &words::Word, word: &str) -> Option<Met> {
    let (typed, word): (Vec<char>, Vec<char>) = (asked.text.chars().collect(), word.chars().collect());
    if typed == word {
        return Some(Met::Same);
    }
    if asked.starts && word.starts_with(&typed) {
        return Some(Met::Start);
    }
    let distances = last_row(&typed, &word);
    let whole = distances.last() == Some(&1);
    let of_start = distances.iter().any(|distance| *distance <= 1);
    let slip = asked.may_slip() && whole || asked.may_slip_in_start() && of_start;
    slip.then_some(Met::Slip)
}

/// How well a meeting with these texts meets a query: by every word of it, each
/// as well as any word of the meeting.
pub(in crate::search) fn points(texts: &[(Field, &str)], query: &str) -> Option<u32> {
    let query = TextQuery::parse(query).unwrap();
    let mut points = 0;
    for asked in query.words() {
        let each = texts.iter().flat_map(|(field, text)| words_of(text).into_iter().map(|word| (*field, word)));
        points +=
            each.filter_map(|(field, word)| Some(met(asked, &word)?.factor() * u32::from(field.weight()))).max()?;
    }
    let named = texts.iter().filter(|(field, _)| *field == Field::Name);
    Some(points * NAME_STEPS + brevity(named.map(|(_, text)| words_of(text).len()).sum()))
}

const TEXTS: [&str; 12] = [
    "Serenity at Noon",
    "serenité",
    "Serene Morning",
    "Trinity Church",
    "東京駅前グループ",
    "St. Mark's",
    "1420 N Main St",
    "A.A. in Straße 12",
    "กลุ่มกรุงเทพ",
    "Noon",
    "Северное сияние",
    "12x12",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_table_says_the_same(typed in "[abc]{1,7}", word in "[abc]{1,7}") {
        let (typed, letters): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
        let row = last_row(&typed, &letters);
        prop_assert_eq!(typed != letters && is_slip(&typed, &word, false), *row.last().unwrap() == 1);
        let starts = letters.starts_with(&typed);
        prop_assert_eq!(!starts && is_slip(&typed, &word, true), !starts && row.iter().any(|distance| *distance <= 1));
        if !starts && row.iter().any(|distance| *distance <= 1) {
            let typed: String = typed.iter().collect();
            prop_assert!(Letters::of(&typed).may_slip_to(Letters::of(&word)));
        }
    }

    #[test]
    fn the_index_finds_what_the_rules_say(
        meetings in proptest::collection::vec(proptest::collection::vec((0usize..6, 0usize..12), 0..5), 0..20),
        asked in proptest::collection::vec((0usize..12, 0usize..6, "[a-z東0-9]?"), 1..3),
    ) {
        let mut builder = Builder::default();
        for meeting in &meetings {
            for (field, text) in meeting {
                builder.text(Field::ALL[*field], TEXTS[*text]);
            }
            builder.end();
        }
        let index = builder.finish();
        // Pieces of the texts, some with a letter put in.
        let piece = |(text, from, letter): &(usize, usize, String)| {
            let rest: String = TEXTS[*text].chars().skip(*from).take(7).collect();
            format!("{rest}{letter}")
        };
        let query = asked.iter().map(piece).collect::<Vec<_>>().join(" ");
        if let Some(parsed) = TextQuery::parse(&query) {
            let texts = |meeting: &Vec<(usize, usize)>| -> Vec<(Field, &str)> {
                meeting.iter().map(|(field, text)| (Field::ALL[*field], TEXTS[*text])).collect()
            };
            let expected: Vec<(u32, u32)> = meetings.iter().zip(0..)
                .filter_map(|(meeting, at)| Some((at, points(&texts(meeting), &query)?)))
                .collect();
            prop_assert_eq!(index.find(&parsed), expected, "{}", query);
        }
    }
}
