//! `GET /v1/milestone-rules`

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{HttpRequest, HttpResponse, route};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{MilestoneSet, Vector, file};
use crate::http::{Answer, ApiError, EntityTag, PublicErrors, QueryString};

/// Changes with a release only.
const MAX_AGE_S: u32 = 86_400;
const STALE_S: u32 = 7 * 86_400;

/// Milestones, how they are reckoned, and what a reckoning must come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct MilestoneRules {
    /// How each part is reckoned, in plain words.
    pub rule: BTreeMap<String, String>,
    /// Milestones as groups keep them; they differ, so the person chooses.
    pub sets: Vec<MilestoneSet>,
    /// Test vectors.
    pub vectors: Vec<Vector>,
}

/// Get the milestone rules
///
/// Customary milestones as data, with test vectors. Apps compute on the device:
/// the date on which somebody started is never sent to us, and no operation
/// takes it.
#[utoipa::path(
    get, path = "/v1/milestone-rules", operation_id = "get_milestone_rules", tag = "service", security(()),
    responses(
        (status = 200, description = "The rules", body = MilestoneRules, example = json!({
            "rule": {"days": "Reached on the start and so many civil days."},
            "sets": [{"id": "usual", "names": {"en": "Usual"}, "milestones": [
                {"id": "90_days", "unit": "days", "count": 90, "names": {"en": "90 days"}}]}],
            "vectors": [{"why": "90 days.", "set": "usual", "start": "2026-01-01", "today": "2026-04-01", "days": 90,
                         "latest": {"id": "90_days", "count": 1, "on": "2026-04-01"},
                         "next": {"id": "4_months", "count": 1, "on": "2026-05-01"}}]
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/milestone-rules", method = "GET", method = "HEAD")]
pub async fn get_milestone_rules(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    static BODY: LazyLock<Result<Vec<u8>, String>> = LazyLock::new(body);
    QueryString::parse(request.query_string())?.finish()?;
    let body = BODY.as_ref().map_err(|error| ApiError::internal(anyhow::anyhow!("milestone rules: {error}")))?;
    let tag = EntityTag::of_bytes(body);
    Ok(Answer::json(body.clone(), tag, MAX_AGE_S).stale_while_revalidate(STALE_S).send(&request).await)
}

fn body() -> Result<Vec<u8>, String> {
    let file = file().map_err(ToString::to_string)?;
    let (rule, sets, vectors) = (file.rule.clone(), file.sets.clone(), file.vectors.clone());
    serde_json::to_vec(&MilestoneRules { rule, sets, vectors }).map_err(|error| error.to_string())
}
