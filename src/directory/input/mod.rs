//! What an office sends: the body of a creation, and what a PATCH may name.
//!
//! An input is strict: unknown fields are refused, every text is bounded by its
//! type. A PATCH (RFC 7396) is merged onto the stored document; of the outcome
//! only what the PATCH changes is parsed as an input, so that a listing that an
//! import brought is never refused for a field that nobody sent. A creation is
//! a PATCH of a blank document, so there is one way in. What needs more than
//! one field is checked on the outcome (`rules`), and only where the write
//! touches it.
//!
//! To add a field: in the input, with the type that bounds it, and in the
//! document. To add a rule: in `rules`, with the fields that it is asked for.

mod correction;
mod fields;
mod group;
mod intergroup;
mod location;
mod meeting;
mod notice;
mod parts;
mod patch;
mod region;
pub(super) mod rules;

pub use correction::CorrectionInput;
pub use fields::{TypeName, ZoneName};
pub use group::GroupInput;
pub use intergroup::{IntergroupInput, NewIntergroupInput};
pub use location::LocationInput;
pub use meeting::MeetingInput;
pub use notice::{NoticeInput, Repeats};
pub use parts::{ConferenceInput, ContactInput, ContributionInput};
pub use region::RegionInput;

pub(super) use patch::{Document, FORM_OF_ID, Patched, Touched, changed_fields, created, has_form_of_id, patched};

#[cfg(test)]
mod tests;
