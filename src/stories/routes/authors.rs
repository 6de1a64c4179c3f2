//! What an author does with a story.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    route,
    web::{Data, Payload},
};

use super::{
    private,
    shapes::{NewStoryInput, NewStoryView, OwnStoryView, StoryInput},
};
use crate::{
    auth::DeviceKey,
    circles::{Author, Circles, PassToken, SupportedView, written},
    http::{ApiError, BodyRules, Limits, MemberErrors, QueryString, Quota, SignInErrors, read_body},
    stories::{Content, writing},
};

/// Write a story
///
/// Spends a voucher and makes an author's pass of its own, which is in no
/// circle. A moderator reads it before members do. The same voucher, `pass_key`
/// and story again give the same pass and the story as it stands; another story
/// is a 409, since the first is not replaced by it: `POST /auth/circle/token`
/// with the key signs in, and `PUT /stories/self` changes it. No account is
/// asked for, and no token is taken.
#[utoipa::path(
    post, path = "/v1/stories", operation_id = "create_story", tag = "circle sign-in", security(()),
    request_body = NewStoryInput,
    responses((status = 201, description = "The story, its author's pass, and first tokens", body = NewStoryView,
               example = json!({"story": {"id": "4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d", "state": "in_review",
               "latest": {"topic": "social_pressure", "language": "en", "title": "Weddings",
               "words": "I hold a glass of water and leave early."}, "thanks": 0},
               "pass": {"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "kind": "author", "alias": "Heron"},
               "access_token": "eyJ…", "token_type": "Bearer", "expires_in_s": 900,
               "refresh_token": "oc_refresh_circle_…", "refresh_expires_in_s": 34_560_000,
               "support": {"href": "/v1/help-lines"}})),
              SignInErrors)
)]
#[route("/v1/stories", method = "POST")]
pub async fn create_story(
    request: HttpRequest,
    payload: Payload,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    if request.headers().contains_key(header::AUTHORIZATION) {
        return Err(ApiError::malformed("Send no Authorization here: nothing may tie a story to an account."));
    }
    let input: NewStoryInput = read_body(&request, payload, BodyRules::JSON).await?;
    let (voucher, key, content): (String, DeviceKey, Content) = input.split();
    let (author, story) = writing::begin(&circles, &voucher, &key, &content).await?;
    let Author { pass, alias, issued, .. } = author;
    Ok(private(StatusCode::CREATED, &NewStoryView::of((pass, alias), story, &issued)))
}

/// Get one's story
///
/// As it was written last, what of it is shown, and how many have thanked: all
/// that is kept of it, also while the pass is suspended.
#[utoipa::path(
    get, path = "/v1/stories/self", operation_id = "get_own_story", tag = "stories", security(("circle" = [])),
    responses((status = 200, description = "The story", body = OwnStoryView,
               example = json!({"story": {"id": "4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d", "state": "shown",
               "latest": {"topic": "social_pressure", "language": "en", "title": "Weddings",
               "words": "I hold a glass of water and leave early."}, "thanks": 3},
               "pass": {"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "kind": "author", "alias": "Heron"},
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/stories/self", method = "GET", method = "HEAD")]
pub async fn get_own_story(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let own = writing::read(&circles, &token).await?;
    Ok(private(StatusCode::OK, &OwnStoryView::of(own)))
}

/// Change one's story
///
/// It goes back to a moderator; the version that was let through shows
/// meanwhile. What is as it was changes nothing. Of two at once the later one
/// stays.
#[utoipa::path(
    put, path = "/v1/stories/self", operation_id = "update_own_story", tag = "stories", security(("circle" = [])),
    request_body = StoryInput,
    responses((status = 200, description = "The story", body = OwnStoryView,
               example = json!({"story": {"id": "4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d", "state": "in_review",
               "latest": {"topic": "social_pressure", "language": "en", "title": "Weddings",
               "words": "I hold a glass of water and leave early."}, "thanks": 3},
               "pass": {"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "kind": "author", "alias": "Heron"},
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/stories/self", method = "PUT")]
pub async fn update_own_story(
    request: HttpRequest,
    payload: Payload,
    token: PassToken,
    circles: Data<Circles>,
    limits: Data<Limits>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let content = written::<StoryInput>(&request, payload).await?.map(Content::from);
    // Each edit is read by somebody.
    let count = || limits.check(Quota::Post, token.pass.0.as_bytes()).map(drop);
    let own = writing::edit(&circles, &token, content, count).await?;
    Ok(private(StatusCode::OK, &OwnStoryView::of(own)))
}

/// Delete one's story
///
/// Erases the story, its thanks and the author's pass; the key of its words is
/// destroyed. A copy in an open report ends with the report.
#[utoipa::path(
    delete, path = "/v1/stories/self", operation_id = "delete_own_story", tag = "stories", security(("circle" = [])),
    responses((status = 200, description = "It is gone", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/stories/self", method = "DELETE")]
pub async fn delete_own_story(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    writing::erase(&circles, &token).await?;
    Ok(private(StatusCode::OK, &SupportedView::new()))
}
