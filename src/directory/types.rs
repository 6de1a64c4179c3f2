//! The vocabulary of meeting types: the 87 codes of the Meeting Guide
//! specification with their names in nine languages.
//!
//! The data is `data/meeting_types.json`, with its attribution, built in and
//! parsed once. A [`TypeCode`] exists only for a current code. What offices
//! write instead of a code (other case, a name in any of the languages, a
//! former name, a retired code, an ISO 639 code) is understood by
//! [`understand_type`] when it can mean one thing only.
//!
//! To take a new version of the specification: replace the data file; the
//! tests say what no longer holds. To accept another spelling: a line in the
//! file's `import_aliases`, or in [`TYPOS`] where offices should hear of it.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::LazyLock,
};

use serde::{Deserialize, Serialize};

use crate::kernel::fold;

/// Misspelt codes seen in real feeds; mended, and the office is told.
const TYPOS: [(&str, &str); 1] = [("ASBI", "ABSI")];

/// Retired codes that say nothing which a listing does not say elsewhere:
/// attendance is derived from the conference, and no meeting allows smoking.
const IGNORED: [&str; 2] = ["ONL", "NS"];

/// Ways to write the ignored codes as words.
const IGNORED_NAMES: [&str; 5] = ["online", "online meeting", "non smoking", "nonsmoking", "no smoking"];

/// What sort of thing a type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Open or closed.
    Type,
    /// What happens in the meeting.
    Format,
    /// What the place or meeting offers.
    Feature,
    /// Whom it is for.
    Community,
    /// The language spoken.
    Language,
}

/// One type of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TypeInfo {
    /// Names by language (`en`, `es`, `fr`, `ja`, `nl`, `pt`, `sk`, `sv`, `th`).
    #[serde(rename = "name")]
    pub names: BTreeMap<String, String>,
    /// What sort of thing it says.
    pub category: Category,
    /// ISO 639-1 code of the language that it stands for.
    #[serde(default)]
    pub iso639: Option<String>,
}

impl TypeInfo {
    /// Its name in a language, or else in English.
    pub fn name(&self, language: &str) -> &str {
        self.names.get(language).or_else(|| self.names.get("en")).map_or("", String::as_str)
    }
}

/// A current code, in the exact spelling of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeCode(&'static str);

impl TypeCode {
    /// The code, whatever case it is written in.
    pub fn parse(code: &str) -> Option<Self> {
        VOCABULARY.by_code.get(&code.to_ascii_lowercase()).copied()
    }

    /// The exact spelling.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Its names, category and language. (`None` cannot be: a code comes from
    /// the table that is asked here.)
    pub fn info(self) -> Option<&'static TypeInfo> {
        VOCABULARY.file.types.get(self.0)
    }
}

impl fmt::Display for TypeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a word in a listing's types means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A current code, or another way to write one.
    Code(TypeCode),
    /// A known misspelling of this code.
    Typo(TypeCode),
    /// A retired code that is read and dropped.
    Ignored,
}

/// What a word that an office wrote means: a code in any case, a name in any
/// language, a former name or code. `None` when it is unknown, or could mean
/// two different types.
pub fn understand_type(word: &str) -> Option<Meaning> {
    let word = word.trim();
    if let Some(code) = TypeCode::parse(word) {
        return Some(Meaning::Code(code));
    }
    if let Some((_, code)) = TYPOS.iter().find(|(typo, _)| typo.eq_ignore_ascii_case(word)) {
        return TypeCode::parse(code).map(Meaning::Typo);
    }
    let folded = fold(word);
    let ignored = IGNORED.iter().any(|code| code.eq_ignore_ascii_case(word)) || IGNORED_NAMES.contains(&&*folded);
    if ignored {
        return Some(Meaning::Ignored);
    }
    VOCABULARY.by_name.get(&folded).copied().flatten().map(Meaning::Code)
}

/// Every current code with what is known of it, in the order of the codes.
pub fn all_types() -> impl Iterator<Item = (TypeCode, &'static TypeInfo)> {
    VOCABULARY.file.types.iter().map(|(code, info)| (TypeCode(code.as_str()), info))
}

/// The languages that types have names in: ISO 639-1 code and own name.
pub fn name_languages() -> impl Iterator<Item = (&'static str, &'static str)> {
    VOCABULARY.file.languages.iter().map(|(code, name)| (code.as_str(), name.as_str()))
}

/// ISO 639-1 codes of the languages spoken, sorted.
pub fn languages_of<T: AsRef<str>>(types: &[T]) -> Vec<&'static str> {
    let language = |code: &T| TypeCode::parse(code.as_ref())?.info()?.iso639.as_deref();
    let mut languages: Vec<&str> = types.iter().filter_map(language).collect();
    languages.sort_unstable();
    languages.dedup();
    languages
}

#[derive(Deserialize)]
struct File {
    languages: BTreeMap<String, String>,
    types: BTreeMap<String, TypeInfo>,
    retired_codes: Names,
    former_english_names: Names,
    iso639_to_aa_code: BTreeMap<String, String>,
    import_aliases: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Names {
    codes: BTreeMap<String, Vec<String>>,
}

struct Vocabulary {
    file: &'static File,
    /// By code in lower case.
    by_code: HashMap<String, TypeCode>,
    /// By folded name; `None` where two types share it.
    by_name: HashMap<String, Option<TypeCode>>,
}

#[expect(clippy::expect_used, reason = "the file is built in, and the tests read it")]
static FILE: LazyLock<File> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/meeting_types.json")).expect("the built-in vocabulary is well formed")
});

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);

impl Vocabulary {
    fn new() -> Self {
        let file = &*FILE;
        let by_code = file.types.keys().map(|code| (code.to_ascii_lowercase(), TypeCode(code))).collect();
        let mut vocabulary = Self { file, by_code, by_name: HashMap::new() };
        for (code, info) in &file.types {
            info.names.values().for_each(|name| vocabulary.learn(name, code));
        }
        for (code, names) in &file.former_english_names.codes {
            for name in names {
                vocabulary.learn(name, code);
            }
        }
        // The aliases of importers are laid over what is there: they settle it.
        for (name, code) in file.import_aliases.values().filter_map(|table| table.as_object()).flatten() {
            if let Some(&code) = code.as_str().and_then(|code| vocabulary.by_code.get(&code.to_ascii_lowercase())) {
                vocabulary.by_name.insert(fold(name), Some(code));
            }
        }
        // A retired code means what its name means today, where that is known.
        for (code, names) in &file.retired_codes.codes {
            let today = names.iter().find_map(|name| vocabulary.by_name.get(&fold(name)).copied().flatten());
            if let Some(today) = today {
                vocabulary.learn(code, today.0);
            }
        }
        for (iso, code) in &file.iso639_to_aa_code {
            vocabulary.learn(iso, code);
        }
        vocabulary
    }

    fn learn(&mut self, name: &str, code: &str) {
        let Some(&code) = self.by_code.get(&code.to_ascii_lowercase()) else { return };
        let known = self.by_name.entry(fold(name)).or_insert(Some(code));
        if *known != Some(code) {
            *known = None;
        }
    }
}

#[cfg(test)]
#[path = "types_tests.rs"]
mod tests;
