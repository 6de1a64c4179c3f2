//! Bodies and answers that more than one operation of circles has.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{DeviceKey, Issued, TokenPair},
    circles::{joining::Joined, model::Pass, store::PeerRow},
    helplines::SupportView,
    kernel::{CircleId, PassId},
};

/// A voucher and the key of the pass to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"voucher": "oc_voucher_circle_2026-05_1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                          "pass_key": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", "agreement_version": 1,
                          "adult": true, "seats": 4}))]
pub struct CircleInput {
    /// Not spent yet.
    #[schema(min_length = 1, max_length = 96)]
    pub voucher: String,
    /// 32 bytes in base64url, derived on the device and used for no other
    /// pass. It signs in on further devices.
    #[schema(inline)]
    pub pass_key: DeviceKey,
    /// The agreement that this person accepted: the present one is 1.
    #[schema(minimum = 1, maximum = 1)]
    pub agreement_version: u32,
    /// That this person says they are an adult: always true.
    pub adult: bool,
    /// How many people there may be, 12 where nothing is said. Alone is allowed.
    #[schema(minimum = 2, maximum = 12, nullable = false)]
    pub seats: Option<u8>,
}

/// An invitation and the key of the pass to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"invitation": "AAAAAAAAAAAAAAAAAAAAAA",
                          "pass_key": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", "agreement_version": 1,
                          "adult": true}))]
pub struct PassInput {
    /// The code of the invitation.
    #[schema(min_length = 1, max_length = 64)]
    pub invitation: String,
    /// 32 bytes in base64url, derived on the device and used for no other pass.
    #[schema(inline)]
    pub pass_key: DeviceKey,
    /// The agreement that this person accepted: the present one is 1.
    #[schema(minimum = 1, maximum = 1)]
    pub agreement_version: u32,
    /// That this person says they are an adult: always true.
    pub adult: bool,
}

/// The key of a pass.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pass_key": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}))]
pub struct PassKeyInput {
    /// As it was given when the pass was made.
    #[schema(inline)]
    pub pass_key: DeviceKey,
}

/// That it is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportedView {
    /// Where help is, always.
    pub support: SupportView,
}

impl SupportedView {
    /// Nothing but that.
    pub fn new() -> Self {
        Self { support: SupportView::new() }
    }
}

impl Default for SupportedView {
    fn default() -> Self {
        Self::new()
    }
}

/// A circle.
#[derive(Debug, Serialize, ToSchema)]
pub struct CircleView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: CircleId,
    /// How many people there may be.
    pub seats: i16,
    /// How many there are.
    pub taken: i64,
}

/// Somebody in a circle.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: PassId,
    /// What peers call them: a word that we drew, the same for nobody else here.
    #[schema(example = "Heron")]
    pub alias: String,
    /// Whether they look after the circle.
    pub steward: bool,
    /// Day of the week, 0 Sunday, on which they want to be asked how it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 6, nullable = false)]
    pub ask_me_on: Option<i16>,
    /// About what: `goal` or `day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub about: Option<String>,
}

impl From<PeerRow> for PassView {
    fn from(row: PeerRow) -> Self {
        let PeerRow { id, alias, steward, ask_me_on, ask_about } = row;
        Self { id: PassId(id), alias, steward, ask_me_on, about: ask_about }
    }
}

impl From<&Pass> for PassView {
    fn from(pass: &Pass) -> Self {
        let Pass { id, alias, steward, ask_me_on, ask_about, .. } = pass.clone();
        Self { id, alias, steward, ask_me_on, about: ask_about }
    }
}

/// A place in a circle, and the first session of it.
#[derive(Serialize, ToSchema)]
pub struct JoinedView {
    /// The circle.
    pub circle: CircleView,
    /// The place in it.
    pub pass: PassView,
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: TokenPair,
    /// Where help is, always.
    pub support: SupportView,
}

impl JoinedView {
    pub(super) fn of(joined: Joined) -> Self {
        let Joined { circle, seats, taken, pass, alias, steward, asking, issued, again: _ } = joined;
        Self {
            circle: CircleView { id: circle, seats, taken },
            pass: PassView { id: pass, alias, steward, ask_me_on: asking.0, about: asking.1 },
            tokens: TokenPair::of(&issued),
            support: SupportView::new(),
        }
    }
}

/// Tokens of a pass.
#[derive(Serialize, ToSchema)]
pub struct PassTokensView {
    /// The tokens.
    #[serde(flatten)]
    pub tokens: TokenPair,
    /// Where help is, always.
    pub support: SupportView,
}

impl PassTokensView {
    /// What was issued, to be handed out.
    pub fn of(issued: &Issued) -> Self {
        Self { tokens: TokenPair::of(issued), support: SupportView::new() }
    }
}
