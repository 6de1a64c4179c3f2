//! `/livez`, `/readyz` and the problems' pages.

use actix_web::{
    HttpResponse, route,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Health, problems};
use crate::{
    http::{ApiError, PublicErrors},
    kernel::Clock,
    search::DatabaseState,
};

/// Whether the process runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Liveness {
    /// Always `ok`: a process that cannot say so does not answer.
    #[schema(example = "ok")]
    pub status: &'static str,
}

/// Whether requests should be sent here, and what it rests on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready`, `starting` or `draining`.
    #[schema(example = "ready")]
    pub status: &'static str,
    /// Whether the database answers: `ok`, `unreachable`, or `failing` when it
    /// answers with an error. Without it the directory is still read, from the
    /// snapshot.
    #[schema(example = "ok")]
    pub database: &'static str,
    /// `applied`, or `pending` when this process was started on a database
    /// that lacks some.
    #[schema(example = "applied")]
    pub migrations: &'static str,
    /// The snapshot that answers are made of; absent while starting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub snapshot: Option<SnapshotState>,
}

/// How fresh the snapshot is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotState {
    /// The directory's clock when it was taken.
    #[schema(example = 17)]
    pub revision: i64,
    /// Meetings in it.
    #[schema(example = 312)]
    pub meetings: usize,
    /// Seconds since it was last known to be the newest.
    #[schema(example = 0)]
    pub age_s: i64,
}

/// Whether the process runs
///
/// For restarting it when it does not: says nothing of database or snapshot.
#[utoipa::path(
    get, path = "/livez", operation_id = "get_livez", tag = "service", security(()),
    responses((status = 200, description = "It runs", body = Liveness,
               example = json!({"status": "ok"})), PublicErrors)
)]
#[route("/livez", method = "GET", method = "HEAD")]
pub async fn get_livez() -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Liveness { status: "ok" })
}

/// Whether requests should be sent here
///
/// 200 once a snapshot of the directory is loaded and until the service
/// drains. The database may be away: the directory is then still read.
#[utoipa::path(
    get, path = "/readyz", operation_id = "get_readyz", tag = "service", security(()),
    responses(
        (status = 200, description = "Ready", body = Readiness,
         example = json!({"status": "ready", "database": "ok", "migrations": "applied", "snapshot": {"revision": 17, "meetings": 312, "age_s": 0}})),
        (status = 503, description = "Starting or draining", body = Readiness,
         example = json!({"status": "starting", "database": "unreachable", "migrations": "applied"})),
        (status = 400, description = "The request is not well-formed HTTP", body = crate::http::Problem,
         content_type = "application/problem+json"),
    )
)]
#[route("/readyz", method = "GET", method = "HEAD")]
pub async fn get_readyz(health: Data<Health>, clock: Data<dyn Clock>) -> HttpResponse {
    let snapshot = health.snapshots().current().map(|published| SnapshotState {
        revision: published.snapshot.revision(),
        meetings: published.snapshot.meeting_count(),
        age_s: health.snapshots().age_s(clock.now()),
    });
    let (status, ready) = match (health.is_draining(), &snapshot) {
        (true, _) => ("draining", false),
        (false, None) => ("starting", false),
        (false, Some(_)) => ("ready", true),
    };
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    if !ready {
        response.insert_header(("Retry-After", "2"));
    }
    let database = match health.snapshots().database() {
        DatabaseState::Ok => "ok",
        DatabaseState::Unreachable => "unreachable",
        DatabaseState::Failing => "failing",
    };
    let migrations = health.migrations();
    response.insert_header(("Cache-Control", "no-store")).json(Readiness { status, database, migrations, snapshot })
}

/// What an error code means
///
/// The page that a problem's `type` names, in plain text.
#[utoipa::path(
    get, path = "/problems/{code}", operation_id = "get_problem_page", tag = "service", security(()),
    params(("code" = String, Path, description = "The problem's `code`", example = "invalid_parameter", max_length = 64)),
    responses((status = 200, description = "The page", body = String, content_type = "text/plain",
               example = "Not found (404)\n"),
              (status = 404, description = "There is no such code", body = crate::http::Problem,
               content_type = "application/problem+json"), PublicErrors)
)]
#[route("/problems/{code}", method = "GET", method = "HEAD")]
pub async fn get_problem_page(code: Path<String>) -> Result<HttpResponse, ApiError> {
    let page = problems::page(&code).ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "public, max-age=86400"))
        .content_type("text/plain; charset=utf-8")
        .body(page))
}
