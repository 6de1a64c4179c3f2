//! Changes since a cursor.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, route, web::Data};
use utoipa::IntoParams;

use super::{MAX_AGE_S, STALE_S, parameters::IdOrSlugParameter};
use crate::{
    http::{Answer, ApiError, EntityTag, ErrorCode, Problem, PublicErrors, PublicUrl, QueryString},
    kernel::Invalid,
    search::{
        DatabaseState, Snapshots,
        changes::{ChangesPage, ChangesQuery, ChangesView, Refused, changes},
    },
};

/// How long to wait for what another node has shown already: what is written
/// anywhere is everywhere within a second.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(2);

/// What of the directory to keep.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct ChangesParameters {
    /// The `next_cursor` of the page before, or of the last time; absent: everything from the beginning.
    #[param(max_length = 4096)]
    cursor: Option<String>,
    /// Id or slug of an intergroup: its meetings and those of all that belong to it; absent: everybody's.
    #[param(inline)]
    intergroup_id: Option<IdOrSlugParameter>,
    /// The most items of a page; it has fewer where meetings have much to say.
    #[param(minimum = 1, maximum = 2000, default = 1000)]
    limit: Option<u16>,
}

/// Keep a copy
///
/// Without a cursor, all meetings of the scope in pages; with the
/// `next_cursor` of the last page, what changed since. Apply the items in
/// order, keep `next_cursor` with them, ask on at once while `has_more`, and
/// some other time with the same cursor: you then hold exactly the scope,
/// whatever was written meanwhile. A 410 with `cursor_expired` says that too
/// much time has passed, or that the directory was brought back from a backup:
/// forget what you hold and begin without a cursor.
#[utoipa::path(
    get, path = "/v1/meetings/changes", operation_id = "list_meeting_changes", tag = "meetings", security(()),
    params(ChangesParameters),
    responses(
        (status = 200, description = "A page of changes", body = ChangesView, example = json!({
            "data": [
                {"op": "upsert", "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "meeting": {
                    "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                    "intergroup": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                    "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                    "attendance": "in_person", "types": ["O", "D"], "languages": [], "notices": [],
                    "updated_at": "2026-05-04T12:00:00Z", "version": 3
                }},
                {"op": "delete", "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"}
            ],
            "has_more": false,
            "next_cursor": "AQIBkKGyAAB-X4qbDB0uP0pbAAAAAAAAACrhO1iT9m0G5f____________________8"
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        (status = 410, description = "Begin anew without a cursor", body = Problem,
         content_type = "application/problem+json"),
        PublicErrors,
    )
)]
#[route("/v1/meetings/changes", method = "GET", method = "HEAD")]
pub async fn list_meeting_changes(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    base: Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    let query = ChangesQuery::parse(QueryString::parse(request.query_string())?)?;
    let page = match page(&snapshots, &query)? {
        Err(Refused::Ahead(revision)) => {
            // Where it does not come, `page` below says what that means.
            _ = tokio::time::timeout(CATCH_UP_WITHIN, snapshots.wait_for(revision)).await;
            page(&snapshots, &query)?
        }
        page => page,
    };
    let page = page.map_err(|refused| refusal(&refused, &snapshots))?;
    let next = page.has_more.then(|| base.next_page(&request, &page.next_cursor));
    let tag = EntityTag::of_bytes(&page.body);
    let answer = Answer::json(page.body, tag, MAX_AGE_S).stale_while_revalidate(STALE_S);
    Ok(answer.with_next(next).send(&request).await)
}

fn page(snapshots: &Snapshots, query: &ChangesQuery) -> Result<Result<ChangesPage, Refused>, ApiError> {
    let published = snapshots.published()?;
    Ok(changes(&published.snapshot, &published.changes, query))
}

fn refusal(refused: &Refused, snapshots: &Snapshots) -> ApiError {
    match refused {
        Refused::OtherScope => {
            let message = "belongs to another intergroup_id, which must stay the same";
            ApiError::parameters(vec![Invalid::new("cursor", "invalid_cursor", message)])
        }
        Refused::Expired => ApiError::new(ErrorCode::CursorExpired),
        // The database was looked at while we waited, and its clock is behind
        // the cursor: somebody set it back.
        Refused::Ahead(_) if snapshots.database() == DatabaseState::Ok && !snapshots.is_refreshing() => {
            ApiError::new(ErrorCode::CursorExpired)
        }
        Refused::Ahead(_) => ApiError::unavailable(1, "The directory is being loaded."),
    }
}
