//! Inviting.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Path, Payload},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{done, private, shapes::SupportedView};
use crate::{
    circles::{AGREEMENT_VERSION, Circles, PassToken, joining::NewInvitation},
    helplines::SupportView,
    http::{ApiError, BodyRules, MemberErrors, QueryString, SignInErrors, read_body},
    kernel::CircleInvitationId,
};

/// An invitation; its code is shown when it is made, and never again.
#[derive(Serialize, ToSchema)]
pub struct NewCircleInvitationView {
    /// Its id, for taking it back.
    #[schema(value_type = Uuid)]
    pub id: CircleInvitationId,
    /// The code.
    pub code: String,
    /// A link with the code behind the `#`, where no server sees it.
    pub link: String,
    /// The last day on which it is open, in UTC.
    pub expires_on: NaiveDate,
    /// Where help is, always.
    pub support: SupportView,
}

/// Open invitations.
#[derive(Serialize, ToSchema)]
pub struct CircleInvitationsView {
    /// The invitations.
    pub data: Vec<CircleInvitationView>,
    /// Where help is, always.
    pub support: SupportView,
}

/// An invitation that nobody has used yet. Neither who made it nor its code is kept.
#[derive(Serialize, ToSchema)]
pub struct CircleInvitationView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: CircleInvitationId,
    /// The last day on which it is open, in UTC.
    pub expires_on: NaiveDate,
}

/// The code of an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "AAAAAAAAAAAAAAAAAAAAAA"}))]
pub struct CodeInput {
    /// The code.
    #[schema(min_length = 1, max_length = 64)]
    pub code: String,
}

/// What whoever holds an invitation may know.
#[derive(Serialize, ToSchema)]
pub struct CheckedView {
    /// How many people there may be.
    pub seats: i16,
    /// How many there are.
    pub taken: i64,
    /// The last day on which it is open, in UTC.
    pub expires_on: NaiveDate,
    /// The agreement to accept.
    pub agreement_version: u32,
    /// Where help is, always.
    pub support: SupportView,
}

/// Invite somebody
///
/// A single-use code, open for seven days, to be handed over in person or by a
/// message. Neither who made it nor who uses it is kept.
#[utoipa::path(
    post, path = "/v1/circles/self/invitations", operation_id = "create_circle_invitation", tag = "circles",
    security(("circle" = [])),
    responses((status = 201, description = "The invitation", body = NewCircleInvitationView,
               example = json!({"id": "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706", "code": "AAAAAAAAAAAAAAAAAAAAAA",
               "link": "https://openchair.example.org/join#AAAAAAAAAAAAAAAAAAAAAA", "expires_on": "2026-05-11",
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/circles/self/invitations", method = "POST")]
pub async fn create_circle_invitation(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let NewInvitation { id, code, link, expires_on } = circles.invite(&token).await?;
    let (code, support) = (code.reveal().to_owned(), SupportView::new());
    Ok(private(StatusCode::CREATED, &NewCircleInvitationView { id, code, link, expires_on, support }))
}

/// List open invitations
///
/// Those of this circle that nobody has used, and that have not run out.
#[utoipa::path(
    get, path = "/v1/circles/self/invitations", operation_id = "list_circle_invitations", tag = "circles",
    security(("circle" = [])),
    responses((status = 200, description = "The open invitations of this circle", body = CircleInvitationsView,
               example = json!({"data": [{"id": "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706", "expires_on": "2026-05-11"}],
               "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/circles/self/invitations", method = "GET", method = "HEAD")]
pub async fn list_circle_invitations(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let open = circles.open_invitations(&token).await?;
    let data = open.into_iter().map(|row| CircleInvitationView { id: row.id, expires_on: row.expires_on }).collect();
    Ok(private(StatusCode::OK, &CircleInvitationsView { data, support: SupportView::new() }))
}

/// Take an invitation back
///
/// Anybody in the circle may; who has the code cannot join with it any more.
/// Sent again it is 404, as for one that was used: there is none to take back.
#[utoipa::path(
    delete, path = "/v1/circles/self/invitations/{invitation_id}", operation_id = "delete_circle_invitation",
    tag = "circles", security(("circle" = [])),
    params(("invitation_id" = Uuid, Path, description = "Id of the invitation",
            example = "5d4c3b2a-1908-4f7e-8d6c-5b4a39281706")),
    responses((status = 200, description = "It is not open any more", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/circles/self/invitations/{invitation_id}", method = "DELETE")]
pub async fn delete_circle_invitation(
    request: HttpRequest,
    id: Path<String>,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let id = id.parse().map_err(|_| ApiError::not_found())?;
    circles.take_back(&token, id).await?;
    Ok(done())
}

/// Look at an invitation
///
/// What there is to know before joining; needs no token.
#[utoipa::path(
    post, path = "/v1/invitations/check", operation_id = "check_circle_invitation", tag = "circle sign-in",
    security(()), request_body = CodeInput,
    responses((status = 200, description = "It is open", body = CheckedView,
               example = json!({"seats": 4, "taken": 1, "expires_on": "2026-05-11", "agreement_version": 1,
               "support": {"href": "/v1/help-lines"}})),
              SignInErrors)
)]
#[route("/v1/invitations/check", method = "POST")]
pub async fn check_circle_invitation(
    request: HttpRequest,
    payload: Payload,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let input: CodeInput = read_body(&request, payload, BodyRules::JSON).await?;
    let (seats, taken, expires_on) = circles.check_invitation(&input.code).await?;
    let (agreement_version, support) = (AGREEMENT_VERSION, SupportView::new());
    Ok(private(StatusCode::OK, &CheckedView { seats, taken, expires_on, agreement_version, support }))
}
