//! `GET /v1/help-lines`

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, route};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{CHECKED, EmergencyNumber, File, HelpLine, Source, Words, file};
use crate::http::{Answer, ApiError, EntityTag, PublicErrors, QueryString, Refusal};

/// The longest tag of a language, in characters.
const MAX_TAG: usize = 35;
/// Changes with a release only; apps may keep it for a day.
const MAX_AGE_S: u32 = 86_400;
/// And show what they have while they ask anew, or cannot.
const STALE_S: u32 = 7 * 86_400;

/// Where help is.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpLines {
    /// By country: the one that was asked for, or every one there is.
    pub data: Vec<HelpOfCountry>,
    /// For every country: where to look for more. Never empty.
    pub fallback: Vec<HelpLine>,
    /// What an app shows beside them, word for word, in several languages:
    /// `nobody_watches`, `withdrawal`, `emergency_unknown`.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    pub words: BTreeMap<String, Words>,
    /// Where the words on withdrawal come from.
    pub withdrawal_source: Source,
    /// Where the emergency numbers come from.
    pub emergency_source: Source,
    /// What `checked` means, by its value.
    pub checked: BTreeMap<String, String>,
}

/// Help in one country.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpOfCountry {
    /// ISO 3166-1 code.
    #[schema(example = "GB")]
    pub country: String,
    /// Its emergency numbers; empty where we do not know one: then show
    /// `emergency_unknown` of `words`.
    pub emergency: Vec<EmergencyNumber>,
    /// Lines of this country, those first that speak `lang`. May be empty.
    pub lines: Vec<HelpLine>,
}

/// What may be asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct HelpLineParameters {
    /// The region of a phone: an ISO 3166-1 code of two letters, or a UN M.49 number of three digits; every country where it is not said. Of one that we do not know there are the fallback and the words.
    #[param(pattern = "^([A-Za-z]{2}|[0-9]{3})$", example = "GB")]
    country: Option<String>,
    /// The language of a phone, `en` or a tag such as `pt-BR` or `zh-Hans`: lines that speak it come first.
    #[param(max_length = 35, pattern = "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$", example = "en")]
    lang: Option<String>,
}

