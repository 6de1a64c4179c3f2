//! The slugs that lead to what was listed before: former ones, over those of
//! meetings that are gone.

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
