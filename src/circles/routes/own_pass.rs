//! One's own pass: when to be asked, and leaving.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Payload},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    done, private,
    shapes::{PassView, SupportedView},
};
use crate::{
    circles::{Circles, LeavingToken, Pass, PassKind, PassToken, leaving::Asking},
    helplines::SupportView,
    http::{ApiError, MemberErrors, Patch, QueryString, read_input, read_json},
    kernel::{CircleId, Invalid},
    search::Open,
};

/// What a pass is for, on the wire.
pub type OpenPassKind = Open<PassKind>;

/// What somebody wants to be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskAbout {
    /// The goal of the week.
    Goal,
    /// How the day is.
    Day,
}

/// A day of the week, 0 Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8")]
pub struct AskDay(u8);

impl TryFrom<u8> for AskDay {
    type Error = &'static str;

    fn try_from(day: u8) -> Result<Self, Self::Error> {
        if day <= 6 { Ok(Self(day)) } else { Err("must be 0 (Sunday) to 6 (Saturday)") }
    }
}

/// When this person wants to be asked how it goes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ask_me_on": 0, "about": "goal"}))]
pub struct AskingInput {
    /// On which day of the week, 0 Sunday. Without it nothing is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 6, nullable = false)]
    pub ask_me_on: Option<AskDay>,
    /// About what; only with a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub about: Option<AskAbout>,
}

/// One's own pass.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnPassView {
    /// What peers see of it.
    pub pass: PassView,
    /// What it is for.
    #[schema(value_type = OpenPassKind)]
    pub kind: OpenPassKind,
    /// Its circle; an author is in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub circle_id: Option<CircleId>,
    /// Until which day, inclusive, it may not write.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub suspended_until: Option<NaiveDate>,
    /// Where help is, always.
    pub support: SupportView,
}

/// Get one's pass
#[utoipa::path(
    get, path = "/v1/passes/self", operation_id = "get_own_pass", tag = "circles", security(("circle" = [])),
    description = "What peers see of it, and until when it is suspended, where it is.",
    responses((status = 200, description = "The pass", body = OwnPassView, example = json!({
               "pass": {"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "steward": true,
               "ask_me_on": 0, "about": "goal"}, "kind": "circle",
               "circle_id": "7b6c1d2e-8f90-4a1b-9c3d-5e6f70818293", "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/passes/self", method = "GET", method = "HEAD")]
pub async fn get_own_pass(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    Ok(private(StatusCode::OK, &OwnPassView::of(&circles.own_pass(&token).await?)))
}

/// Say when to be asked
///
/// On which day of the week, and about what, peers may ask how it goes. It
/// touches only what is sent; null takes it away, and the day takes with it
/// what it was about.
#[utoipa::path(
    patch, path = "/v1/passes/self", operation_id = "update_own_pass", tag = "circles", security(("circle" = [])),
    request_body(content = AskingInput, content_type = "application/merge-patch+json",
                 description = "Only what is to change; null takes a field away"),
    responses((status = 200, description = "The pass as it is now", body = OwnPassView, example = json!({
               "pass": {"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "steward": true,
               "ask_me_on": 0, "about": "goal"}, "kind": "circle",
               "circle_id": "7b6c1d2e-8f90-4a1b-9c3d-5e6f70818293", "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/passes/self", method = "PATCH")]
pub async fn update_own_pass(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let body = read_json(&request, payload, Patch::BODY).await?;
    let patch = body.ok_or_else(|| ApiError::malformed("A JSON body is needed."))?;
    let pass = circles.change_asking(&token, |before| merged(before, patch)).await?;
    Ok(private(StatusCode::OK, &OwnPassView::of(&pass)))
}

/// Leave
///
/// Erases the pass and everything that it wrote, at once: check-ins, goals,
/// milestones, answers, nudges. All its sessions end. The last to leave closes
/// the circle. What others answered to it is shown no more. It cannot be undone.
/// No limit of requests keeps anybody from it.
#[utoipa::path(
    delete, path = "/v1/passes/self", operation_id = "delete_own_pass", tag = "circles", security(("circle" = [])),
    responses((status = 200, description = "It is erased", body = SupportedView,
               example = json!({"support": {"href": "/v1/help-lines"}})), MemberErrors)
)]
#[route("/v1/passes/self", method = "DELETE")]
pub async fn delete_own_pass(
    request: HttpRequest,
    LeavingToken(token): LeavingToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    circles.leave(&token).await?;
    Ok(done())
}

/// What was, with a patch merged onto it.
fn merged((on, about): Asking, patch: Value) -> Result<Asking, ApiError> {
    let patch = Patch::read(patch)?;
    let mut fields = json!({});
    if let (Some(on), Value::Object(fields)) = (on, &mut fields) {
        fields.insert("ask_me_on".to_owned(), on.into());
        fields.extend(about.map(|about| ("about".to_owned(), about.into())));
    }
    patch.apply(&mut fields);
    if let Value::Object(fields) = &mut fields
        && !fields.contains_key("ask_me_on")
        && !patch.members().contains_key("about")
    {
        fields.remove("about");
    }
    let AskingInput { ask_me_on, about } = read_input(fields)?;
    if about.is_some() && ask_me_on.is_none() {
        let message = "needs a day: send ask_me_on as well";
        return Err(ApiError::content(vec![Invalid::new("/about", "invalid_value", message)]));
    }
    let about = about.map(|about| match about {
        AskAbout::Goal => "goal",
        AskAbout::Day => "day",
    });
    Ok((ask_me_on.map(|AskDay(day)| day.into()), about.map(str::to_owned)))
}

impl OwnPassView {
    fn of(pass: &Pass) -> Self {
        let (kind, circle_id, suspended_until) = (Open(pass.kind), pass.circle_id, pass.suspended_until);
        Self { pass: pass.into(), kind, circle_id, suspended_until, support: SupportView::new() }
    }
}
