//! What an applied run found, kept so that it can be taken back.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{kernel::ImportId, sync::plan::Plan};

/// Remembers every row that the plan is about to write, as it is; of those that
/// the plan makes, that there was none. The run is recorded already.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn remember_rows(
    connection: &mut PgConnection,
    run: ImportId,
    plan: &Plan,
) -> Result<(), sqlx::Error> {
    let office = plan.intergroup_id.0;
    let regions: Vec<Uuid> = plan.regions.iter().map(|region| region.id.0).collect();
    sqlx::query!(
        "INSERT INTO directory.import_rows (import_id, intergroup_id, entity, entity_id, version)
         SELECT $1, $2, 'region', r.id, 0 FROM unnest($3::uuid[]) AS r (id)",
        run.0,
        office,
        &regions,
    )
    .execute(&mut *connection)
    .await?;
    let groups: Vec<Uuid> = plan.groups.iter().map(|change| change.id.0).collect();
    sqlx::query!(
        "INSERT INTO directory.import_rows (import_id, intergroup_id, entity, entity_id, version, before)
         SELECT $1, $2, 'group', r.id, 0, to_jsonb(g)
         FROM unnest($3::uuid[]) AS r (id) LEFT JOIN directory.groups g ON g.id = r.id",
        run.0,
        office,
        &groups,
    )
    .execute(&mut *connection)
    .await?;
    let locations: Vec<Uuid> = plan.locations.iter().map(|change| change.id.0).collect();
    sqlx::query!(
        "INSERT INTO directory.import_rows (import_id, intergroup_id, entity, entity_id, version, before)
         SELECT $1, $2, 'location', r.id, 0, to_jsonb(l)
         FROM unnest($3::uuid[]) AS r (id) LEFT JOIN directory.locations l ON l.id = r.id",
        run.0,
        office,
        &locations,
    )
    .execute(&mut *connection)
    .await?;
    let handed = plan.handed.iter().map(|handed| (handed.meeting_id.0, Some(handed.heir.0)));
    let (meetings, heirs): (Vec<Uuid>, Vec<Option<Uuid>>) =
        plan.meetings.iter().map(|change| (change.id.0, None)).chain(handed).unzip();
    sqlx::query!(
        "INSERT INTO directory.import_rows (import_id, intergroup_id, entity, entity_id, version, before, hidden,
             contacts_before)
         SELECT $1, $2, 'meeting', r.id, 0, to_jsonb(m),
             CASE WHEN m.id IS NOT NULL THEN jsonb_build_object(
                 'source_fields', (SELECT p.source_fields FROM directory.meeting_private p WHERE p.meeting_id = m.id),
                 'source', (SELECT jsonb_build_object('key', s.source_key, 'hash', encode(s.row_hash, 'hex'),
                                                      'unread', s.unread)
                            FROM directory.meeting_sources s WHERE s.meeting_id = m.id AND s.feed_id = $4),
                 'heir', r.heir) END,
             (SELECT jsonb_agg(to_jsonb(c)) FROM directory.meeting_contacts c WHERE c.meeting_id = m.id)
         FROM unnest($3::uuid[], $5::uuid[]) AS r (id, heir) LEFT JOIN directory.meetings m ON m.id = r.id",
        run.0,
        office,
        &meetings,
        plan.feed_id.0,
        &heirs as &[Option<Uuid>],
    )
    .execute(&mut *connection)
    .await?;
    remember_listings(connection, run, plan, &meetings).await
}

/// Remembers of the meetings that the plan leaves as they are, and that the feed
/// begins or ceases to list or lists in another row, how it listed them and whether
/// it leads them by this plan.
async fn remember_listings(
    connection: &mut PgConnection,
    run: ImportId,
    plan: &Plan,
    remembered: &[Uuid],
) -> Result<(), sqlx::Error> {
    let led: Vec<Uuid> = plan.sources.iter().map(|source| source.meeting_id.0).collect();
    let follows = plan.follows.iter().map(|follow| follow.row.meeting_id.0);
    let listed: Vec<Uuid> = led.iter().copied().chain(follows).collect();
    sqlx::query!(
        "INSERT INTO directory.import_rows (import_id, intergroup_id, entity, entity_id, version, hidden)
         SELECT $1, $2, 'listing', r.id, 0, jsonb_build_object(
             'leads', r.id = ANY($7),
             'source', (SELECT jsonb_build_object('key', s.source_key, 'hash', encode(s.row_hash, 'hex'),
                                                  'unread', s.unread)
                        FROM directory.meeting_sources s WHERE s.meeting_id = r.id AND s.feed_id = $3),
             'follows', (SELECT jsonb_build_object('key', f.source_key, 'hash', encode(f.row_hash, 'hex'))
                         FROM directory.meeting_followers f
                         WHERE f.meeting_id = r.id AND f.feed_id = $3 AND NOT f.apart))
         FROM (SELECT unnest($4::uuid[])
               UNION SELECT f.meeting_id FROM directory.meeting_followers f
                     WHERE f.feed_id = $3 AND NOT f.apart AND f.source_key = ANY($5)
               EXCEPT SELECT unnest($6::uuid[])) AS r (id)",
        run.0,
        plan.intergroup_id.0,
        plan.feed_id.0,
        &listed,
        &plan.unfollows,
        remembered,
        &led,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Remembers the versions that the run left: whatever has another one later was
/// edited since.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn remember_versions(
    connection: &mut PgConnection,
    run: ImportId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.import_rows r SET version = now.version
         FROM (SELECT 'region' AS entity, id, version FROM directory.regions
               UNION ALL SELECT 'group', id, version FROM directory.groups
               UNION ALL SELECT 'location', id, version FROM directory.locations
               UNION ALL SELECT 'meeting', id, version FROM directory.meetings) AS now
         WHERE r.import_id = $1 AND now.entity = r.entity AND now.id = r.entity_id",
        run.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}
