//! Parts that several inputs have.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::{Cashtag, ConferencePhone, HomegroupCode, PaypalName, Venmo};
use crate::{
    directory::Conference,
    http::{EmailAddress, Line, Phone, WebLink, Words},
};

/// How to join online or by phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "url": "https://zoom.us/j/123456789", "phone": "+13125550100,,123456789#" }))]
pub struct ConferenceInput {
    /// Absolute http(s) address at a known conference service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub url: Option<WebLink>,
    /// For instance a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub url_notes: Option<Words<1_000>>,
    /// Number to dial, at least ten digits; `,` is a pause, `#` and `*` as on
    /// the keys. Kept without what only groups the digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub phone: Option<ConferencePhone>,
    /// For instance a meeting number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub phone_notes: Option<Words<1_000>>,
}

impl ConferenceInput {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<ConferenceInput> for Conference {
    fn from(input: ConferenceInput) -> Self {
        Self {
            url: input.url.map(String::from),
            url_notes: input.url_notes.map(String::from),
            phone: input.phone.map(String::from),
            phone_notes: input.phone_notes.map(String::from),
        }
    }
}

/// Where Seventh Tradition contributions go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "venmo": "@Lantern-Group", "homegroup_online": "lantern" }))]
pub struct ContributionInput {
    /// `@Handle` at Venmo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub venmo: Option<Venmo>,
    /// `$Cashtag` at Cash App.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub square: Option<Cashtag>,
    /// PayPal.me user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub paypal: Option<PaypalName>,
    /// Code at homegroup.online.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub homegroup_online: Option<HomegroupCode>,
}

impl ContributionInput {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One person to ask: at least one of the three.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Ida M.", "phone": "+1-312-555-0100" }))]
pub struct ContactInput {
    /// First name and at most an initial: what looks like a full name is never
    /// published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub name: Option<Line<128>>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub email: Option<EmailAddress>,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub phone: Option<Phone>,
}
