//! All matches of a search, for other programs.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, route, web::Data};
use utoipa::ToSchema;

use super::{facets::max_age_s, parameters::FilterParameters};
use crate::{
    http::{Answer, ApiError, EntityTag, PublicErrors, QueryString, Queue, aside},
    kernel::Clock,
    search::{
        Snapshots,
        matches::{Form, Matches},
        query::SearchQuery,
        view::MeetingView,
    },
};

/// Meetings as a map's features (RFC 7946).
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct FeatureCollection<'a> {
    /// `FeatureCollection`
    #[schema(example = "FeatureCollection")]
    r#type: String,
    /// By id.
    features: Vec<Feature<'a>>,
}

/// A meeting as a map's feature.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct Feature<'a> {
    /// `Feature`
    #[schema(example = "Feature")]
    r#type: String,
    /// The meeting's id.
    #[schema(value_type = Uuid)]
    id: String,
    /// Its door; null where there is none that one can go to, as RFC 7946 wants it.
    geometry: Option<Geometry>,
    /// The meeting, without what moves with the clock.
    properties: MeetingView<'a>,
}

/// A point on a map.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct Geometry {
    /// `Point`
    #[schema(example = "Point")]
    r#type: String,
    /// Longitude and latitude, in degrees.
    #[schema(min_items = 2, max_items = 2)]
    coordinates: Vec<f64>,
}

/// Stream meetings as lines
///
/// All matches of the same filters as a search, by id, a JSON object a line
/// (`application/x-ndjson`), without pages and without what moves with the
/// clock (`next_start` and the like). To keep a copy up to date,
/// `GET /v1/meetings/changes` is the way.
#[utoipa::path(
    get, path = "/v1/meetings.ndjson", operation_id = "stream_meetings", tag = "meetings", security(()),
    params(FilterParameters),
    responses(
        (status = 200, description = "The meetings, one a line", body = String, content_type = "application/x-ndjson",
         example = json!("{\"id\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\",\"slug\":\"sunrise-monday\",…}\n")),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/meetings.ndjson", method = "GET", method = "HEAD")]
pub async fn stream_meetings(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    all(&request, &snapshots, &**clock, Form::Ndjson).await
}

/// Stream meetings as GeoJSON
///
/// All matches of the same filters as a search, by id, as features of a map
/// (RFC 7946) whose properties are the meeting, without what moves with the
/// clock. A meeting that one cannot go to has no geometry.
#[utoipa::path(
    get, path = "/v1/meetings.geojson", operation_id = "stream_meeting_features", tag = "meetings", security(()),
    params(FilterParameters),
    responses(
        (status = 200, description = "The meetings as features", body = FeatureCollection,
         content_type = "application/geo+json", example = json!({
            "type": "FeatureCollection",
            "features": [{
                "type": "Feature", "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                "geometry": {"type": "Point", "coordinates": [-87.63, 41.88]},
                "properties": {
                    "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "name": "Sunrise",
                    "intergroup": {"id": "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b", "slug": "lantern-rivers", "name": "Lantern Rivers"},
                    "day": 1, "time": "06:30", "timezone": "America/Chicago", "timezone_source": "given",
                    "attendance": "in_person", "types": ["O", "D"], "languages": [], "notices": [],
                    "updated_at": "2026-05-04T12:00:00Z", "version": 3
                }
            }]
        })),
        (status = 304, description = "Not changed since `If-None-Match`"),
        PublicErrors,
    )
)]
#[route("/v1/meetings.geojson", method = "GET", method = "HEAD")]
pub async fn stream_meeting_features(
    request: HttpRequest,
    snapshots: Data<Snapshots>,
    clock: Data<dyn Clock>,
) -> Result<HttpResponse, ApiError> {
    all(&request, &snapshots, &**clock, Form::GeoJson).await
}

async fn all(
    request: &HttpRequest,
    snapshots: &Snapshots,
    clock: &dyn Clock,
    form: Form,
) -> Result<HttpResponse, ApiError> {
    let query = SearchQuery::parse_filters(&mut QueryString::parse(request.query_string())?)?;
    let (published, now) = (snapshots.published()?, clock.now());
    let max_age_s = max_age_s(&query, now);
    // To read all that matches takes a while: nobody else has to wait for it.
    let searched = Arc::clone(&published);
    let found = aside(Queue::Long, move || {
        let matches = Matches::new(searched, &query, form, now);
        (EntityTag::of_bytes(&matches.fingerprint().to_be_bytes()), matches)
    });
    let (tag, matches) = found.await.map_err(ApiError::internal)?;
    let content_type = match form {
        Form::Ndjson => "application/x-ndjson",
        Form::GeoJson => "application/geo+json",
    };
    let answer = Answer::in_pieces(snapshots.lend(&published, matches), tag, max_age_s);
    Ok(answer.of_type(content_type).send(request).await)
}