/// List help lines
///
/// Emergency numbers and crisis lines by country, with source, date and how far
/// each was checked. The same for everybody: nothing of who asks is kept, and it
/// answers without the database. Apps keep all of it for when they are offline.
#[utoipa::path(
    get, path = "/v1/help-lines", operation_id = "list_help_lines", tag = "service", security(()),
    params(HelpLineParameters),
    responses(
        (status = 200, description = "Help lines", body = HelpLines, example = json!({
            "data": [{"country": "GB", "emergency": [{"number": "999", "reaches": "all"}],
                      "lines": [{"id": "gb-samaritans", "name": "Samaritans", "scope": ["suicide", "crisis"],
                                 "phone": ["116 123"], "hours": "24 hours, every day", "languages": ["en"],
                                 "cost": "free", "source": "https://www.samaritans.org/",
                                 "verified_on": "2026-11-28", "checked": "from_memory"}]}],
            "fallback": [{"id": "world-findahelpline", "name": "Find A Helpline", "scope": ["suicide", "crisis"],
                          "chat_url": "https://findahelpline.com/", "languages": ["en"],
                          "source": "https://findahelpline.com/", "verified_on": "2026-11-28",
                          "checked": "from_memory"}],
            "words": {"nobody_watches": {"en": "Nobody reads check-ins as they come."}},
            "withdrawal_source": {"source": "https://www.drinkaware.co.uk/", "verified_on": "2026-11-28",
                                  "checked": "from_memory"},
            "emergency_source": {"source": "https://en.wikipedia.org/wiki/List_of_emergency_telephone_numbers",
                                 "verified_on": "2026-11-28", "checked": "from_memory"},
            "checked": {"from_memory": "Written from general knowledge on that day."}
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/help-lines", method = "GET", method = "HEAD")]
pub async fn list_help_lines(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let file = file().map_err(|error| ApiError::internal(anyhow::anyhow!("help lines: {error}")))?;
    let mut query = QueryString::parse(request.query_string())?;
    let country = query.take_one("country", country);
    let lang = query.take_one("lang", language);
    query.finish()?;
    let body = serde_json::to_vec(&help(file, country.as_deref(), lang.as_deref())).map_err(anyhow::Error::from);
    let body = body.map_err(ApiError::internal)?;
    let tag = EntityTag::of_bytes(&body);
    Ok(Answer::json(body, tag, MAX_AGE_S).stale_while_revalidate(STALE_S).send(&request).await)
}

/// Phones say regions that no country is, and some that no list here has: whoever
/// asks at night gets what there is for everybody, never a refusal.
fn country(text: &str) -> Result<String, Refusal> {
    let letters = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    let number = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
    let wrong = || Refusal::new("invalid_value", "must be an ISO 3166-1 code such as GB");
    if letters || number { Ok(text.to_ascii_uppercase()) } else { Err(wrong()) }
}

/// The language of a tag (RFC 5646), or of a locale as Android writes it.
fn language(text: &str) -> Result<String, Refusal> {
    let mut parts = text.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let is_code = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
    let further = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let wrong = || Refusal::new("invalid_value", "must be a language such as en or pt-BR");
    if is_code && parts.all(further) && text.len() <= MAX_TAG {
        Ok(language.to_ascii_lowercase())
    } else {
        Err(wrong())
    }
}

fn help(file: &File, country: Option<&str>, lang: Option<&str>) -> HelpLines {
    let countries = file.countries.iter().filter(|(code, _)| country.is_none_or(|wanted| wanted == *code));
    let speaks = |line: &HelpLine| lang.is_some_and(|lang| line.languages.iter().any(|spoken| spoken == lang));
    let data = countries.map(|(code, emergency)| {
        let mut lines: Vec<HelpLine> =
            file.lines.iter().filter(|line| line.countries.contains(code)).cloned().collect();
        lines.sort_by_key(|line| !speaks(line));
        HelpOfCountry { country: code.clone(), emergency: emergency.clone(), lines }
    });
    HelpLines {
        data: data.collect(),
        fallback: file.fallback.clone(),
        words: file.words.clone(),
        withdrawal_source: file.withdrawal_source.clone(),
        emergency_source: Source {
            source: file.emergency_source.clone(),
            verified_on: file.emergency_verified_on,
            checked: file.emergency_checked.clone(),
        },
        checked: CHECKED.into_iter().map(|(state, meaning)| (state.to_owned(), meaning.to_owned())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_says_where_it_comes_from_when_and_how_far_it_was_checked() {
        let file = file().unwrap();
        let states = CHECKED.map(|(state, _)| state);
        for line in file.lines.iter().chain(&file.fallback) {
            assert!(line.source.starts_with("https://"), "{}", line.id);
            assert!(states.contains(&line.checked.as_str()), "{}", line.id);
            let reached = !line.phone.is_empty() || line.text.is_some() || line.chat_url.is_some();
            assert!(reached && !line.scope.is_empty() && !line.languages.is_empty(), "{}", line.id);
            assert!(line.chat_url.iter().all(|url| url.starts_with("https://")), "{}", line.id);
        }
        for line in &file.lines {
            assert!(!line.countries.is_empty(), "{}", line.id);
            assert!(line.countries.iter().all(|code| file.countries.contains_key(code)), "{}", line.id);
        }
        let Source { source, checked, .. } = &file.withdrawal_source;
        for (source, checked) in [(source, checked), (&file.emergency_source, &file.emergency_checked)] {
            assert!(source.starts_with("https://") && states.contains(&checked.as_str()));
        }
    }

    #[test]
    fn every_country_has_a_fallback_and_a_number_or_a_plain_word_that_we_know_none() {
        let file = file().unwrap();
        assert_eq!(file.countries.len(), 249, "ISO 3166-1 has so many");
        for code in file.countries.keys() {
            let help = help(file, Some(code), None);
            assert!(!help.fallback.is_empty(), "{code}");
            assert_eq!(help.data.len(), 1, "{code}");
            let known = !help.data[0].emergency.is_empty();
            assert!(known || help.words["emergency_unknown"]["en"].contains("do not know"), "{code}");
            for number in &help.data[0].emergency {
                assert!(number.number.bytes().all(|b| b.is_ascii_digit()), "{code}");
                assert!(["all", "ambulance"].contains(&number.reaches.as_str()), "{code}");
            }
        }
    }

    #[test]
    fn words_are_there_in_every_language_plain_and_without_blame() {
        let file = file().unwrap();
        let languages: Vec<&String> = file.words["withdrawal"].keys().collect();
        for name in ["nobody_watches", "withdrawal", "emergency_unknown"] {
            assert_eq!(file.words[name].keys().collect::<Vec<_>>(), languages, "{name}");
            for sentence in file.words[name]["en"].split(['.', ':']) {
                // About twelve years of school read sentences of so many words.
                assert!(sentence.split_whitespace().count() <= 20, "{sentence}");
            }
        }
        assert!(file.words["withdrawal"]["en"].contains("can be dangerous"));
        let whole = super::super::model::FILE.to_lowercase();
        for wrong in ["commit suicide", "committed suicide", "failed", "addict", "alcoholic", "your fault", "weak"] {
            assert!(!whole.contains(wrong), "{wrong}");
        }
    }

    #[test]
    fn lines_that_speak_the_language_come_first() {
        let file = file().unwrap();
        for (lang, first) in [("nl", "be-1813"), ("fr", "be-prevention")] {
            assert_eq!(help(file, Some("BE"), Some(lang)).data[0].lines[0].id, first);
        }
    }

    #[test]
    fn an_entry_is_old_after_half_a_year() {
        let day = |text: &str| text.parse().unwrap();
        // Before any entry was written, and long after.
        assert_eq!(super::super::state(day("2020-01-01")).unwrap().old, [""; 0]);
        let later = super::super::state(day("2099-01-01")).unwrap();
        assert_eq!(later.old.len(), later.entries);
    }
}
