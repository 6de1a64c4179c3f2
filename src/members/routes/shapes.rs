//! Bodies and answers of accounts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};

use crate::{
    auth::{DeviceKey, TokenPair, Voucher, VoucherKind},
    members::{AccountRow, model::week_name, service::Welcome},
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

/// An account as its owner sees it.
#[derive(Serialize, ToSchema)]
pub struct MemberView {
    /// Three words that we drew.
    #[schema(example = "amber-river-lantern")]
    pub handle: String,
    /// The ISO week in which it was made.
    #[schema(example = "2026-W18")]
    pub made_week: String,
}

impl MemberView {
    pub(super) fn of(account: &AccountRow) -> Self {
        Self { handle: account.handle.clone(), made_week: week_name(account.made_week) }
    }
}

/// What a voucher is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"for": "circle"}))]
pub struct VoucherInput {
    /// What it is to start.
    #[serde(rename = "for")]
    pub purpose: VoucherPurpose,
}

/// What a voucher starts.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoucherPurpose {
    /// A circle.
    Circle,
    /// A story.
    Story,
}

impl VoucherPurpose {
    pub(super) fn kind(self) -> VoucherKind {
        match self {
            Self::Circle => VoucherKind::Circle,
            Self::Story => VoucherKind::Story,
        }
    }
}

/// A voucher; it is shown this once.
#[derive(Serialize, ToSchema)]
pub struct NewVoucherView {
    /// The voucher.
    pub voucher: String,
    /// The last day on which it is good, in UTC.
    pub expires_on: NaiveDate,
}

impl NewVoucherView {
    pub(super) fn of(voucher: &Voucher) -> Self {
        Self { voucher: voucher.reveal().to_owned(), expires_on: voucher.last_day() }
    }
}

/// Which version of a vault there is.
#[derive(Serialize, ToSchema)]
pub struct VaultView {
    /// Its number; the next one has one more.
    pub version: i64,
}

/// What a device encrypted.
pub struct VaultBytes;

impl PartialSchema for VaultBytes {
    fn schema() -> RefOr<Schema> {
        let bytes = ObjectBuilder::new().schema_type(Type::String).min_length(Some(4096)).max_length(Some(65_536));
        bytes.format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))).build().into()
    }
}

impl ToSchema for VaultBytes {}
