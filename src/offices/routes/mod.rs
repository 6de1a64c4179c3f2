//! The operations of offices. To add one: a handler with a [`Guard`] in its
//! signature, a line in `app::api::routes`, a row in the permission matrix.
//!
//! [`Guard`]: super::Guard

mod admins;
mod audit;
mod batch;
mod feeds;
mod groups;
mod history;
mod imports;
mod intergroups;
mod keys;
mod locations;
mod meeting_list;
mod meetings;
mod notices;
mod quality;
mod regions;

pub use admins::{create_office_invitation, delete_office_admin, delete_office_invitation, list_office_admins};
pub use audit::list_office_audit;
pub use batch::upsert_meetings;
pub use feeds::{create_feed, delete_feed, list_feeds, update_feed};
pub use groups::{create_group, delete_group, restore_group, update_group};
pub use history::list_meeting_history;
pub use imports::{
    apply_import, create_import, get_import, list_import_changes, list_import_problems, reject_import, undo_import,
};
pub use intergroups::{create_child_intergroup, update_intergroup};
pub use keys::{create_office_key, delete_office_key, list_office_keys};
pub use locations::{create_location, delete_location, restore_location, update_location};
pub use meeting_list::{MEETING_OF_OFFICE, get_own_meeting, list_own_meetings};
pub use meetings::{
    create_meeting, delete_meeting, restore_meeting, revert_meeting, settle_meeting_source, update_meeting,
    verify_meeting,
};
pub use notices::{
    create_group_notice, create_intergroup_notice, create_location_notice, create_meeting_notice, delete_group_notice,
    delete_intergroup_notice, delete_location_notice, delete_meeting_notice,
};
pub use quality::get_quality;
pub use regions::{create_region, delete_region, restore_region, update_region};
