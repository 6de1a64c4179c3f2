//! Bodies and answers of accounts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{DeviceKey, TokenPair},
    members::service::Welcome,
};

/// The key of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"auth_key": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}))]
pub struct AuthKeyInput {
    /// 32 bytes in base64url: HKDF-SHA256 of the recovery code that the device
    /// made, with `openchair/auth` as info. The code itself is never sent.
    #[schema(inline)]
    pub auth_key: DeviceKey,
}

/// An account and its first session.
#[derive(Serialize, ToSchema)]
pub struct WelcomeView {
    /// Three words that we drew.
    #[schema(example = "amber-river-lantern")]
    pub handle: String,
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: TokenPair,
    /// Two, each of which starts a circle or a story; none where the account
    /// was there already. Keep them on the device until they are spent.
    pub vouchers: Vec<String>,
}

impl WelcomeView {
    pub(super) fn of(welcome: &Welcome) -> Self {
        Self {
            handle: welcome.handle.clone(),
            tokens: TokenPair::of(&welcome.issued),
            vouchers: welcome.vouchers.iter().map(|voucher| voucher.reveal().to_owned()).collect(),
        }
    }
}
