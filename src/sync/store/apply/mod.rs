//! Applying a plan. Rows travel as one JSON array a
//! statement, so that two thousand meetings are a handful of statements.

mod entities;
mod meetings;

use super::followers::apply_followers;
use entities::{apply_groups, apply_locations, apply_regions};
use meetings::{apply_hidden, apply_meetings, apply_sources};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    directory::{Ids, Remembered, Stamp},
    sync::plan::Plan,
};

/// Rows of one statement: a bound on what is held as JSON at a time.
const ROWS_AT_ONCE: usize = 2_000;

/// Writes everything that the plan says. The caller holds the clock and has
/// made sure that the plan is not out of date.
///
/// # Errors
/// When the database cannot be reached or refuses a row.
pub(in crate::sync) async fn apply(
    connection: &mut PgConnection,
    plan: &Plan,
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    let office = plan.intergroup_id;
    let remembered = Remembered::of(connection, ids(plan)).await?;
    apply_regions(connection, plan, stamp).await?;
    apply_groups(connection, office, plan.feed_id, &plan.groups, stamp).await?;
    apply_locations(connection, office, plan.feed_id, &plan.locations, stamp).await?;
    for changes in plan.meetings.chunks(ROWS_AT_ONCE) {
        apply_meetings(connection, office, changes, stamp).await?;
        apply_hidden(connection, office, changes).await?;
    }
    apply_sources(connection, plan).await?;
    apply_followers(connection, plan, stamp.now).await?;
    stamp_dependants(connection, plan, stamp.revision).await?;
    remembered.log(connection, stamp).await
}

/// Everything that the plan gives another version. (A meeting of which only the
/// place or group changes keeps its own.)
fn ids(plan: &Plan) -> Ids {
    Ids {
        regions: plan.regions.iter().map(|region| region.id.0).collect(),
        groups: plan.groups.iter().map(|change| change.id.0).collect(),
        locations: plan.locations.iter().map(|change| change.id.0).collect(),
        meetings: plan.meetings.iter().filter(|change| change.own).map(|change| change.id.0).collect(),
    }
}

/// Stamps meetings that the plan leaves alone but that show a changed place or
/// group.
async fn stamp_dependants(connection: &mut PgConnection, plan: &Plan, revision: i64) -> Result<(), sqlx::Error> {
    let groups: Vec<Uuid> = plan.groups.iter().map(|change| change.id.0).collect();
    let locations: Vec<Uuid> = plan.locations.iter().map(|change| change.id.0).collect();
    sqlx::query!(
        "UPDATE directory.meetings SET revision = $1
         WHERE (group_id = ANY($2) OR location_id = ANY($3)) AND deleted_at IS NULL AND revision < $1",
        revision,
        &groups,
        &locations,
    )
    .execute(connection)
    .await?;
    Ok(())
}
