//! A circle's screen.

use actix_web::{HttpRequest, HttpResponse, route, web::Data};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer_shapes::AnswerView,
    check_in_shapes::CheckInView,
    conditional::hashed,
    goal_shapes::GoalView,
    milestones::MilestoneView,
    nudges::NudgeView,
    shapes::{CircleView, PassView},
};
use crate::{
    circles::{Circles, PassToken, week::Week},
    helplines::SupportView,
    http::{ApiError, MemberErrors, QueryString, Refusal},
    kernel::{CivilDay, CivilDayError, IsoWeek},
};

/// A week of a circle.
#[derive(Serialize, ToSchema)]
pub struct WeekView {
    /// The ISO week.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
    /// The circle.
    pub circle: CircleView,
    /// Everybody, by alias.
    pub passes: Vec<PassView>,
    /// What they said of its days, by day.
    pub check_ins: Vec<CheckInView>,
    /// What they want to do in it.
    pub goals: Vec<GoalView>,
    /// What they shared in it.
    pub milestones: Vec<MilestoneView>,
    /// Who asked how it is going: this pass and those who asked it.
    pub nudges: Vec<NudgeView>,
    /// Where help is, always.
    pub support: SupportView,
}

/// Get a week of one's circle
///
/// Everything that the screen of a circle shows, in one call: who is in it,
/// what they said of their days, their goals and milestones, the answers to
/// each, and the nudges to and from this pass. What passes wrote that one has
/// muted is left out. Ask again with the `ETag`: an unchanged week is 304.
#[utoipa::path(
    get, path = "/v1/circles/self/week", operation_id = "get_circle_week", tag = "circles", security(("circle" = [])),
    params(("date" = Option<String>, Query, format = Date, nullable = false, example = "2026-05-04",
            description = "A day of the week, as the device's calendar shows it; where nothing is said, today in UTC")),
    responses((status = 200, description = "The week", body = WeekView, example = json!({"week": "2026-W19",
               "circle": {"id": "7b6c1d2e-8f90-4a1b-9c3d-5e6f70818293", "seats": 4, "taken": 1},
               "passes": [{"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "steward": true}],
               "check_ins": [{"id": "3c2b1a09-8f7e-4d6c-9b5a-493827160504",
               "pass_id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "date": "2026-05-04",
               "kinds": ["today"], "helped": ["meeting"], "answers": [], "version": 61_872_051}],
               "goals": [], "milestones": [], "nudges": [], "support": {"href": "/v1/help-lines"}})),
              (status = 304, description = "Not changed since `If-None-Match`"), MemberErrors)
)]
#[route("/v1/circles/self/week", method = "GET", method = "HEAD")]
pub async fn get_circle_week(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    let week = week(request.query_string(), circles.clock().now())?;
    let read = circles.week(&token, week).await?;
    hashed(&request, &WeekView::of(week, read))
}

impl WeekView {
    fn of(week: IsoWeek, read: Week) -> Self {
        let Week { circle, seats, peers, check_ins, goals, milestones, nudges } = read;
        let taken = i64::try_from(peers.len()).unwrap_or(i64::MAX);
        let milestones = milestones.into_iter().map(|(milestone, said)| {
            MilestoneView::of(milestone, Some(said.into_iter().map(AnswerView::from).collect()))
        });
        Self {
            week,
            circle: CircleView { id: circle, seats, taken },
            passes: peers.into_iter().map(PassView::from).collect(),
            check_ins: check_ins.into_iter().map(CheckInView::from).collect(),
            goals: goals.into_iter().map(GoalView::from).collect(),
            milestones: milestones.collect(),
            nudges: nudges.into_iter().map(NudgeView::from).collect(),
            support: SupportView::new(),
        }
    }
}

fn week(raw: &str, now: DateTime<Utc>) -> Result<IsoWeek, ApiError> {
    let mut query = QueryString::parse(raw)?;
    let day = query.take_one("date", |text| {
        text.parse().map_err(|error: CivilDayError| Refusal::new("invalid_value", error.to_string()))
    });
    query.finish()?;
    Ok(IsoWeek::of(day.unwrap_or_else(|| CivilDay::of_utc(now))))
}
