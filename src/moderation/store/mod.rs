//! All SQL of moderation, as the role `circles`. No statement here gives a
//! moderator a pass, and no row names one beside a moderator.

mod decisions;
mod items;
mod queue;
mod reports;

pub use decisions::check_chain;
pub(super) use decisions::{append, decisions_of, insert_decision, lock_chain};
pub(super) use items::{ItemRow, delete_invitations_around, erase_item, find_item, settle_suspension};
pub(super) use queue::{QueueRow, list_queue};
pub(super) use reports::{
    AboutRow, MineRow, NewReport, Place, ReportRow, appeal_of, close, close_all, delete_closed, find_report,
    has_reported, insert_appeal, insert_report, is_taken, list_about, list_mine, list_others, lock_author, lock_report,
    lock_reporting, reopen,
};
