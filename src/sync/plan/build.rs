//! From what the office has and what its source says to the plan.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use chrono::{DateTime, Utc};

use super::{
    EntityOp, EntitySource, FollowChange, Following, FollowingRow, Handed, Links, MeetingChange, Plan, SourceChange,
    diff,
    entities::{self, Known},
    guard,
    identity::{Identity, place_key},
    keeps,
    matching::{Candidate, Listing, match_rows},
    refused::{Protection, Refused},
    regions::Tree,
};
use crate::{
    directory::{Directory, GroupContent, Meeting, MeetingContent, MeetingState, Place},
    feeds::{FeedRow, ReadFeed},
    kernel::{Entropy, FeedId, GroupId, IntergroupId, LocationId, MeetingId, RegionId, Slug, fold},
    sync::{
        feed::{GuardInput, KeptField},
        model::MeetingOp,
    },
};

/// Which row of its feed a meeting stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct MeetingSource {
    pub source_key: String,
    /// What the row said when it was last read.
    pub row_hash: [u8; 32],
    /// The feed leads only since then: what the row says counts, changed or not.
    pub unread: bool,
}

impl MeetingSource {
    fn is_as_it_was(&self, row: &FeedRow) -> bool {
        !self.unread && self.row_hash == row.hash()
    }
}

/// What a plan is made on: the office's directory and who brought what.
pub(in crate::sync) struct Basis<'a> {
    pub intergroup_id: IntergroupId,
    pub feed_id: FeedId,
    /// Everything of the office, deleted things too.
    pub directory: &'a Directory,
    pub groups: HashMap<GroupId, EntitySource>,
    pub locations: HashMap<LocationId, EntitySource>,
    /// The feed's rows by the meeting they stand for.
    pub sources: HashMap<MeetingId, MeetingSource>,
    /// Who else lists the office's meetings.
    pub following: Following,
    /// Their slugs stay taken, their names do not.
    pub deleted_regions: HashSet<RegionId>,
    /// When a plan waits for a person.
    pub guard: GuardInput,
    /// What the office keeps for itself.
    pub keeps: &'a [KeptField],
    pub now: DateTime<Utc>,
    pub entropy: &'a dyn Entropy,
}

/// The meetings and what each row means.
struct Resolution {
    links: Vec<Links>,
    matched: Vec<Option<usize>>,
}

