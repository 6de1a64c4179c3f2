//! A report on the wire.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    kind::{FindingKind, OpenFindingKind},
    query::QualityQuery,
    report::Finding,
};
use crate::kernel::MeetingId;
use crate::search::{
    snapshot::{IntergroupEntry, Snapshot, entry::Index},
    view::Open,
};

/// The most other meetings that a finding shows.
const MAX_OTHERS: usize = 20;

/// A page of what an office's own published meetings lack, by kind, name and
/// id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Quality)]
pub struct QualityView<'a> {
    /// The findings of this page.
    pub data: Vec<FindingView<'a>>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
    /// How many findings there are on all pages, of the kinds asked for.
    pub total: u32,
    /// How many there are of every kind, asked for or not.
    pub kinds: Vec<KindTotal>,
    /// How many meetings were looked at.
    pub meetings: u32,
}

/// How many findings there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FindingKindTotal)]
pub struct KindTotal {
    /// The kind.
    pub kind: OpenFindingKind,
    /// How many.
    pub total: u32,
}

/// Something that a meeting lacks, or that is wrong with several together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView<'a> {
    /// What is found.
    pub kind: OpenFindingKind,
    /// The meeting.
    pub meeting: MeetingRef<'a>,
    /// What is wrong and what to do, in English.
    pub detail: Cow<'static, str>,
    /// Of a `duplicate` the other listings, at most 20. Absent: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub others: Vec<MeetingRef<'a>>,
}

/// A meeting as others point to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MeetingRef<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: MeetingId,
    /// Its name in addresses, unique in the intergroup.
    #[schema(value_type = String)]
    pub slug: Cow<'a, str>,
    /// Its name.
    #[schema(value_type = String)]
    pub name: Cow<'a, str>,
}

impl<'a> QualityView<'a> {
    /// The page of all findings of an intergroup that is asked for.
    pub(super) fn of(
        snapshot: &'a Snapshot,
        intergroup: &IntergroupEntry,
        findings: &[Finding<'_>],
        query: &QualityQuery,
    ) -> Self {
        let mut kinds = FindingKind::ALL.map(|kind| KindTotal { kind: Open(kind), total: 0 });
        findings.iter().for_each(|finding| kinds[finding.kind as usize].total += 1);
        let total = kinds.iter().filter(|one| query.wants(one.kind.0)).map(|one| one.total).sum();
        let wanted = findings.iter().filter(|finding| query.wants(finding.kind));
        let mut ahead = wanted.filter(|finding| {
            let (kind, name, id) = key(finding);
            query.is_ahead(kind, name, id)
        });
        let page: Vec<&Finding<'_>> = ahead.by_ref().take(query.limit).collect();
        let last = page.last().filter(|_| ahead.next().is_some());
        let next_cursor = last.map(|last| {
            let (kind, name, id) = key(last);
            query.cursor(kind, name, id)
        });
        Self {
            data: page.into_iter().map(|finding| FindingView::of(snapshot, finding)).collect(),
            next_cursor,
            total,
            kinds: kinds.to_vec(),
            meetings: intergroup.meetings.len() as u32,
        }
    }
}

/// What findings are ordered by, in terms that hold in every snapshot.
fn key<'a>(finding: &Finding<'a>) -> (FindingKind, &'a str, Uuid) {
    (finding.kind, finding.name, finding.id.0)
}

impl<'a> FindingView<'a> {
    fn of(snapshot: &'a Snapshot, finding: &Finding<'_>) -> Self {
        let shown = finding.others.iter().take(MAX_OTHERS);
        Self {
            kind: Open(finding.kind),
            meeting: MeetingRef::of(snapshot, finding.meeting),
            detail: detail(snapshot, finding),
            others: shown.map(|other| MeetingRef::of(snapshot, *other)).collect(),
        }
    }
}

fn detail(snapshot: &Snapshot, finding: &Finding<'_>) -> Cow<'static, str> {
    let words = finding.kind.words();
    match finding.kind {
        FindingKind::Stale => {
            let seen_on = snapshot.entries[finding.meeting as usize].quality.seen_on;
            format!("{words} The last time was {seen_on}. Confirm that it is still right, mend it, or delete it.")
                .into()
        }
        FindingKind::Duplicate => {
            let times = finding.others.len() + 1;
            let same_name = finding.others.iter().all(|other| &*snapshot.entries[*other as usize].name == finding.name);
            let who = if same_name { "of the same name" } else { "some of one group under different names" };
            format!(
                "{words} {times} listings, {who}, have the same day and time and the same place or link. Keep one, \
                 unless they are different meetings."
            )
            .into()
        }
        _ => words.into(),
    }
}

impl<'a> MeetingRef<'a> {
    /// Points to a meeting, in the words of its own bytes.
    fn of(snapshot: &'a Snapshot, meeting: Index) -> Self {
        #[derive(Default, Deserialize)]
        struct Named {
            slug: String,
            name: String,
        }
        let entry = &snapshot.entries[meeting as usize];
        // The bytes are an object that we wrote ourselves.
        let Named { slug, name } = serde_json::from_slice(&snapshot.meeting_json(entry)).unwrap_or_default();
        Self { id: entry.id, slug: slug.into(), name: name.into() }
    }
}
