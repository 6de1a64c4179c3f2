//! What an office keeps for itself, whatever its source says.

use super::Links;
use crate::{
    directory::{Meeting, MeetingContent},
    sync::feed::KeptField,
};

/// Puts back into `after` what the office keeps of `meeting`; gives the fields
/// of which the source says otherwise.
pub(super) fn keep(
    keeps: &[KeptField],
    meeting: &Meeting,
    after: &mut MeetingContent,
    links: &mut Links,
) -> Vec<KeptField> {
    let kept = keeps.iter().copied().filter(|field| {
        let said = (after.clone(), *links);
        keep_one(*field, meeting, after, links);
        said != (after.clone(), *links)
    });
    kept.collect()
}

fn keep_one(field: KeptField, meeting: &Meeting, after: &mut MeetingContent, links: &mut Links) {
    let ours = &meeting.content;
    match field {
        KeptField::Name => after.name.clone_from(&ours.name),
        KeptField::Schedule => (after.start, after.duration_minutes) = (ours.start, ours.duration_minutes),
        KeptField::Timezone => (after.timezone, after.timezone_source) = (ours.timezone, ours.timezone_source),
        KeptField::Types => after.types.clone_from(&ours.types),
        KeptField::Notes => after.notes.clone_from(&ours.notes),
        KeptField::Conference => after.conference.clone_from(&ours.conference),
        KeptField::Contribution => after.contribution.clone_from(&ours.contribution),
        KeptField::Website => after.website.clone_from(&ours.website),
        KeptField::FeedbackUrl => after.feedback_url.clone_from(&ours.feedback_url),
        KeptField::District => after.district.clone_from(&ours.district),
        KeptField::Contacts => after.contacts.clone_from(&ours.contacts),
        KeptField::GroupId => {
            after.group.clone_from(&ours.group);
            links.group_id = meeting.group_id;
        }
        KeptField::LocationId => {
            after.location.clone_from(&ours.location);
            links.location_id = meeting.location_id;
        }
        KeptField::RegionId => {
            after.region.clone_from(&ours.region);
            links.region_id = meeting.region_id;
        }
    }
}
