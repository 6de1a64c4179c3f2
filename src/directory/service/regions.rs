//! Regions: a tree of each intergroup's, at most eight levels deep.

use serde_json::Value;
use sqlx::PgConnection;

use super::{Judged, decide, free_slug};
use crate::{
    directory::{
        RegionDocument, RegionInput, WriteError, Written,
        input::{Patched, created, patched},
        store::{
            Shown, Stamp, StoredRegion, find_region, has_living_children, living_of, log, put_region, region_levels,
            region_slugs, stamp_meetings,
        },
    },
    http::IfMatch,
    kernel::{Entropy, IntergroupId, Invalid, RegionId, slugify},
};

/// The most levels of a tree.
const MOST_LEVELS: i64 = 8;

const NOT_THERE: &str = "must be a region of this intergroup that is not deleted";

/// Makes a region of an intergroup.
///
/// # Errors
/// When the input is not allowed, its slug is taken, or a neighbour has its
/// name.
pub async fn create_region(
    connection: &mut PgConnection,
    office: IntergroupId,
    input: &RegionInput,
    stamp: &Stamp,
    entropy: &dyn Entropy,
) -> Result<StoredRegion, WriteError> {
    let slug = slugify("region").ok_or(WriteError::SlugTaken)?;
    let blank = RegionDocument { slug, name: String::new(), parent_id: None };
    let id = RegionId(entropy.uuid_v7(stamp.now));
    let (mut document, _) = judge(connection, id, office, created(&blank, input)?).await??;
    if input.slug.is_none() {
        document.slug = free_slug(&document.name, "region", &region_slugs(connection, office).await?)?;
    }
    let region = StoredRegion::new(id, office, document);
    put_region(connection, &region, stamp).await?;
    log(connection, None, &region, stamp).await?;
    Ok(region)
}

/// Changes what a PATCH names.
///
/// # Errors
/// As `super` says, in that order.
pub async fn patch_region(
    connection: &mut PgConnection,
    stored: &StoredRegion,
    patch: &Value,
    if_match: &IfMatch,
    stamp: &Stamp,
) -> Result<Written<StoredRegion>, WriteError> {
    let judged = match patched(&stored.document, patch) {
        Ok(outcome) => judge(connection, stored.id, stored.intergroup_id, outcome).await?,
        Err(wrong) => Err(wrong),
    };
    let Some((document, _)) = decide(stored, judged, if_match)? else {
        return Ok(Written::Unchanged(stored.clone()));
    };
    Ok(Written::Changed(save(connection, stored, document, false, stamp).await?))
}

/// Looks at where a region would stand.
async fn judge(
    connection: &mut PgConnection,
    id: RegionId,
    office: IntergroupId,
    outcome: Patched<RegionDocument>,
) -> Result<Judged<RegionDocument>, sqlx::Error> {
    let Patched { document, touched, .. } = outcome;
    if let Some(parent) = document.parent_id.filter(|_| touched.any(&["parent_id"])) {
        let refuse = |code, message: String| Ok(Err(vec![Invalid::new("/parent_id", code, message)]));
        if !is_there(connection, office, parent).await? {
            return refuse("unknown_reference", NOT_THERE.to_owned());
        }
        let (above, below, circle) = region_levels(connection, id, parent).await?;
        if circle {
            return refuse("circle", "must not lie in the region itself".to_owned());
        }
        if above + below > MOST_LEVELS {
            return refuse("too_deep", format!("must leave the tree at most {MOST_LEVELS} levels"));
        }
    }
    Ok(Ok((document, touched)))
}

async fn is_there(connection: &mut PgConnection, office: IntergroupId, region: RegionId) -> Result<bool, sqlx::Error> {
    let region = find_region(connection, region).await?;
    Ok(region.is_some_and(|region| region.intergroup_id == office && !region.deleted))
}

async fn save(
    connection: &mut PgConnection,
    before: &StoredRegion,
    document: RegionDocument,
    deleted: bool,
    stamp: &Stamp,
) -> Result<StoredRegion, WriteError> {
    let after = before.next(document, deleted);
    put_region(connection, &after, stamp).await?;
    stamp_meetings(connection, Shown::Region(after.id), true, stamp).await?;
    log(connection, Some(before), &after, stamp).await?;
    Ok(after)
}

/// Deletes a region that has neither meetings nor regions in it.
///
/// # Errors
/// When `If-Match` does not fit, or it is in use.
pub async fn delete_region(
    connection: &mut PgConnection,
    stored: &StoredRegion,
    if_match: &IfMatch,
    stamp: &Stamp,
) -> Result<Written<StoredRegion>, WriteError> {
    if stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    if_match.check(stored.version)?;
    if living_of(connection, Shown::Region(stored.id)).await? {
        return Err(WriteError::InUse("meetings"));
    }
    if has_living_children(connection, stored.id).await? {
        return Err(WriteError::InUse("regions"));
    }
    Ok(Written::Changed(save(connection, stored, stored.document.clone(), true, stamp).await?))
}

/// Brings a deleted region back.
///
/// # Errors
/// When the region that it lies in is gone, or a neighbour has its name.
pub async fn restore_region(
    connection: &mut PgConnection,
    stored: &StoredRegion,
    stamp: &Stamp,
) -> Result<Written<StoredRegion>, WriteError> {
    if !stored.deleted {
        return Ok(Written::Unchanged(stored.clone()));
    }
    if let Some(parent) = stored.document.parent_id
        && !is_there(connection, stored.intergroup_id, parent).await?
    {
        return Err(WriteError::Missing(vec![Invalid::new("/parent_id", "unknown_reference", NOT_THERE)]));
    }
    Ok(Written::Changed(save(connection, stored, stored.document.clone(), false, stamp).await?))
}
