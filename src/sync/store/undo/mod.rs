//! Taking an applied run back: every row that is still as the run left it
//! becomes what it was before, content and its timestamps; what was edited
//! since stays.

mod listings;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use self::listings::{
    hand_on_made, is_connected, lead_again, led_by_others, listed, restore_followers, restore_listings, restore_sources,
};
use crate::{
    directory::{Ids, Remembered, Stamp},
    kernel::{ImportId, MeetingId, Slug},
    sync::model::{LeftAsIs, StoredRun},
};

/// The most levels of regions that a run can have made.
const LEVELS: usize = 6;

/// What is still as the run left it.
struct Untouched {
    regions: Vec<Uuid>,
    groups: Vec<Uuid>,
    locations: Vec<Uuid>,
    meetings: Vec<Uuid>,
}

/// Takes the run back and says what it left alone. The caller holds the clock
/// and the run.
///
/// # Errors
/// When the database cannot be reached or refuses a row.
pub(in crate::sync) async fn undo(
    connection: &mut PgConnection,
    run: &StoredRun,
    stamp: &Stamp,
) -> Result<Vec<LeftAsIs>, sqlx::Error> {
    hand_on_made(connection, run, stamp).await?;
    let of_others = led_by_others(connection, run).await?;
    let left = left_alone(connection, run, &of_others).await?;
    let mut untouched = untouched(connection, run.id).await?;
    untouched.meetings.retain(|meeting| !of_others.contains(meeting));
    let listed = listed(connection, run).await?;
    let ids = Ids {
        regions: untouched.regions.clone(),
        groups: untouched.groups.clone(),
        locations: untouched.locations.clone(),
        meetings: untouched.meetings.clone(),
    };
    let remembered = Remembered::of(connection, ids).await?;
    restore_places(connection, run.id, &untouched, stamp).await?;
    restore_meetings(connection, run.id, &untouched.meetings, stamp).await?;
    restore_hidden(connection, run, &untouched.meetings).await?;
    // What a source brought that is disconnected since stays the office's own.
    if is_connected(connection, run.feed_id).await? {
        restore_followers(connection, run, &untouched.meetings).await?;
        restore_sources(connection, run, &untouched.meetings, &listed).await?;
        restore_listings(connection, run).await?;
    }
    lead_again(connection, run, stamp).await?;
    delete_made(connection, run.id, &untouched, stamp).await?;
    stamp_dependants(connection, &untouched, stamp.revision).await?;
    settle(connection, run, &untouched, &left, stamp).await?;
    remembered.log(connection, stamp).await?;
    Ok(left)
}

async fn left_alone(
    connection: &mut PgConnection,
    run: &StoredRun,
    of_others: &[Uuid],
) -> Result<Vec<LeftAsIs>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT m.id, m.slug, m.name FROM directory.import_rows r
         JOIN directory.meetings m ON m.id = r.entity_id
         WHERE r.import_id = $1 AND r.entity = 'meeting'
           AND (m.version <> r.version OR m.intergroup_id <> r.intergroup_id OR m.id = ANY($2))
         ORDER BY m.slug, m.id",
        run.id.0,
        of_others,
    )
    .fetch_all(connection)
    .await?;
    let left = rows.into_iter().filter_map(|row| {
        let slug = Slug::try_from(row.slug).ok()?;
        Some(LeftAsIs { meeting_id: MeetingId(row.id), slug, name: row.name })
    });
    Ok(left.collect())
}

async fn untouched(connection: &mut PgConnection, run: ImportId) -> Result<Untouched, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT r.entity, r.entity_id FROM directory.import_rows r
           JOIN (SELECT 'region' AS entity, id, version, intergroup_id FROM directory.regions
                 UNION ALL SELECT 'group', id, version, intergroup_id FROM directory.groups
                 UNION ALL SELECT 'location', id, version, intergroup_id FROM directory.locations
                 UNION ALL SELECT 'meeting', id, version, intergroup_id FROM directory.meetings) AS now
             ON now.entity = r.entity AND now.id = r.entity_id AND now.version = r.version
                AND now.intergroup_id = r.intergroup_id
           WHERE r.import_id = $1"#,
        run.0,
    )
    .fetch_all(connection)
    .await?;
    let of = |entity: &str| rows.iter().filter(|row| row.entity == entity).map(|row| row.entity_id).collect();
    Ok(Untouched { regions: of("region"), groups: of("group"), locations: of("location"), meetings: of("meeting") })
}