impl Basis<'_> {
    /// The plan for what was read.
    pub(in crate::sync) fn plan(&self, read: &ReadFeed) -> Plan {
        let mut plan = Plan {
            feed_id: self.feed_id,
            intergroup_id: self.intergroup_id,
            regions: Vec::new(),
            groups: Vec::new(),
            locations: Vec::new(),
            meetings: Vec::new(),
            sources: Vec::new(),
            follows: Vec::new(),
            unfollows: Vec::new(),
            handed: Vec::new(),
            aliases: Vec::new(),
            unchanged: 0,
            protected: 0,
            kept: 0,
            followed: 0,
            held_because: Vec::new(),
        };
        let open: Vec<&Meeting> = self
            .directory
            .meetings
            .iter()
            .filter(|meeting| !self.following.leaders.contains_key(&meeting.id))
            .collect();
        let rows = self.own_rows(&open, read, &mut plan);
        let matched = self.matches(&open, &rows);
        let fresh: Vec<bool> = rows
            .iter()
            .zip(&matched)
            .map(|(row, index)| index.is_none_or(|index| !self.is_as_it_was(open[index].id, row)))
            .collect();
        let resolution = Resolution { links: self.link(&rows, &fresh, &mut plan), matched };
        self.upserts(&open, &rows, &resolution, &mut plan);
        let kept: HashSet<MeetingId> = resolution.matched.iter().flatten().map(|index| open[*index].id).collect();
        self.removals(&kept, &rows, read, &mut plan);
        self.orphans(&mut plan);
        let live = open.iter().filter(|meeting| meeting.state != MeetingState::Deleted);
        let had = live.filter(|meeting| self.sources.contains_key(&meeting.id)).count();
        plan.held_because = guard::held_because(&self.guard, &plan.meetings, had, read.row_count as usize);
        plan
    }

    /// The rows but those that follow a meeting of another feed, which are noted.
    fn own_rows<'r>(&self, open: &[&Meeting], read: &'r ReadFeed, plan: &mut Plan) -> Cow<'r, [FeedRow]> {
        let follows = self.follows(open, &read.rows);
        let known: HashMap<&str, &FollowingRow> =
            self.following.rows.iter().map(|row| (row.source_key.as_str(), row)).collect();
        let mut going: HashMap<&str, MeetingId> =
            known.values().filter(|row| !row.apart).map(|row| (row.source_key.as_str(), row.meeting_id)).collect();
        for (row, meeting) in read.rows.iter().zip(&follows) {
            let Some((meeting, leader)) = meeting.and_then(|one| Some((one, *self.following.leaders.get(&one.id)?)))
            else {
                continue;
            };
            plan.followed += 1;
            let was = known.get(row.source_key.as_str()).filter(|was| was.meeting_id == meeting.id);
            going.remove(row.source_key.as_str());
            let (row_hash, source_key) = (row.hash(), row.source_key.clone());
            if was.is_none_or(|was| was.row_hash != row_hash) {
                let (slug, name) = (meeting.slug.clone(), meeting.content.name.clone());
                let row = SourceChange { meeting_id: meeting.id, source_key, row_hash, unread: false };
                plan.follows.push(FollowChange { row, slug, name, leader, is_new: was.is_none() });
            }
        }
        let refused = Refused::of(&read.refused);
        let meetings: HashMap<MeetingId, &Meeting> = self.directory.meetings.iter().map(|one| (one.id, one)).collect();
        going.retain(|key, id| meetings.get(id).is_none_or(|meeting| !refused.may_mean(key, meeting)));
        plan.unfollows = going.into_keys().map(str::to_owned).collect();
        plan.unfollows.sort_unstable();
        if plan.followed == 0 {
            return Cow::Borrowed(&read.rows);
        }
        let own = read.rows.iter().zip(follows).filter(|(_, follows)| follows.is_none());
        Cow::Owned(own.map(|(row, _)| row.clone()).collect())
    }

    /// Whether the source says of a meeting what it said last time: then an edit
    /// made here since stays, and so does a deletion. (What a run removes has no
    /// source any more.)
    fn is_as_it_was(&self, meeting: MeetingId, row: &FeedRow) -> bool {
        self.sources.get(&meeting).is_some_and(|was| was.is_as_it_was(row))
    }

    /// Regions, groups and locations of every row.
    fn link(&self, rows: &[FeedRow], fresh: &[bool], plan: &mut Plan) -> Vec<Links> {
        let mut tree = Tree::new(&self.directory.regions, &self.deleted_regions);
        let regions: Vec<Option<RegionId>> =
            rows.iter().map(|row| tree.at(&row.content.region, || RegionId(self.new_id()))).collect();
        plan.regions = tree.new;
        let groups: Vec<_> =
            rows.iter().map(|row| row.content.group.as_ref().map(|group| (fold(&group.name), group))).collect();
        let groups = entities::resolve(&groups, fresh, &self.known_groups(), self.feed_id, || GroupId(self.new_id()));
        let places: Vec<_> =
            rows.iter().map(|row| row.content.location.as_ref().map(|place| (place_key(place), place))).collect();
        let places =
            entities::resolve(&places, fresh, &self.known_locations(), self.feed_id, || LocationId(self.new_id()));
        plan.groups = groups.changes;
        plan.locations = places.changes;
        let links = regions.into_iter().zip(groups.of_row).zip(places.of_row);
        links.map(|((region_id, group_id), location_id)| Links { group_id, location_id, region_id }).collect()
    }

    fn matches(&self, open: &[&Meeting], rows: &[FeedRow]) -> Vec<Option<usize>> {
        let mut aliases: HashMap<MeetingId, Vec<&str>> = HashMap::new();
        for (_, slug, id) in &self.directory.aliases {
            aliases.entry(*id).or_default().push(slug.as_str());
        }
        let candidates: Vec<Candidate<'_>> = open
            .iter()
            .map(|meeting| Candidate {
                key: self.sources.get(&meeting.id).map(|source| source.source_key.as_str()),
                slug: meeting.slug.as_str(),
                aliases: aliases.remove(&meeting.id).unwrap_or_default(),
                identity: Identity::of(&meeting.content),
                deleted: meeting.state == MeetingState::Deleted,
            })
            .collect();
        let listings: Vec<Listing<'_>> = rows
            .iter()
            .map(|row| Listing { names: [&row.source_key, row.slug.as_str()], identity: Identity::of(&row.content) })
            .collect();
        match_rows(&candidates, &listings)
    }

    fn upserts(&self, open: &[&Meeting], rows: &[FeedRow], resolution: &Resolution, plan: &mut Plan) {
        let mut taken: HashSet<String> = self.directory.meetings.iter().map(|m| m.slug.as_str().to_owned()).collect();
        // An office sees its descendants' aliases too, which are no hindrance.
        let own = self.directory.aliases.iter().filter(|(office, ..)| *office == self.intergroup_id);
        taken.extend(own.map(|(_, slug, _)| slug.as_str().to_owned()));
        for ((row, links), matched) in rows.iter().zip(&resolution.links).zip(&resolution.matched) {
            let (id, change) = match matched {
                None => self.create(row, *links, &mut taken),
                Some(index) => {
                    let meeting = open[*index];
                    if taken.insert(row.slug.as_str().to_owned()) {
                        plan.aliases.push((row.slug.clone(), meeting.id));
                    }
                    (meeting.id, self.update(meeting, row, *links, &mut plan.kept))
                }
            };
            match change {
                Some(change) => plan.meetings.push(change),
                None => plan.unchanged += 1,
            }
            if self.sources.get(&id).is_none_or(|was| was.source_key != row.source_key || !was.is_as_it_was(row)) {
                let (source_key, row_hash) = (row.source_key.clone(), row.hash());
                plan.sources.push(SourceChange { meeting_id: id, source_key, row_hash, unread: false });
            }
        }
    }

    fn create(&self, row: &FeedRow, links: Links, taken: &mut HashSet<String>) -> (MeetingId, Option<MeetingChange>) {
        let numbered = (2u32..).filter_map(|n| row.slug.with_suffix(&n.to_string()).ok());
        let free = std::iter::once(row.slug.clone()).chain(numbered).find(|slug| !taken.contains(slug.as_str()));
        let slug: Slug = free.unwrap_or_else(|| row.slug.clone());
        taken.insert(slug.as_str().to_owned());
        let id = MeetingId(self.new_id());
        let change = MeetingChange {
            op: MeetingOp::Create,
            id,
            slug,
            version: 0,
            before: None,
            after: row.content.clone(),
            links,
            fields: Vec::new(),
            kept: Vec::new(),
            own: true,
            source_fields: row.source_fields.clone(),
            updated_at: row.updated.unwrap_or(self.now).min(self.now),
        };
        (id, Some(change))
    }

    fn update(
        &self,
        meeting: &Meeting,
        row: &FeedRow,
        mut links: Links,
        kept_count: &mut u32,
    ) -> Option<MeetingChange> {
        if self.is_as_it_was(meeting.id, row) {
            return None;
        }
        let deleted = meeting.state == MeetingState::Deleted;
        // A run forgets the row of what it removes. So its office deleted this
        // one while the source goes on listing it: the office's word stands.
        if deleted && self.sources.contains_key(&meeting.id) {
            return None;
        }
        let mut after = row.content.clone();
        let kept = keeps::keep(self.keeps, meeting, &mut after, &mut links);
        *kept_count += u32::from(!kept.is_empty());
        self.adopt(meeting, &mut after);
        let fields = diff::field_changes(&meeting.content, &after);
        let relinked =
            Links { group_id: meeting.group_id, location_id: meeting.location_id, region_id: meeting.region_id }
                != links;
        if !deleted && !relinked && fields.is_empty() {
            return None;
        }
        Some(MeetingChange {
            op: if deleted { MeetingOp::Restore } else { MeetingOp::Update },
            id: meeting.id,
            slug: meeting.slug.clone(),
            version: meeting.version,
            before: Some(meeting.content.clone()),
            after,
            links,
            own: deleted || relinked || fields.iter().any(|change| diff::is_own(&change.field)),
            fields,
            kept,
            source_fields: row.source_fields.clone(),
            // A source that changed a listing without saying when did so by now.
            updated_at: row.updated.filter(|at| *at > meeting.updated_at).unwrap_or(self.now).min(self.now),
        })
    }

    /// What a source that lists a meeting for the first time does not say of it
    /// is not taken away: an export never has contacts, and is brought back.
    fn adopt(&self, meeting: &Meeting, after: &mut MeetingContent) {
        let lives = meeting.state != MeetingState::Deleted;
        if lives && !self.sources.contains_key(&meeting.id) && after.contacts.is_empty() {
            after.contacts.clone_from(&meeting.content.contacts);
        }
    }

    fn removals(&self, kept: &HashSet<MeetingId>, rows: &[FeedRow], read: &ReadFeed, plan: &mut Plan) {
        let refused = Refused::of(&read.refused);
        let protection = Protection::of(rows, plan);
        let candidates = self.directory.meetings.iter().filter(|m| m.state != MeetingState::Deleted);
        for meeting in candidates.filter(|m| !kept.contains(&m.id)) {
            let Some(source) = self.sources.get(&meeting.id) else { continue };
            if refused.may_mean(&source.source_key, meeting) {
                plan.unchanged += 1;
                plan.protected += 1;
                plan.sources.extend(protection.source(meeting, source));
                continue;
            }
            if let Some(heir) = self.following.heirs.get(&meeting.id) {
                let (slug, name) = (meeting.slug.clone(), meeting.content.name.clone());
                plan.handed.push(Handed { meeting_id: meeting.id, slug, name, heir: *heir });
                plan.unchanged += 1;
                continue;
            }
            plan.meetings.push(MeetingChange {
                op: MeetingOp::Remove,
                id: meeting.id,
                slug: meeting.slug.clone(),
                version: meeting.version,
                before: Some(meeting.content.clone()),
                after: meeting.content.clone(),
                links: Links {
                    group_id: meeting.group_id,
                    location_id: meeting.location_id,
                    region_id: meeting.region_id,
                },
                fields: Vec::new(),
                kept: Vec::new(),
                own: true,
                source_fields: serde_json::Map::new(),
                updated_at: self.now,
            });
        }
    }

    /// Groups and locations of the feed that no meeting points to afterwards.
    fn orphans(&self, plan: &mut Plan) {
        let changed: HashMap<MeetingId, (MeetingOp, Links)> =
            plan.meetings.iter().map(|change| (change.id, (change.op, change.links))).collect();
        let untouched = self
            .directory
            .meetings
            .iter()
            .filter(|m| m.state != MeetingState::Deleted && !changed.contains_key(&m.id))
            .map(|m| (m.group_id, m.location_id));
        let after =
            changed.values().filter(|(op, _)| *op != MeetingOp::Remove).map(|(_, l)| (l.group_id, l.location_id));
        let used: Vec<_> = untouched.chain(after).collect();
        let groups: HashSet<GroupId> = used.iter().filter_map(|(group, _)| *group).collect();
        let places: HashSet<LocationId> = used.iter().filter_map(|(_, place)| *place).collect();
        // What only a field names that the office keeps otherwise is not made.
        plan.groups.retain(|change| change.op != EntityOp::Create || groups.contains(&change.id));
        plan.locations.retain(|change| change.op != EntityOp::Create || places.contains(&change.id));
        plan.groups.extend(entities::orphans(&self.known_groups(), self.feed_id, &groups));
        plan.locations.extend(entities::orphans(&self.known_locations(), self.feed_id, &places));
    }

    fn known_groups(&self) -> Vec<Known<GroupId, GroupContent>> {
        let known = self.directory.groups.iter().filter_map(|group| {
            let content = GroupContent { name: group.name.clone(), notes: group.notes.clone() };
            let source = self.groups.get(&group.id)?.clone();
            Some(Known { id: group.id, version: group.version, key: fold(&group.name), content, source })
        });
        known.collect()
    }

    fn known_locations(&self) -> Vec<Known<LocationId, Place>> {
        let known = self.directory.locations.iter().filter_map(|location| {
            let (content, source) = (location.place.clone(), self.locations.get(&location.id)?.clone());
            Some(Known { id: location.id, version: location.version, key: place_key(&content), content, source })
        });
        known.collect()
    }

    fn new_id(&self) -> uuid::Uuid {
        self.entropy.uuid_v7(self.now)
    }
}
