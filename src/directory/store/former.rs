//! What was listed: slugs that meetings had, and meetings that are gone. Of some
//! intergroups and of all by two queries, so that each is planned for what it is.

use sqlx::PgConnection;
use uuid::Uuid;

use super::load::parsed;
use crate::{
    directory::Gone,
    kernel::{IntergroupId, MeetingId, Slug},
};

/// A former slug as a row has it.
struct AliasRow {
    intergroup_id: Uuid,
    slug: String,
    meeting_id: Uuid,
}

/// Former slugs, of some intergroups or of all.
pub(super) async fn load_aliases(
    connection: &mut PgConnection,
    offices: Option<&[Uuid]>,
) -> Result<Vec<(IntergroupId, Slug, MeetingId)>, sqlx::Error> {
    let rows = match offices {
        None => {
            let all =
                sqlx::query_as!(AliasRow, "SELECT intergroup_id, slug, meeting_id FROM directory.meeting_aliases");
            all.fetch_all(connection).await?
        }
        Some(offices) => {
            let some = sqlx::query_as!(
                AliasRow,
                "SELECT intergroup_id, slug, meeting_id FROM directory.meeting_aliases WHERE intergroup_id = ANY($1)",
                offices,
            );
            some.fetch_all(connection).await?
        }
    };
    let alias = |row: AliasRow| {
        Ok((IntergroupId(row.intergroup_id), parsed(Slug::parse(&row.slug))?, MeetingId(row.meeting_id)))
    };
    rows.into_iter().map(alias).collect()
}

/// A meeting that is gone as a row has it.
struct GoneRow {
    id: Uuid,
    intergroup_id: Uuid,
    slug: String,
    replaced_by: Option<Uuid>,
}

/// Meetings that were public and are deleted, of some intergroups or of all.
pub(super) async fn load_gone(
    connection: &mut PgConnection,
    offices: Option<&[Uuid]>,
) -> Result<Vec<Gone>, sqlx::Error> {
    let rows = match offices {
        None => {
            let all = sqlx::query_as!(
                GoneRow,
                "SELECT id, intergroup_id, slug, replaced_by FROM directory.meetings
                 WHERE deleted_at IS NOT NULL AND published"
            );
            all.fetch_all(connection).await?
        }
        Some(offices) => {
            let some = sqlx::query_as!(
                GoneRow,
                "SELECT id, intergroup_id, slug, replaced_by FROM directory.meetings
                 WHERE deleted_at IS NOT NULL AND published AND intergroup_id = ANY($1)",
                offices,
            );
            some.fetch_all(connection).await?
        }
    };
    let gone = |row: GoneRow| {
        Ok(Gone {
            id: MeetingId(row.id),
            intergroup_id: IntergroupId(row.intergroup_id),
            slug: parsed(Slug::parse(&row.slug))?,
            replaced_by: row.replaced_by.map(MeetingId),
        })
    };
    rows.into_iter().map(gone).collect()
}
