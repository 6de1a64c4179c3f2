//! A group as an office sends it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{parts::ContributionInput, patch::Document};
use crate::{
    directory::GroupDocument,
    http::{Line, WebLink, Words},
    kernel::{IntergroupId, Slug},
};

/// An A.A. group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Lantern Group", "slug": "lantern-group", "website": "https://example.org/lantern",
    "contribution": { "venmo": "@Lantern-Group" }
}))]
pub struct GroupInput {
    /// Its name in addresses, unique in the intergroup; made of the name where
    /// a creation has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^[A-Za-z0-9_-]{1,64}$", example = "lantern-group")]
    pub slug: Option<Slug>,
    /// Its name.
    #[schema(inline)]
    pub name: Line<255>,
    /// The intergroup that lists it. Another one in a PATCH moves it there, once
    /// it has no meetings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub intergroup_id: Option<IntergroupId>,
    /// Plain text for all of its meetings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub notes: Option<Words<10_000>>,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub website: Option<WebLink>,
    /// The General Service Office's number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub gso_number: Option<Line<32>>,
    /// Where its contributions go.
    #[serde(default, skip_serializing_if = "ContributionInput::is_empty")]
    pub contribution: ContributionInput,
    /// Whether it publishes its meetings' contacts.
    #[serde(default)]
    #[schema(default = false)]
    pub contacts_public: bool,
}

impl Document for GroupDocument {
    type Input = GroupInput;

    const ENTITY: &'static str = "group";
    const NEEDED: &'static [(&'static str, &'static str)] = &[("name", "-")];
    const LASTING: &'static [&'static str] = &["slug", "intergroup_id"];
}
