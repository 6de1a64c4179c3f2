//! The day of the week, from numbers and from names in nine languages.
//!
//! Names are English, Spanish, French, Japanese, Dutch, Portuguese, Slovak,
//! Swedish and Thai, whole or as usually shortened; `Mondays` and `los lunes`
//! too. A short form that is two days in two of the languages (`di`, `do`,
//! `ma`, `mar.` is Tuesday in both) or in one (`st`) is no day here.
//!
//! To add a language: one column of words in [`NAMES`]; the test says which
//! of them already mean another day.

use std::{collections::HashMap, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;

use crate::kernel::{Day, fold};

/// What a text for a day says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DayText {
    /// The days, sorted; none: not said.
    pub days: Vec<Day>,
    /// 7 was read as Sunday.
    pub seven: bool,
    /// It said every day.
    pub daily: bool,
}

/// Words for each day, Sunday first; between spaces, for none of them has one.
const NAMES: [&str; 7] = [
    "sunday sun su domingo domingos dom dimanche dim 日曜日 日曜 日 zondag zon zo nedeľa ned ne söndag sön วันอาทิตย์ อาทิตย์",
    "monday mon mo lunes lun lundi 月曜日 月曜 月 maandag maa segunda-feira segunda seg pondelok pon po måndag mån วันจันทร์ จันทร์",
    "tuesday tues tue tu martes mardi mar 火曜日 火曜 火 dinsdag din terça-feira terça ter utorok uto ut tisdag tis วันอังคาร อังคาร",
    "wednesday weds wed we miércoles mié mercredi mer 水曜日 水曜 水 woensdag woe wo quarta-feira quarta qua streda str onsdag ons \
     วันพุธ พุธ",
    "thursday thurs thur thu th jueves jue jeudi jeu 木曜日 木曜 木 donderdag don quinta-feira quinta qui štvrtok štv št torsdag tors \
     tor วันพฤหัสบดี วันพฤหัส พฤหัสบดี พฤหัส",
    "friday fri fr viernes vie vendredi ven 金曜日 金曜 金 vrijdag vri vr sexta-feira sexta sex piatok pia pi fredag fre วันศุกร์ ศุกร์",
    "saturday sat sa sábado sábados sáb samedi sam 土曜日 土曜 土 zaterdag zat za sobota sob lördag lör วันเสาร์ เสาร์",
];

/// Words for every day, folded.
const DAILY: &str = "daily|every day|everyday|all days|seven days|7 days|diario|todos los dias|tous les jours|dagelijks|\
                     todos os dias|denne|dagligen";

/// Words for every day in scripts that are not folded.
const DAILY_EXACT: [&str; 2] = ["毎日", "ทุกวัน"];

static BY_NAME: LazyLock<HashMap<String, u8>> = LazyLock::new(|| {
    let days = (0u8..).zip(NAMES);
    days.flat_map(|(day, names)| names.split_whitespace().map(move |name| (key(name), day))).collect()
});

/// Without marks where that leaves letters of the Latin script; Thai vowels
/// are marks and stay.
fn key(name: &str) -> String {
    if name.chars().any(|c| c > '\u{2ff}' && !('\u{300}'..='\u{36f}').contains(&c)) {
        name.nfkc().filter(|c| !c.is_whitespace()).collect()
    } else if name.chars().count() == 2 {
        // `št` is Thursday and `st` Wednesday.
        name.nfkc().flat_map(char::to_lowercase).collect()
    } else {
        fold(name)
    }
}

/// Reads a text: one day, several with commas, `daily`, or nothing. `None`
/// when any part of it is not a day.
pub(crate) fn parse(raw: &str) -> Option<DayText> {
    let text = raw.trim();
    let folded = fold(text);
    let mut read = DayText::default();
    if text.is_empty() || matches!(folded.as_str(), "appointment" | "by appointment" | "appt") {
        return Some(read);
    }
    if DAILY.split('|').any(|word| word == folded) || DAILY_EXACT.contains(&text) {
        read.daily = true;
        read.days = (0..7).filter_map(|day| Day::new(day).ok()).collect();
        return Some(read);
    }
    let separators = [',', ';', '/', '&', '+', '|', '、', '・', '\n'];
    for part in text.split(separators).flat_map(|part| part.split(" and ")) {
        let (day, seven) = one(part.trim())?;
        read.days.push(day);
        read.seven |= seven;
    }
    read.days.sort_unstable();
    read.days.dedup();
    Some(read)
}

/// A whole number for a day.
pub(crate) fn from_number(day: f64) -> Option<DayText> {
    let (day, seven) = (0u8..=7).find(|n| f64::from(*n).total_cmp(&(day + 0.0)).is_eq()).and_then(numbered)?;
    Some(DayText { days: vec![day], seven, daily: false })
}

fn numbered(number: u8) -> Option<(Day, bool)> {
    if number == 7 { Day::new(0).ok().map(|day| (day, true)) } else { Day::new(number).ok().map(|day| (day, false)) }
}

fn one(text: &str) -> Option<(Day, bool)> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    if let [digit @ b'0'..=b'9'] = digits.as_bytes() {
        return numbered(digit - b'0');
    }
    let name = key(text.trim_end_matches('.').trim());
    let name = ["los ", "les ", "le ", "el ", "op ", "on ", "every "]
        .into_iter()
        .find_map(|article| name.strip_prefix(article))
        .unwrap_or(&name);
    // Monday|s, maandag|en, måndag|ar; a short form has no plural.
    let stems = [Some(name), plural(name, "s"), plural(name, "en"), plural(name, "ar")];
    stems.into_iter().flatten().find_map(|name| BY_NAME.get(name)).copied().and_then(numbered)
}

fn plural<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    name.strip_suffix(ending).filter(|stem| stem.len() > 4)
}

#[cfg(test)]
#[path = "day_tests.rs"]
mod tests;
