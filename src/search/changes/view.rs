//! The shape of a page, for the OpenAPI document; its bytes are joined.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    kernel::MeetingId,
    search::view::{MeetingView, Open},
};

/// What happened to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangeOp)]
pub enum ChangeOpView {
    /// It is new to the scope, or something that it shows changed: keep what
    /// `meeting` says instead of what you have.
    Upsert,
    /// It left the scope: forget it. Maybe you never had it.
    Delete,
}

/// What happened to a meeting, on the wire.
pub type OpenChangeOp = Open<ChangeOpView>;

/// One meeting that is new, different, or gone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeView<'a> {
    /// What to do.
    pub op: OpenChangeOp,
    /// The meeting's id.
    #[schema(value_type = Uuid)]
    pub id: MeetingId,
    /// The meeting as it is now, with all of its notices; without `next_start`,
    /// `next_end`, `under_way`, `distance_m` and `synced_on`. Only with `upsert`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub meeting: Option<MeetingView<'a>>,
}

/// A page of changes, in the order in which they are to be applied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangesPage)]
pub struct ChangesView<'a> {
    /// What to do, one after the other.
    pub data: Vec<ChangeView<'a>>,
    /// Whether to ask on at once; otherwise you are up to date.
    pub has_more: bool,
    /// What to ask with next, now or some other day. Keep it together with what
    /// this page changed.
    pub next_cursor: String,
}
