//! `GET /v1/service`: what this service is, and how long it keeps what.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, route, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    directory::name_languages,
    http::{Answer, ApiError, EntityTag, PublicErrors, PublicUrl, QueryString},
    kernel::Kept,
};

/// Changes with a release or a setting only.
const MAX_AGE_S: u32 = 3_600;
const STALE_S: u32 = 86_400;

/// What apps can build on, each with an operation that it cannot do without: a
/// feature is on where that operation is there.
const FEATURES: [(&str, &str); 12] = [
    ("directory", "/v1/meetings"),
    ("changes", "/v1/meetings/changes"),
    ("feedback", "/v1/meetings/{id}/feedback"),
    ("accounts", "/v1/members"),
    ("vault", "/v1/me/vault"),
    ("circles", "/v1/circles"),
    ("check_ins", "/v1/check-ins/{date}"),
    ("milestones", "/v1/milestones/{milestone_id}"),
    ("stories", "/v1/stories"),
    ("reports", "/v1/reports/{report_id}"),
    ("help_lines", "/v1/help-lines"),
    ("milestone_rules", "/v1/milestone-rules"),
];

/// What this service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceView {
    /// The version of the program.
    #[schema(example = "0.1.0")]
    pub version: String,
    /// Where requests are sent, by who sends them: `public`, `member`, `circle`,
    /// `office`, `moderator`. Take each from here: they may come to lie apart.
    pub addresses: BTreeMap<String, String>,
    /// What is on; an app hides what is not.
    #[schema(example = json!(["directory", "feedback"]))]
    pub features: Vec<String>,
    /// The languages that names are in, by ISO 639-1 code, each with its own name.
    pub languages: BTreeMap<String, String>,
    /// Whom to write to about what somebody else wrote: an address of a page, or
    /// `mailto:`. Absent where the operator has set none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri", example = "mailto:moderation@example.org")]
    pub moderation_contact: Option<String>,
    /// How long what is kept: the very table that is cleared away by.
    pub retention: Vec<RetentionView>,
}

/// How long one thing is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionView {
    /// What.
    #[schema(example = "check_in_words")]
    pub what: String,
    /// For how many days.
    #[schema(example = 400)]
    pub days: u16,
    /// Counted from the end of what.
    #[schema(example = "the day that they are of")]
    pub from: String,
    /// What happens then.
    #[schema(example = "the words are erased")]
    pub then: String,
}

/// The answer, made once when the service starts.
#[derive(Debug)]
pub struct ServiceFacts(Vec<u8>);

impl ServiceFacts {
    /// Of a service that is reached at `url`; `has` says which paths there are.
    ///
    /// # Errors
    /// Never in practice: the answer is plain data.
    pub fn new(url: &PublicUrl, moderation_contact: Option<&str>, has: impl Fn(&str) -> bool) -> anyhow::Result<Self> {
        let on = FEATURES.iter().filter(|(_, path)| has(path));
        let whose = ["public", "member", "circle", "office", "moderator"];
        let view = ServiceView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            addresses: whose.map(|audience| (audience.to_owned(), url.join("/v1"))).into(),
            features: on.map(|(name, _)| (*name).to_owned()).collect(),
            languages: name_languages().map(|(code, name)| (code.to_owned(), name.to_owned())).collect(),
            moderation_contact: moderation_contact.map(str::to_owned),
            retention: Kept::ALL.iter().map(|kept| RetentionView::of(*kept)).collect(),
        };
        Ok(Self(serde_json::to_vec(&view)?))
    }
}

impl RetentionView {
    fn of(kept: Kept) -> Self {
        let rule = kept.rule();
        Self { what: rule.what.to_owned(), days: rule.days, from: rule.from.to_owned(), then: rule.then.to_owned() }
    }
}

/// Get what this service is
///
/// Where it is reached, what is on, whom to write to, and how long it keeps
/// what.
#[utoipa::path(
    get, path = "/v1/service", operation_id = "get_service", tag = "service", security(()),
    responses(
        (status = 200, description = "The service", body = ServiceView, example = json!({
            "version": "0.1.0", "addresses": {"public": "https://api.example.org/v1"},
            "features": ["directory", "feedback"], "languages": {"en": "English"},
            "moderation_contact": "mailto:moderation@example.org",
            "retention": [{"what": "check_in_words", "days": 400, "from": "the day that they are of",
                           "then": "the words are erased"}]
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/service", method = "GET", method = "HEAD")]
pub async fn get_service(request: HttpRequest, facts: Data<ServiceFacts>) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let tag = EntityTag::of_bytes(&facts.0);
    Ok(Answer::json(facts.0.clone(), tag, MAX_AGE_S).stale_while_revalidate(STALE_S).send(&request).await)
}
