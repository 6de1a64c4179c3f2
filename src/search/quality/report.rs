//! Finds what an office's own meetings lack, and orders it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{QualityQuery, QualityView, duplicates, kind::FindingKind};
use crate::{
    directory::{Directory, MeetingState},
    kernel::{IntergroupId, MeetingId},
    search::{
        attendance_set::AttendanceSet,
        named::Named,
        snapshot::{
            IntergroupEntry, Snapshot,
            entry::{Facts, Index, NO_DAY},
        },
    },
};

/// After how many days without a word a listing is stale.
pub(super) const FRESH_DAYS: i64 = 365;

/// Something that one meeting lacks, or that is wrong with several together.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding<'a> {
    pub kind: FindingKind,
    /// The meeting's folded name.
    pub name: &'a str,
    /// The meeting's id.
    pub id: MeetingId,
    /// The first by name and id.
    pub meeting: Index,
    /// The rest in that order.
    pub others: Vec<Index>,
}

impl Snapshot {
    /// What an intergroup's own published meetings lack at `now`: the page that
    /// is asked for, and how much of each kind there is.
    pub fn quality(&self, intergroup: &IntergroupEntry, query: &QualityQuery, now: DateTime<Utc>) -> QualityView<'_> {
        let findings = findings(self, &intergroup.meetings, now.date_naive());
        QualityView::of(self, intergroup, &findings, query)
    }
}

/// How much an intergroup's own published meetings lack, of a directory that was
/// loaded for it alone and may have others.
pub fn count_lacking(mut directory: Directory, intergroup: IntergroupId, now: DateTime<Utc>) -> u32 {
    directory.meetings.retain(|meeting| meeting.state == MeetingState::Published);
    let snapshot = Snapshot::build(directory);
    let own =
        snapshot.intergroup(&Named::Id(intergroup)).map(|one| findings(&snapshot, &one.meetings, now.date_naive()));
    own.map_or(0, |findings| u32::try_from(findings.len()).unwrap_or(u32::MAX))
}

/// All findings of these meetings by kind, name and id.
fn findings<'a>(snapshot: &'a Snapshot, meetings: &[Index], today: NaiveDate) -> Vec<Finding<'a>> {
    let named = |meeting: Index| (&*snapshot.entries[meeting as usize].name, snapshot.entries[meeting as usize].id);
    let alone = |kind, meeting| {
        let (name, id) = named(meeting);
        Finding { kind, name, id, meeting, others: vec![] }
    };
    let mut found: Vec<Finding<'_>> = Vec::new();
    for meeting in meetings.iter().copied() {
        let kept = snapshot.entries[meeting as usize].quality;
        let stale = today.signed_duration_since(kept.seen_on).num_days() > FRESH_DAYS;
        let kinds = kept.kinds.with(FindingKind::Stale, stale);
        found.extend(kinds.iter().map(|kind| alone(kind, meeting)));
    }
    for kind in [FindingKind::RegionMissing, FindingKind::NoEndTime] {
        let asked = meetings.iter().filter(|meeting| could_have(kind, &snapshot.facts[**meeting as usize])).count();
        let lacking = found.iter().filter(|finding| finding.kind == kind).count();
        if lacking * 2 > asked {
            found.retain(|finding| finding.kind != kind);
        }
    }
    for mut set in duplicates::sets(snapshot, meetings) {
        set.sort_unstable_by_key(|meeting| named(*meeting));
        let others = set.split_off(1);
        found.extend(
            set.into_iter().map(|first| Finding { others: others.clone(), ..alone(FindingKind::Duplicate, first) }),
        );
    }
    found.sort_unstable();
    found
}

/// Whether a meeting is one that the lack would be a finding of.
fn could_have(kind: FindingKind, facts: &Facts) -> bool {
    let among = |set: AttendanceSet| facts.attendance & set.bits() != 0;
    match kind {
        FindingKind::RegionMissing => among(AttendanceSet::AT_A_DOOR),
        FindingKind::NoEndTime => among(AttendanceSet::ACTIVE) && facts.day != NO_DAY,
        _ => true,
    }
}
