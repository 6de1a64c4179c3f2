//! All SQL of circles, as the role `circles`, and of their keys, as the role
//! `pass_keys`.

mod answers;
mod check_ins;
mod comings;
mod export;
mod goals;
mod invitations;
mod keys;
mod milestones;
mod nudges;
mod passes;
mod sessions;
mod summary;
mod tidy;
mod week;
mod written;

pub(super) use answers::{AnswerRow, KeptAnswer, delete_answer, find_answer, has_item, keep_answer, list_answers};
pub(super) use check_ins::{
    CheckInQuery, delete_check_in, find_check_in, insert_check_in, list_check_ins, update_check_in,
};
pub(super) use comings::{
    close_if_empty, delete_pass, find_asking, has_steward, hold_pass, make_steward, remove_pass, update_asking,
};
pub(super) use export::{
    After, BATCH, OwnAnswer, OwnNudge, export_answers, export_check_ins, export_goals, export_milestones, export_nudges,
};
pub(super) use goals::{count_goals, delete_goal, find_goal, insert_goal, list_goals, update_goal};
pub(super) use invitations::{
    InvitationRow, count_open_invitations, delete_invitation, delete_invitations, find_invitation, insert_invitation,
    list_open_invitations, lock_invitation, spend_voucher, use_invitation, was_spent,
};
pub(super) use keys::{delete_keys, find_key, find_keys, keep_key};
pub(super) use milestones::{
    KeptMilestone, MilestoneRow, delete_milestone, find_milestone, insert_milestone, list_milestones, update_milestone,
};
pub(super) use nudges::{
    KeptNudge, NudgeRow, delete_mute, find_ask_day, find_nudge, has_goal, insert_mute, keep_nudge, list_mutes,
    list_nudges,
};
pub(super) use passes::{
    FoundPass, NewPass, PeerRow, aliases, find_pass_by_key, insert_circle, insert_pass, list_peers, lock_circle,
    note_week, seats,
};
pub(super) use sessions::{advance_session, end_session, end_sessions, enter_session, insert_session, lock_session};
pub(super) use summary::{count_answers, own_days};
pub(super) use tidy::{
    delete_empty_circles, delete_old_passes, delete_spent, erase_old_words, list_old_keys, owners_among,
};
pub(super) use week::{WeekRows, read_week};
pub(super) use written::{NewVersion, StoredItem, WrittenRow, is_free, was_taken_away};