async fn restore_places(
    connection: &mut PgConnection,
    run: ImportId,
    untouched: &Untouched,
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.groups g SET name = b.name, notes = b.notes, updated_at = b.updated_at,
             deleted_at = b.deleted_at, version = g.version + 1, revision = $3
         FROM directory.import_rows r, jsonb_populate_record(NULL::directory.groups, r.before) AS b
         WHERE r.import_id = $1 AND r.entity = 'group' AND r.before IS NOT NULL AND g.id = r.entity_id AND g.id = ANY($2)",
        run.0,
        &untouched.groups,
        stamp.revision,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.locations l SET name = b.name, formatted_address = b.formatted_address, address = b.address,
             city = b.city, state = b.state, postal_code = b.postal_code, country = b.country, latitude = b.latitude,
             longitude = b.longitude, approximate = b.approximate, notes = b.notes, updated_at = b.updated_at,
             deleted_at = b.deleted_at, version = l.version + 1, revision = $3
         FROM directory.import_rows r, jsonb_populate_record(NULL::directory.locations, r.before) AS b
         WHERE r.import_id = $1 AND r.entity = 'location' AND r.before IS NOT NULL AND l.id = r.entity_id
           AND l.id = ANY($2)",
        run.0,
        &untouched.locations,
        stamp.revision,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn restore_meetings(
    connection: &mut PgConnection,
    run: ImportId,
    meetings: &[Uuid],
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.meetings m SET group_id = b.group_id, location_id = b.location_id, region_id = b.region_id,
             name = b.name, day = b.day, start_time = b.start_time, duration_minutes = b.duration_minutes,
             timezone = b.timezone, timezone_source = b.timezone_source, district = b.district, types = b.types,
             notes = b.notes, conference_url = b.conference_url, conference_url_notes = b.conference_url_notes,
             conference_phone = b.conference_phone, conference_phone_notes = b.conference_phone_notes, venmo = b.venmo,
             square = b.square, paypal = b.paypal, homegroup_online = b.homegroup_online, website = b.website,
             feedback_url = b.feedback_url, updated_at = b.updated_at, deleted_at = b.deleted_at,
             replaced_by = b.replaced_by, version = m.version + 1, revision = $3
         FROM directory.import_rows r, jsonb_populate_record(NULL::directory.meetings, r.before) AS b
         WHERE r.import_id = $1 AND r.entity = 'meeting' AND r.before IS NOT NULL AND m.id = r.entity_id
           AND m.id = ANY($2)",
        run.0,
        meetings,
        stamp.revision,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.meetings m SET deleted_at = $4, version = m.version + 1, revision = $3
         FROM directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'meeting' AND r.before IS NULL AND m.id = r.entity_id AND m.id = ANY($2)
           AND m.deleted_at IS NULL",
        run.0,
        meetings,
        stamp.revision,
        stamp.now,
    )
    .execute(&mut *connection)
    .await?;
    // What somebody deleted since, because nothing needed it any more.
    sqlx::query!(
        "UPDATE directory.groups t SET deleted_at = NULL, version = t.version + 1, revision = $2
         FROM directory.meetings m
         WHERE m.id = ANY($1) AND m.deleted_at IS NULL AND t.id = m.group_id AND t.deleted_at IS NOT NULL",
        meetings,
        stamp.revision,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.locations t SET deleted_at = NULL, version = t.version + 1, revision = $2
         FROM directory.meetings m
         WHERE m.id = ANY($1) AND m.deleted_at IS NULL AND t.id = m.location_id AND t.deleted_at IS NOT NULL",
        meetings,
        stamp.revision,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.regions t SET deleted_at = NULL, version = t.version + 1, revision = $2
         FROM directory.meetings m
         WHERE m.id = ANY($1) AND m.deleted_at IS NULL AND t.id = m.region_id AND t.deleted_at IS NOT NULL",
        meetings,
        stamp.revision,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Contacts, and what else the source said.
async fn restore_hidden(connection: &mut PgConnection, run: &StoredRun, meetings: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM directory.meeting_contacts WHERE meeting_id = ANY($1)", meetings)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT INTO directory.meeting_contacts
             (meeting_id, intergroup_id, position, name, email, phone, likely_last_name)
         SELECT c.meeting_id, c.intergroup_id, c.position, c.name, c.email, c.phone, c.likely_last_name
         FROM directory.import_rows r,
              jsonb_populate_recordset(NULL::directory.meeting_contacts, r.contacts_before) AS c
         WHERE r.import_id = $1 AND r.entity = 'meeting' AND r.entity_id = ANY($2)",
        run.id.0,
        meetings,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.meeting_private p SET source_fields = r.hidden -> 'source_fields'
         FROM directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'meeting' AND r.entity_id = p.meeting_id AND r.entity_id = ANY($2)
           AND jsonb_typeof(r.hidden -> 'source_fields') = 'object'",
        run.id.0,
        meetings,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes what the run made and nothing that lives needs.
async fn delete_made(
    connection: &mut PgConnection,
    run: ImportId,
    untouched: &Untouched,
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.groups g SET deleted_at = $4, version = g.version + 1, revision = $3
         FROM directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'group' AND r.before IS NULL AND g.id = r.entity_id AND g.id = ANY($2)
           AND NOT EXISTS (SELECT FROM directory.meetings m WHERE m.group_id = g.id AND m.deleted_at IS NULL)",
        run.0,
        &untouched.groups,
        stamp.revision,
        stamp.now,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.locations l SET deleted_at = $4, version = l.version + 1, revision = $3
         FROM directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'location' AND r.before IS NULL AND l.id = r.entity_id AND l.id = ANY($2)
           AND NOT EXISTS (SELECT FROM directory.meetings m WHERE m.location_id = l.id AND m.deleted_at IS NULL)",
        run.0,
        &untouched.locations,
        stamp.revision,
        stamp.now,
    )
    .execute(&mut *connection)
    .await?;
    // From the innermost outwards.
    for _ in 0..LEVELS {
        let deleted = sqlx::query!(
            "UPDATE directory.regions t SET deleted_at = $4, version = t.version + 1, revision = $3
             FROM directory.import_rows r
             WHERE r.import_id = $1 AND r.entity = 'region' AND t.id = r.entity_id AND t.id = ANY($2)
               AND t.deleted_at IS NULL
               AND NOT EXISTS (SELECT FROM directory.meetings m WHERE m.region_id = t.id AND m.deleted_at IS NULL)
               AND NOT EXISTS (SELECT FROM directory.regions c WHERE c.parent_id = t.id AND c.deleted_at IS NULL)",
            run.0,
            &untouched.regions,
            stamp.revision,
            stamp.now,
        )
        .execute(&mut *connection)
        .await?;
        if deleted.rows_affected() == 0 {
            break;
        }
    }
    Ok(())
}

/// Stamps meetings that show a place or group that is as it was again.
async fn stamp_dependants(
    connection: &mut PgConnection,
    untouched: &Untouched,
    revision: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.meetings SET revision = $1
         WHERE (group_id = ANY($2) OR location_id = ANY($3)) AND deleted_at IS NULL AND revision < $1",
        revision,
        &untouched.groups,
        &untouched.locations,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is as it was before this run is, for the run before, as that one left
/// it: so runs can be taken back one after the other.
async fn settle(
    connection: &mut PgConnection,
    run: &StoredRun,
    untouched: &Untouched,
    left: &[LeftAsIs],
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    // What stands between the two, and changed only the place or group of a
    // meeting, began with that version, too.
    sqlx::query!(
        r#"UPDATE directory.import_rows e
         SET version = CASE WHEN e.version = (r.before ->> 'version')::bigint THEN now.version ELSE e.version END,
             before = CASE WHEN e.before ->> 'version' = r.before ->> 'version'
                           THEN jsonb_set(e.before, '{version}', to_jsonb(now.version)) ELSE e.before END
         FROM directory.import_rows r
         JOIN (SELECT 'group' AS entity, id, version FROM directory.groups
               UNION ALL SELECT 'location', id, version FROM directory.locations
               UNION ALL SELECT 'meeting', id, version FROM directory.meetings) AS now
           ON now.entity = r.entity AND now.id = r.entity_id
         WHERE r.import_id = $1 AND r.entity_id = ANY($2) AND r.before IS NOT NULL AND e.import_id <> r.import_id
           AND e.entity = r.entity AND e.entity_id = r.entity_id
           AND (r.before ->> 'version')::bigint IN (e.version, (e.before ->> 'version')::bigint)"#,
        run.id.0,
        &[untouched.groups.as_slice(), &untouched.locations, &untouched.meetings].concat(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.feeds f SET synced_on = i.synced_before FROM directory.imports i
         WHERE i.id = $1 AND f.id = i.feed_id",
        run.id.0,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.imports SET status = 'undone', decided_at = $2, left_as_is = $3 WHERE id = $1",
        run.id.0,
        stamp.now,
        serde_json::to_value(left).unwrap_or(Value::Null),
    )
    .execute(connection)
    .await?;
    Ok(())
}
