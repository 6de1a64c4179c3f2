//! The straight way: the same search in SQL on the same tables, typed rows,
//! serde.
//!
//! As good as it gets without another schema: a box in an index, the great
//! circle for those within it, day and type, twenty by distance, and how many
//! there are. It answers less than the service does: no next occurrence, no
//! notices, no cursor.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

/// The one index that serves it; made before it is measured, and dropped after.
pub const INDEX: &str = "CREATE INDEX IF NOT EXISTS load_near_idx ON directory.locations
    USING gist (point(longitude, latitude)) WHERE deleted_at IS NULL AND NOT approximate";
/// Takes it away again.
pub const NO_INDEX: &str = "DROP INDEX IF EXISTS directory.load_near_idx";
/// Metres of a degree of latitude, and the mean radius of the earth.
const DEGREE_M: f64 = 111_195.0;

const SEARCH: &str = "
WITH near AS MATERIALIZED (
    SELECT l.id, round(2 * 6371008800 * asin(least(1, sqrt(
               sin(radians(l.latitude - $1) / 2) ^ 2
               + cos(radians($1)) * cos(radians(l.latitude)) * sin(radians(l.longitude - $2) / 2) ^ 2)))) AS distance_mm
    FROM directory.locations l
    WHERE l.deleted_at IS NULL AND NOT l.approximate
      AND point(l.longitude, l.latitude) <@ box(point($2 - $4, $1 - $3), point($2 + $4, $1 + $3))
), found AS (
    SELECT m.id, near.distance_mm, count(*) OVER () AS total
    FROM near JOIN directory.meetings m ON m.location_id = near.id
    WHERE near.distance_mm <= $5 AND m.day = $6::smallint AND $7 = ANY (m.types)
      AND m.published AND m.deleted_at IS NULL
    ORDER BY near.distance_mm, m.id
    LIMIT 20
)
SELECT m.id, m.slug, m.name, m.day, m.start_time, m.duration_minutes, m.timezone, m.timezone_source, m.district,
       m.types, m.notes, m.conference_url, m.conference_url_notes, m.conference_phone, m.venmo, m.website, m.version,
       m.updated_at, i.id AS intergroup_id, i.slug AS intergroup_slug, i.name AS intergroup_name,
       g.id AS group_id, g.name AS group_name, g.notes AS group_notes,
       r.id AS region_id, r.slug AS region_slug, r.name AS region_name, p.name AS parent_region_name,
       l.id AS location_id, l.name AS location_name, l.formatted_address, l.address, l.city, l.state, l.postal_code,
       l.country, l.latitude, l.longitude, l.notes AS location_notes, found.distance_mm, found.total
FROM found
JOIN directory.meetings m ON m.id = found.id
JOIN directory.locations l ON l.id = m.location_id
JOIN directory.intergroups i ON i.id = m.intergroup_id
LEFT JOIN directory.groups g ON g.id = m.group_id
LEFT JOIN directory.regions r ON r.id = m.region_id
LEFT JOIN directory.regions p ON p.id = r.parent_id
ORDER BY found.distance_mm, m.id";

/// What is asked.
#[derive(Debug, Deserialize)]
pub struct Near {
    lat: f64,
    lng: f64,
    radius_m: f64,
    day: i32,
    r#type: String,
}

/// A row, and what is answered of it.
#[derive(Debug, Serialize, sqlx::FromRow)]
struct Found {
    id: Uuid,
    slug: String,
    name: String,
    day: Option<i16>,
    start_time: Option<NaiveTime>,
    duration_minutes: Option<i16>,
    timezone: String,
    timezone_source: String,
    district: Option<String>,
    types: Vec<String>,
    notes: Option<String>,
    conference_url: Option<String>,
    conference_url_notes: Option<String>,
    conference_phone: Option<String>,
    venmo: Option<String>,
    website: Option<String>,
    version: i64,
    updated_at: DateTime<Utc>,
    intergroup_id: Uuid,
    intergroup_slug: String,
    intergroup_name: String,
    group_id: Option<Uuid>,
    group_name: Option<String>,
    group_notes: Option<String>,
    region_id: Option<Uuid>,
    region_slug: Option<String>,
    region_name: Option<String>,
    parent_region_name: Option<String>,
    location_id: Uuid,
    location_name: Option<String>,
    formatted_address: Option<String>,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    location_notes: Option<String>,
    distance_mm: f64,
    #[serde(skip)]
    total: i64,
}

#[derive(Debug, Serialize)]
struct Page {
    data: Vec<Found>,
    total: i64,
}

/// Searches.
pub async fn search(near: web::Query<Near>, pool: web::Data<PgPool>) -> actix_web::Result<HttpResponse> {
    let (north, east) = (near.radius_m / DEGREE_M, near.radius_m / DEGREE_M / near.lat.to_radians().cos());
    let found: Result<Vec<Found>, sqlx::Error> = sqlx::query_as(SEARCH)
        .bind(near.lat)
        .bind(near.lng)
        // A thousandth more than asked for, so that nothing is lost to rounding.
        .bind(north * 1.001)
        .bind(east * 1.01)
        .bind(near.radius_m * 1_000.0)
        .bind(near.day)
        .bind(near.into_inner().r#type)
        .fetch_all(&**pool)
        .await;
    let data = found.map_err(actix_web::error::ErrorInternalServerError)?;
    let total = data.first().map_or(0, |one| one.total);
    Ok(HttpResponse::Ok().json(Page { data, total }))
}
