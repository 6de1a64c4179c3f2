//! Every code that answers use, with its names.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{HttpRequest, HttpResponse, route};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::STALE_S;
use crate::{
    directory::{all_types, name_languages},
    http::{Answer, ApiError, EntityTag, PublicErrors, QueryString},
};

/// The names of our own codes; those of types come from the Meeting Guide
/// specification.
const NAMES: &str = include_str!("../../../data/vocabulary.json");
/// The vocabulary changes with a release only.
const VOCABULARY_MAX_AGE_S: u32 = 3_600;

/// Every code with its names in every language.
#[derive(Debug, Serialize, ToSchema)]
pub struct Vocabulary {
    /// The languages that names are in, by ISO 639-1 code, each with its own
    /// name.
    pub languages: BTreeMap<String, String>,
    /// Meeting types by code.
    pub types: BTreeMap<String, TypeEntry>,
    /// Ways to take part.
    pub attendance: BTreeMap<String, Names>,
    /// What a notice says.
    pub notice_kinds: BTreeMap<String, Names>,
    /// Parts of the day; they overlap on purpose.
    pub times_of_day: BTreeMap<String, Names>,
    /// What stories are about.
    pub topics: BTreeMap<String, Names>,
    /// What a check-in says of a day.
    pub check_in_kinds: BTreeMap<String, Names>,
    /// What helped; besides there are own words.
    pub helped: BTreeMap<String, Names>,
    /// How it went with a goal.
    pub goal_outcomes: BTreeMap<String, Names>,
    /// Sorts of milestones.
    pub milestone_kinds: BTreeMap<String, Names>,
    /// A few kind words.
    pub reactions: BTreeMap<String, Names>,
    /// What somebody wants to be asked about.
    pub ask_about: BTreeMap<String, Names>,
    /// Why something was reported, and why it was decided so.
    pub reasons: BTreeMap<String, Names>,
    /// What moderators decide.
    pub decisions: BTreeMap<String, Names>,
    /// Where an author’s story stands.
    pub story_states: BTreeMap<String, Names>,
}

/// A meeting type.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypeEntry {
    /// `type`, `format`, `feature`, `community` or `language`.
    #[schema(example = "format")]
    pub category: String,
    /// ISO 639-1 code of the language that it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "es")]
    pub iso639: Option<String>,
    /// Its names.
    pub names: Names,
}

/// Names by ISO 639-1 code of their language.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Names(BTreeMap<String, String>);

/// The file of our own names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnNames {
    attendance: BTreeMap<String, Names>,
    notice_kinds: BTreeMap<String, Names>,
    times_of_day: BTreeMap<String, Names>,
    topics: BTreeMap<String, Names>,
    check_in_kinds: BTreeMap<String, Names>,
    helped: BTreeMap<String, Names>,
    goal_outcomes: BTreeMap<String, Names>,
    milestone_kinds: BTreeMap<String, Names>,
    reactions: BTreeMap<String, Names>,
    ask_about: BTreeMap<String, Names>,
    reasons: BTreeMap<String, Names>,
    decisions: BTreeMap<String, Names>,
    story_states: BTreeMap<String, Names>,
}

/// Get the vocabulary
///
/// Every code that answers use (types, attendance, notice kinds, times of day,
/// topics and states of stories, what check-ins, goals, milestones and answers
/// tick, reasons and decisions) with its names in nine languages, in one call.
#[utoipa::path(
    get, path = "/v1/vocabulary", operation_id = "get_vocabulary", tag = "directory", security(()),
    responses(
        (status = 200, description = "The vocabulary", body = Vocabulary, example = json!({
            "languages": {"en": "English"},
            "types": {"O": {"category": "type", "names": {"en": "Open"}}},
            "attendance": {"online": {"en": "Online"}},
            "notice_kinds": {"cancelled": {"en": "Cancelled"}},
            "times_of_day": {"morning": {"en": "Morning"}},
            "topics": {"cravings": {"en": "Cravings"}},
            "check_in_kinds": {"gratitude": {"en": "Gratitude"}},
            "helped": {"called_someone": {"en": "Calling someone"}},
            "goal_outcomes": {"partly": {"en": "Partly"}},
            "milestone_kinds": {"win": {"en": "A win"}},
            "reactions": {"with_you": {"en": "I’m with you"}},
            "ask_about": {"goal": {"en": "My goal"}},
            "reasons": {"unkind": {"en": "Unkind"}},
            "decisions": {"keep": {"en": "Kept"}},
            "story_states": {"shown": {"en": "Shown"}}
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/vocabulary", method = "GET", method = "HEAD")]
pub async fn get_vocabulary(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    static BODY: LazyLock<Result<Vec<u8>, serde_json::Error>> = LazyLock::new(|| serde_json::to_vec(&vocabulary()?));
    QueryString::parse(request.query_string())?.finish()?;
    let body = BODY.as_ref().map_err(|error| ApiError::internal(anyhow::anyhow!("vocabulary: {error}")))?;
    let answer = Answer::json(body.clone(), EntityTag::of_bytes(body), VOCABULARY_MAX_AGE_S);
    Ok(answer.stale_while_revalidate(STALE_S).send(&request).await)
}

fn vocabulary() -> Result<Vocabulary, serde_json::Error> {
    let own: OwnNames = serde_json::from_str(NAMES)?;
    let types = all_types().map(|(code, info)| {
        let category = serde_json::to_value(info.category)?.as_str().unwrap_or_default().to_owned();
        let entry = TypeEntry { category, iso639: info.iso639.clone(), names: Names(info.names.clone()) };
        Ok((code.as_str().to_owned(), entry))
    });
    Ok(Vocabulary {
        languages: name_languages().map(|(code, name)| (code.to_owned(), name.to_owned())).collect(),
        types: types.collect::<Result<_, serde_json::Error>>()?,
        attendance: own.attendance,
        notice_kinds: own.notice_kinds,
        times_of_day: own.times_of_day,
        topics: own.topics,
        check_in_kinds: own.check_in_kinds,
        helped: own.helped,
        goal_outcomes: own.goal_outcomes,
        milestone_kinds: own.milestone_kinds,
        reactions: own.reactions,
        ask_about: own.ask_about,
        reasons: own.reasons,
        decisions: own.decisions,
        story_states: own.story_states,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_in_every_language() {
        let vocabulary = vocabulary().unwrap();
        assert_eq!(vocabulary.types.len(), 87);
        let own = [
            &vocabulary.attendance,
            &vocabulary.notice_kinds,
            &vocabulary.times_of_day,
            &vocabulary.topics,
            &vocabulary.check_in_kinds,
            &vocabulary.helped,
            &vocabulary.goal_outcomes,
            &vocabulary.milestone_kinds,
            &vocabulary.reactions,
            &vocabulary.ask_about,
            &vocabulary.reasons,
            &vocabulary.decisions,
            &vocabulary.story_states,
        ];
        let types = vocabulary.types.iter().map(|(code, entry)| (code, &entry.names));
        for (code, names) in own.into_iter().flatten().chain(types) {
            for language in vocabulary.languages.keys() {
                assert!(names.0.get(language).is_some_and(|name| !name.is_empty()), "{code} in {language}");
            }
        }
    }
}
