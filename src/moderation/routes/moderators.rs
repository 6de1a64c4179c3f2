//! What moderators do.

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{Data, Path, Payload},
};
use chrono::NaiveDate;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    inputs::DecisionInput,
    private,
    shapes::{DecidedView, QueueView, WaitingView},
};
use crate::{
    auth::{Auth, ModeratorToken},
    circles::{Circles, written},
    http::{ApiError, MemberErrors, PageCursor, QueryString, Refusal},
    moderation::deciding,
    offices::paged,
};

const MOST: u16 = 50;
const USUAL: u16 = 20;

/// Of the queue.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct QueueParameters {
    /// Where the page begins, as the page before said.
    #[param(max_length = 64)]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 50, default = 20)]
    limit: Option<u8>,
}

/// List what waits
///
/// Reports, stories to be read before they show, and appeals, those of the
/// oldest week first; an appeal against one's own decision waits for another
/// moderator and is left out. There are words and an alias, and nothing else
/// of anybody.
#[utoipa::path(
    get, path = "/v1/moderation/queue", operation_id = "list_moderation_queue", tag = "moderation",
    security(("moderator" = [])), params(QueueParameters),
    responses((status = 200, description = "A page of the queue", body = QueueView,
               example = json!({"data": [{"id": "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1", "kind": "report",
               "week": "2026-W19", "category": "money_legal_medical", "item": {"kind": "answer",
               "alias": "Heron", "words": ["Can you lend me fifty?"]}, "picked": [],
               "words": "Asks us all for money."}]})),
              MemberErrors)
)]
#[route("/v1/moderation/queue", method = "GET", method = "HEAD")]
pub async fn list_moderation_queue(
    request: HttpRequest,
    token: ModeratorToken,
    auth: Data<Auth>,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    let (after, limit) = wanted(&request)?;
    let moderator = auth.moderator(&token).await?;
    let (waiting, next) = deciding::queue(&circles, moderator, after, limit).await?;
    let next_cursor = next.map(|place| cursor().write_day(place));
    let data = waiting.into_iter().map(WaitingView::of).collect::<Result<_, _>>()?;
    let view = QueueView { data, next_cursor };
    paged(&request, &view, view.next_cursor.as_deref())
}

/// Decide
///
/// `keep`: it stays; a story under review is shown. `remove`: its words are
/// taken away; a story goes back to its author. `remove_and_suspend`: besides,
/// its author may not write for 30 days. The author is told the reason and the
/// words, never who reported. An appeal is decided by another moderator than
/// the first (403) and makes nothing worse. What is decided already is a 409,
/// but for the same decision of the same moderator, which changes nothing.
/// `changed_since`: its author has changed or taken away what was reported; what
/// stands there now was seen by nobody who decided, and was left as it is.
#[utoipa::path(
    post, path = "/v1/moderation/{report_id}/decide", operation_id = "decide_report", tag = "moderation",
    security(("moderator" = [])), request_body = DecisionInput,
    params(("report_id" = Uuid, Path, description = "Id from the queue",
            example = "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1")),
    responses((status = 200, description = "It is decided", body = DecidedView,
               example = json!({"id": "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1", "on_appeal": false,
               "decision": "remove", "reason": "money_legal_medical", "decided_on": "2026-05-04",
               "changed_since": false})),
              MemberErrors)
)]
#[route("/v1/moderation/{report_id}/decide", method = "POST")]
pub async fn decide_report(
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
    token: ModeratorToken,
    auth: Data<Auth>,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let moderator = auth.moderator(&token).await?;
    let id = id.parse().map_err(|_| ApiError::not_found())?;
    let deciding = written::<DecisionInput>(&request, payload).await?.and_then(DecisionInput::read);
    let decided = deciding::decide(&circles, moderator, id, deciding).await?;
    Ok(private(&DecidedView::from(&decided)))
}

fn wanted(request: &HttpRequest) -> Result<(Option<(NaiveDate, Uuid)>, u16), ApiError> {
    let mut query = QueryString::parse(request.query_string())?;
    let after = query.take_one("cursor", |text| cursor().read_day(text));
    let limit = query.take_one("limit", |text| match text.parse::<u16>() {
        Ok(limit @ 1..=MOST) if !text.starts_with(['+', '0']) => Ok(limit),
        _ => Err(Refusal::new("out_of_range", format!("must be a whole number from 1 to {MOST}"))),
    });
    query.finish()?;
    Ok((after, limit.unwrap_or(USUAL)))
}

fn cursor() -> PageCursor {
    PageCursor::of("moderation queue", &())
}
