//! What members do with stories.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path, Payload},
};
use utoipa::IntoParams;

use super::{
    private,
    shapes::{StoriesView, StoryEntry, StoryView, ThanksInput},
};
use crate::{
    circles::{Circles, SupportedView, written},
    helplines::SupportView,
    http::{ApiError, Limits, MemberErrors, PageCursor, QueryString, Quota, Refusal},
    members::{MemberToken, Members},
    offices::paged,
    stories::{
        language::Language,
        model::Topic,
        reading::{self, Wanted},
    },
};

const MOST: u16 = 50;
const USUAL: u16 = 20;

/// Of a list of stories.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct StoriesParameters {
    /// Only stories about this.
    topic: Option<Topic>,
    /// Only stories in this language, an ISO 639 code.
    #[param(example = "en")]
    language: Option<Language>,
    /// Where the page begins, as the page before of the same topic and language
    /// said.
    #[param(max_length = 64)]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 50, default = 20)]
    limit: Option<u8>,
}

/// List stories
///
/// What others wrote, those of the newest week first. Nothing of their authors
/// is shown, and nothing is kept of who reads.
#[utoipa::path(
    get, path = "/v1/stories", operation_id = "list_stories", tag = "stories", security(("member" = [])),
    params(StoriesParameters),
    responses((status = 200, description = "A page of stories", body = StoriesView,
               example = json!({"data": [{"id": "4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d", "topic": "social_pressure",
               "language": "en", "title": "Weddings", "words": "I hold a glass of water and leave early.",
               "week": "2026-W19"}], "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/stories", method = "GET", method = "HEAD")]
pub async fn list_stories(
    request: HttpRequest,
    token: MemberToken,
    members: Data<Members>,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    let (wanted, cursor) = wanted(&request)?;
    joined(&members, &token).await?;
    let page = reading::list(&circles, &wanted).await?;
    let next_cursor = page.next.map(|place| cursor.write_day(place));
    let data = page.stories.into_iter().map(StoryEntry::of).collect::<Result<_, _>>()?;
    let view = StoriesView { data, next_cursor, support: SupportView::new() };
    paged(&request, &view, view.next_cursor.as_deref())
}

/// Get a story
#[utoipa::path(
    get, path = "/v1/stories/{story_id}", operation_id = "get_story", tag = "stories", security(("member" = [])),
    description = "As a moderator let it through.",
    params(("story_id" = Uuid, Path, description = "Id of the story", example = "4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d")),
    responses((status = 200, description = "The story", body = StoryView,
               example = json!({"id": "4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d", "topic": "social_pressure",
               "language": "en", "title": "Weddings", "words": "I hold a glass of water and leave early.",
               "week": "2026-W19", "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/stories/{story_id}", method = "GET", method = "HEAD")]
pub async fn get_story(
    request: HttpRequest,
    id: Path<String>,
    token: MemberToken,
    members: Data<Members>,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    joined(&members, &token).await?;
    let id = id.parse().map_err(|_| ApiError::not_found())?;
    let story = StoryEntry::of(reading::read(&circles, id).await?)?;
    Ok(private(StatusCode::OK, &StoryView { story, support: SupportView::new() }))
}

/// Thank for a story
///
/// The author alone sees how many did. Kept is a hash of the key, which the
/// device derives for this story; not who thanks. The same key counts once, so
/// that it can be sent again and from any of one's devices; whoever means to
/// count twice can, with another key, and limits alone hold that back.
#[utoipa::path(
    post, path = "/v1/stories/{story_id}/thanks", operation_id = "thank_story", tag = "stories",
    security(("member" = [])), request_body = ThanksInput,
    params(("story_id" = Uuid, Path, description = "Id of the story", example = "4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d")),
    responses((status = 200, description = "The author will see it", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/stories/{story_id}/thanks", method = "POST")]
pub async fn thank_story(
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
    token: MemberToken,
    members: Data<Members>,
    circles: Data<Circles>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let key = written::<ThanksInput>(&request, payload).await?.map(|input| input.thanks_key);
    joined(&members, &token).await?;
    let id = id.parse().map_err(|_| ApiError::not_found())?;
    limits.check(Quota::Thanks, token.member.0.as_bytes())?;
    reading::thank(&circles, id, key).await?;
    Ok(private(StatusCode::OK, &SupportedView::new()))
}

/// Joins the account and its session in the main database, and lets go of it
/// before circles are asked.
async fn joined(members: &Members, token: &MemberToken) -> Result<(), ApiError> {
    let (transaction, _) = members.enter(token).await?;
    Ok(transaction.commit().await?)
}

fn wanted(request: &HttpRequest) -> Result<(Wanted, PageCursor), ApiError> {
    let mut query = QueryString::parse(request.query_string())?;
    let topic = query.take_one("topic", |text| {
        Topic::parse(text).ok_or_else(|| Refusal::new("unknown_value", "must be a topic of the vocabulary"))
    });
    let language = query.take_one("language", |text| {
        Language::parse(text).map_err(|error| Refusal::new("invalid_value", error.to_string()))
    });
    let cursor = PageCursor::of("stories", &(topic, &language));
    let after = query.take_one("cursor", |text| cursor.read_day(text));
    let limit = query.take_one("limit", |text| match text.parse::<u16>() {
        Ok(limit @ 1..=MOST) if !text.starts_with(['+', '0']) => Ok(limit),
        _ => Err(Refusal::new("out_of_range", format!("must be a whole number from 1 to {MOST}"))),
    });
    query.finish()?;
    Ok((Wanted { topic, language, after, limit: limit.unwrap_or(USUAL) }, cursor))
}
