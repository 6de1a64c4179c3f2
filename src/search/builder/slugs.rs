//! The slugs that lead to meetings: those of present ones, over former ones,
//! over those of meetings that are gone.

use std::{collections::HashMap, sync::Arc};

use crate::directory::Gone;
use crate::kernel::{IntergroupId, MeetingId, Slug};
use crate::search::snapshot::{
    Snapshot,
    entry::{Former, Index},
};

/// What these offices listed before.
pub(super) fn take_in(
    snapshot: &mut Snapshot,
    offices: impl Iterator<Item = IntergroupId>,
    aliases: &[(IntergroupId, Slug, MeetingId)],
    gone: &[Gone],
) {
    let trees = snapshot.trees.clone();
    let offices = offices.filter_map(|id| trees.intergroup(id));
    let mut former: HashMap<Index, Former> = offices.map(|office| (office, Former::default())).collect();
    for gone in gone {
        if let Some(former) = trees.intergroup(gone.intergroup_id).and_then(|office| former.get_mut(&office)) {
            former.gone.insert(gone.id, gone.replaced_by);
            former.slugs.insert(gone.slug.as_str().into(), gone.id);
        }
    }
    for (intergroup, slug, meeting) in aliases {
        if let Some(former) = trees.intergroup(*intergroup).and_then(|office| former.get_mut(&office)) {
            former.slugs.insert(slug.as_str().into(), *meeting);
        }
    }
    for (office, former) in former {
        snapshot.intergroups[office as usize].former = Arc::new(former);
    }
}

/// A meeting has a slug.
pub(super) fn come(snapshot: &mut Snapshot, intergroup: Index, slug: &Slug, meeting: MeetingId) {
    let slugs = &snapshot.intergroups[intergroup as usize].slugs;
    if slugs.get(slug.as_str()) != Some(&meeting) {
        let slugs = Arc::make_mut(&mut snapshot.intergroups[intergroup as usize].slugs);
        slugs.insert(slug.as_str().into(), meeting);
    }
}

/// A meeting, which is given as it was written, no longer has its slug, unless
/// that is the one that it has now, there.
pub(super) fn leave(snapshot: &mut Snapshot, meeting: usize, stays: Option<(Index, &Slug)>) {
    let entry = &snapshot.entries[meeting];
    let (id, intergroup) = (entry.id, entry.intergroup);
    let Some(slug) = slug_of(snapshot.meeting_parts(entry)[0]).map(Box::<str>::from) else { return };
    let stays = stays.is_some_and(|(office, stays)| office == intergroup && stays.as_str() == &*slug);
    let slugs = &snapshot.intergroups[intergroup as usize].slugs;
    if !stays && slugs.get(&slug) == Some(&id) {
        Arc::make_mut(&mut snapshot.intergroups[intergroup as usize].slugs).remove(&slug);
    }
}

/// The slug where a meeting's bytes begin, behind its id. No slug has a character
/// that JSON would escape.
fn slug_of(json: &[u8]) -> Option<&str> {
    const BEFORE: usize = r#"{"id":"01900000-0000-7000-8000-000000000001","slug":""#.len();
    let slug = json.get(BEFORE..)?;
    str::from_utf8(&slug[..slug.iter().position(|byte| *byte == b'"')?]).ok()
}
