//! What became of the directory since a number of its clock, as triggers
//! remember it (`migrations/main/20261129002000_updates.sql`): whatever a
//! snapshot shows of a thing, a write of it leaves its trace.
//!
//! To show something else of a thing, let its table's triggers say so there.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    former::{load_aliases, load_gone},
    intergroups::list_intergroups,
    load::{load_some_groups, load_some_locations, load_some_regions, revision},
    office::{OfficeMeeting, load_office_meetings},
};
use crate::{
    directory::{Group, GroupContent, Intergroup, Location, Meeting, MeetingState, Update},
    kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId},
};

/// What was written.
#[derive(Debug, Default)]
struct Touched {
    meetings: HashSet<Uuid>,
    regions: Vec<Uuid>,
    groups: Vec<Uuid>,
    locations: Vec<Uuid>,
    offices: Vec<Uuid>,
    tree: bool,
}

/// What became of the directory since a number of its clock, when intergroups
/// were `known` like that. Call it in a transaction that sees one state. `None`
/// where there are other intergroups or one belongs to another, or where more
/// than so many meetings changed: then it is to be loaded whole.
///
/// # Errors
/// When the database cannot be reached, or holds what the program does not
/// understand.
pub async fn load_update(
    connection: &mut PgConnection,
    since: i64,
    most: usize,
    known: &[Intergroup],
) -> Result<Option<Update>, sqlx::Error> {
    let revision = revision(connection).await?;
    let Some(touched) = load_touched(connection, since, most).await? else { return Ok(None) };
    let now = if touched.tree { list_intergroups(connection).await? } else { vec![] };
    let intergroups = if touched.tree { changed(known, now) } else { Some(vec![]) };
    let Some(intergroups) = intergroups else { return Ok(None) };
    let meetings: Vec<Uuid> = touched.meetings.iter().copied().collect();
    let ids: Vec<MeetingId> = meetings.iter().copied().map(MeetingId).collect();
    let found = load_office_meetings(connection, &ids).await?;
    let shown = found.iter().filter(|one| one.meeting.state == MeetingState::Published);
    let shown_groups = shown.clone().filter_map(|one| one.meeting.group_id).map(|id| id.0);
    let shown_locations = shown.filter_map(|one| one.meeting.location_id).map(|id| id.0);
    let groups = load_some_groups(connection, &all(&touched.groups, shown_groups)).await?;
    let locations = load_some_locations(connection, &all(&touched.locations, shown_locations)).await?;
    let regions = load_some_regions(connection, &touched.regions).await?;
    let meetings = shown_meetings(found, &groups, &locations);
    let there: HashSet<MeetingId> = meetings.iter().map(|meeting| meeting.id).collect();
    let groups_there: HashSet<Uuid> = groups.iter().map(|group| group.id.0).collect();
    let locations_there: HashSet<Uuid> = locations.iter().map(|location| location.id.0).collect();
    let regions_there: HashSet<Uuid> = regions.iter().map(|region| region.id.0).collect();
    let left = |ids: Vec<Uuid>, there: HashSet<Uuid>| ids.into_iter().filter(move |id| !there.contains(id));
    Ok(Some(Update {
        revision,
        intergroups,
        regions,
        regions_left: left(touched.regions, regions_there).map(RegionId).collect(),
        groups,
        groups_left: left(touched.groups, groups_there).map(GroupId).collect(),
        locations,
        locations_left: left(touched.locations, locations_there).map(LocationId).collect(),
        meetings,
        meetings_left: ids.into_iter().filter(|id| !there.contains(id)).collect(),
        aliases: load_aliases(connection, Some(&touched.offices)).await?,
        gone: load_gone(connection, Some(&touched.offices)).await?,
        offices: touched.offices.into_iter().map(IntergroupId).collect(),
    }))
}

async fn load_touched(connection: &mut PgConnection, since: i64, most: usize) -> Result<Option<Touched>, sqlx::Error> {
    // A meeting comes with its group, its place and its office, hardly ever more.
    let limit = i64::try_from(most.saturating_mul(4)).unwrap_or(i64::MAX);
    let rows = sqlx::query!("SELECT entity, id FROM directory.touched WHERE revision > $1 LIMIT $2", since, limit)
        .fetch_all(&mut *connection)
        .await?;
    if i64::try_from(rows.len()).is_ok_and(|rows| rows == limit) {
        return Ok(None);
    }
    let mut touched = Touched::default();
    for row in rows {
        match row.entity.as_str() {
            "meeting" => _ = touched.meetings.insert(row.id),
            "region" => touched.regions.push(row.id),
            "group" => touched.groups.push(row.id),
            "location" => touched.locations.push(row.id),
            "office" => touched.offices.push(row.id),
            "tree" => touched.tree = true,
            // Whatever a newer program's migrations may have added.
            _ => return Ok(None),
        }
    }
    if touched.meetings.len() > most {
        return Ok(None);
    }
    let showing = sqlx::query_scalar!(
        "WITH RECURSIVE tree AS (
             SELECT unnest($3::uuid[]) AS id
             UNION
             SELECT r.id FROM directory.regions r JOIN tree ON r.parent_id = tree.id
         )
         SELECT id FROM directory.meetings
         WHERE deleted_at IS NULL AND (group_id = ANY($1) OR location_id = ANY($2)
                                       OR region_id = ANY(ARRAY(SELECT tree.id FROM tree)))",
        &touched.groups,
        &touched.locations,
        &touched.regions,
    )
    .fetch_all(connection)
    .await?;
    touched.meetings.extend(showing);
    Ok((touched.meetings.len() <= most).then_some(touched))
}

/// Those that are others than they were `known`; `None` where they do not stand in
/// the same tree.
fn changed(known: &[Intergroup], now: Vec<Intergroup>) -> Option<Vec<Intergroup>> {
    let known: HashMap<IntergroupId, &Intergroup> = known.iter().map(|one| (one.id, one)).collect();
    let before = |one: &Intergroup| known.get(&one.id).copied();
    let same = now.iter().all(|one| before(one).is_some_and(|before| before.parent_id == one.parent_id));
    (same && now.len() == known.len()).then(|| now.into_iter().filter(|one| before(one) != Some(one)).collect())
}

fn all(touched: &[Uuid], shown: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    touched.iter().copied().chain(shown).collect::<HashSet<_>>().into_iter().collect()
}

/// The public ones, as [`super::load`] has them: of groups and locations what is
/// there, and coordinates to the last digit.
fn shown_meetings(found: Vec<OfficeMeeting>, groups: &[Group], locations: &[Location]) -> Vec<Meeting> {
    let groups: HashMap<GroupId, &Group> = groups.iter().map(|group| (group.id, group)).collect();
    let locations: HashMap<LocationId, &Location> = locations.iter().map(|one| (one.id, one)).collect();
    let shown = found.into_iter().filter(|one| one.meeting.state == MeetingState::Published);
    shown
        .map(|OfficeMeeting { mut meeting, contacts_public, .. }| {
            let group = meeting.group_id.and_then(|id| groups.get(&id));
            let location = meeting.location_id.and_then(|id| locations.get(&id));
            meeting.contacts_public = contacts_public || group.is_some_and(|group| group.contacts_public);
            meeting.content.group =
                group.map(|group| GroupContent { name: group.name.clone(), notes: group.notes.clone() });
            meeting.content.location = location.map(|location| location.place.clone());
            meeting
        })
        .collect()
}
