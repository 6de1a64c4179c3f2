//! What a story is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::language::Language;

/// What a story is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// When the wish to drink comes.
    Cravings,
    /// When others drink, or want one to.
    SocialPressure,
    /// Living with those at home.
    Family,
    /// What to do instead.
    Coping,
    /// The first weeks.
    EarlyDays,
    /// Coming back after drinking.
    ComingBack,
    /// Being alone.
    Loneliness,
    /// Losing somebody.
    Grief,
    /// At work.
    Work,
    /// Holidays and feasts.
    Holidays,
    /// Having and being a sponsor.
    Sponsorship,
    /// The Twelve Steps.
    Steps,
    /// Doing something for others.
    Service,
    /// What one is thankful for.
    Gratitude,
}

impl Topic {
    /// Every topic there is.
    pub const ALL: [Self; 14] = [
        Self::Cravings,
        Self::SocialPressure,
        Self::Family,
        Self::Coping,
        Self::EarlyDays,
        Self::ComingBack,
        Self::Loneliness,
        Self::Grief,
        Self::Work,
        Self::Holidays,
        Self::Sponsorship,
        Self::Steps,
        Self::Service,
        Self::Gratitude,
    ];

    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cravings => "cravings",
            Self::SocialPressure => "social_pressure",
            Self::Family => "family",
            Self::Coping => "coping",
            Self::EarlyDays => "early_days",
            Self::ComingBack => "coming_back",
            Self::Loneliness => "loneliness",
            Self::Grief => "grief",
            Self::Work => "work",
            Self::Holidays => "holidays",
            Self::Sponsorship => "sponsorship",
            Self::Steps => "steps",
            Self::Service => "service",
            Self::Gratitude => "gratitude",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == text)
    }
}

/// A story as it is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What it is about.
    pub topic: Topic,
    /// The language it is in.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its words.
    pub words: String,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_its_exact_word_everywhere() {
        for topic in Topic::ALL {
            assert_eq!(Topic::parse(topic.as_str()), Some(topic));
            assert_eq!(serde_json::to_value(topic).unwrap(), topic.as_str());
        }
        assert_eq!(Topic::parse("Cravings"), None);
    }

    #[test]
    fn every_topic_has_names_and_no_other_has() {
        let names: serde_json::Value = serde_json::from_str(include_str!("../../data/vocabulary.json")).unwrap();
        let named: Vec<&String> = names["topics"].as_object().unwrap().keys().collect();
        let mut topics = Topic::ALL.map(Topic::as_str);
        topics.sort_unstable();
        assert_eq!(named, topics);
    }
}
