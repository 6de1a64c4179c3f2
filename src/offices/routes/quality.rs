//! What listings lack, for those who keep them.

use actix_web::{HttpResponse, http::StatusCode, route};
use utoipa::IntoParams;

use crate::{
    directory::StoredIntergroup,
    http::{ApiError, OfficeErrors},
    offices::{asks::Searches, finish::private, guard::Guard, page::next_link},
    search::{Named, QualityQuery, QualityView},
};

/// Of a quality report.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct QualityParameters {
    /// Only findings of these kinds; the codes are those of the report's `kinds`.
    #[param(style = Form, explode = false, max_items = 10, example = json!(["stale", "duplicate"]))]
    kind: Option<Vec<String>>,
    /// Where the page begins, as the page before said.
    #[param(max_length = 512)]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// Get an intergroup's quality report
///
/// What its published listings lack, the most harmful first: no way to attend,
/// no coordinates, a guessed zone, stale, duplicate, and the like, in words.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/quality", operation_id = "get_quality", tag = "office directory",
    security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           QualityParameters),
    responses((status = 200, description = "A page of findings, and how many there are of each kind", body = QualityView<'_>,
               example = json!({"data": [], "total": 0, "kinds": [{"kind": "stale", "total": 0}], "meetings": 12})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/quality", method = "GET", method = "HEAD")]
pub async fn get_quality(mut guard: Guard<StoredIntergroup, Searches>) -> Result<HttpResponse, ApiError> {
    let office = guard.thing.id;
    let query = QualityQuery::parse(office, std::mem::take(&mut guard.query)).map_err(ApiError::parameters)?;
    let published = guard.snapshots.published()?;
    let intergroup = published.snapshot.intergroup(&Named::Id(office)).ok_or_else(ApiError::not_found)?;
    let report = published.snapshot.quality(intergroup, &query, guard.now);
    let link = next_link(&guard.request, report.next_cursor.as_deref())?;
    Ok(link.add(private(StatusCode::OK, &report)))
}
