//! The dates of a meeting.

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{Data, Path},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use utoipa::IntoParams;

use super::{MAX_AGE_S, OccurrenceList, meetings::found};
use crate::{
    http::{Answer, ApiError, EntityTag, Problem, PublicErrors, QueryString, Refusal},
    kernel::{Clock, Invalid, MeetingId},
    search::{Snapshots, snapshot::Entry},
};

/// The most days that are asked for at once.
const MAX_DAYS: u64 = 366;
/// How many days are shown where the last is not said: four weeks.
const DEFAULT_DAYS: u64 = 28;
/// How far from today the first day may lie: who it was like then, or will be,
/// nobody knows.
const MAX_AWAY: Days = Days::new(5 * 366);

/// Of the dates of a meeting.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct OccurrenceParameters {
    /// The first day, local to the meeting; today where it is not said, and at most five years from it.
    #[param(example = "2026-05-04")]
    from: Option<NaiveDate>,
    /// The last day, at most 366 days in all; four weeks in all where it is not said.
    #[param(example = "2026-05-31")]
    to: Option<NaiveDate>,
}

/// List the occurrences of a meeting
///
/// Each date on which it takes place, in order, with what its notices make of
/// it: cancelled ones are left out, extra ones are in, and each names the notices
/// that it is held under. By appointment there are none.
#[utoipa::path(
    get, path = "/v1/meetings/{id}/occurrences", operation_id = "list_occurrences", tag = "meetings", security(()),
    params(("id" = Uuid, Path, description = "Id of the meeting", example = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
           OccurrenceParameters),
    responses(
        (status = 200, description = "The occurrences", body = OccurrenceList, example = json!({
            "data": [{"date": "2026-05-04", "start": "2026-05-04T11:30:00Z", "end": "2026-05-04T12:30:00Z"}]
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 404, description = "There is no such meeting", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It is deleted; `replaced_by` says what to look at instead", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/meetings/{id}/occurrences", method = "GET", method = "HEAD")]
pub async fn list_occurrences(
    request: HttpRequest,
    id: Path<String>,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    let mut query = QueryString::parse(request.query_string())?;
    let (from, to) = (query.take_one("from", date), query.take_one("to", date));
    query.finish()?;
    let published = snapshots.published()?;
    let id: MeetingId = id.parse().map_err(|_| ApiError::not_found())?;
    let meeting = found(published.snapshot.meeting(id))?;
    let dates = dates(meeting, from, to, clock.now()).map_err(|invalid| vec![invalid])?;
    let list = OccurrenceList { data: dates.map_or_else(Vec::new, |(from, to)| meeting.occurrences(from, to)) };
    let body = serde_json::to_vec(&list).map_err(ApiError::internal)?;
    let tag = EntityTag::of_version(meeting.version, &body);
    Ok(Answer::json(body, tag, MAX_AGE_S).send(&request).await)
}

fn date(text: &str) -> Result<NaiveDate, Refusal> {
    let refusal = || Refusal::new("invalid", "must be a day such as 2026-05-04");
    // chrono takes shorter forms, which no other part of the interface does.
    if text.len() == 10 { text.parse().map_err(|_| refusal()) } else { Err(refusal()) }
}

/// The first day and the last; `None` of a meeting without any date.
fn dates(
    meeting: &Entry,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Option<(NaiveDate, NaiveDate)>, Invalid> {
    let today = meeting.schedule.as_ref().and_then(|schedule| schedule.date(now)).unwrap_or(now.date_naive());
    let from = from.unwrap_or(today);
    if from < today - MAX_AWAY || from > today + MAX_AWAY {
        return Err(Invalid::new("from", "out_of_range", "must be within five years of today"));
    }
    let to = to.unwrap_or(from + Days::new(DEFAULT_DAYS - 1));
    if to < from || to >= from + Days::new(MAX_DAYS) {
        return Err(Invalid::new("to", "out_of_range", "must be from the first day on, at most 366 days in all"));
    }
    Ok(meeting.schedule.as_ref().map(|_| (from, to)))
}
