//! The shapes of pages, for the OpenAPI document; their bytes are joined.

use serde::Serialize;
use utoipa::ToSchema;

use crate::search::view::{GroupView, IntergroupView, ListedMeeting, LocationView, OccurrenceView, RegionView};

macro_rules! pages {
    ($($(#[$doc:meta])* $page:ident of $item:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $page<'a> {
            /// The things of this page.
            pub data: Vec<$item<'a>>,
            /// Where the next page begins; absent on the last.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(nullable = false)]
            pub next_cursor: Option<String>,
            /// How many there are on all pages.
            pub total: u64,
        }
    )* };
}

pages! {
    /// A page of meetings.
    MeetingPage of ListedMeeting;
    /// A page of groups by name.
    GroupPage of GroupView;
    /// A page of locations by name and address.
    LocationPage of LocationView;
    /// A page of regions by name.
    RegionPage of RegionView;
    /// A page of intergroups by name.
    IntergroupPage of IntergroupView;
}

/// The occurrences of a meeting, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OccurrenceList {
    /// The dates on which it takes place.
    pub data: Vec<OccurrenceView>,
}
