//! An intergroup as its office sends it, and one that is to belong to it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fields::{SecureLink, ZoneName},
    patch::Document,
};
use crate::{
    directory::IntergroupDocument,
    http::{EmailAddress, Line, Phone, WebLink},
    kernel::Slug,
};

/// What an office says of its intergroup. Where it belongs to and its slug are
/// not the office's to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Lantern County Intergroup", "timezone": "America/Chicago", "email": "office@example.org"
}))]
pub struct IntergroupInput {
    /// Its name.
    #[schema(inline)]
    pub name: Line<255>,
    /// IANA zone of its meetings that have none of their own.
    #[schema(inline)]
    pub timezone: ZoneName,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub website: Option<WebLink>,
    /// Its public e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub email: Option<EmailAddress>,
    /// Its public phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub phone: Option<Phone>,
    /// The area it serves, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub location: Option<Line<255>>,
    /// Its logo, absolute https.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub logo: Option<SecureLink>,
    /// Whether who acts for it, or for one that belongs to it, needs a second
    /// factor.
    #[serde(default)]
    #[schema(default = false)]
    pub require_totp: bool,
}

/// An intergroup that is to belong to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "slug": "lantern-north", "name": "Lantern North District", "timezone": "America/Chicago"
}))]
pub struct NewIntergroupInput {
    /// Its name in addresses, unique among all intergroups, for good.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{1,64}$", example = "lantern-north")]
    pub slug: Slug,
    /// Its name.
    #[schema(inline)]
    pub name: Line<255>,
    /// IANA zone of its meetings that have none of their own.
    #[schema(inline)]
    pub timezone: ZoneName,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub website: Option<WebLink>,
    /// Its public e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub email: Option<EmailAddress>,
    /// Its public phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub phone: Option<Phone>,
    /// The area it serves, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub location: Option<Line<255>>,
    /// Its logo, absolute https.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub logo: Option<SecureLink>,
    /// Whether who acts for it needs a second factor.
    #[serde(default)]
    #[schema(default = false)]
    pub require_totp: bool,
}

impl Document for IntergroupDocument {
    type Input = IntergroupInput;

    const ENTITY: &'static str = "intergroup";
    const NEEDED: &'static [(&'static str, &'static str)] = &[("name", "-"), ("timezone", "UTC")];
}
