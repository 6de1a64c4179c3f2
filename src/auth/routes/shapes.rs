//! Bodies and answers of signing in.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{account::Account, caller::Role, recovery::RecoveryCode, service::Proof, tokens::Issued},
    http::{EmailAddress, Line},
    kernel::{AccountId, IntergroupId},
};

/// An e-mail address and what proves that it is yours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "kit@example.org", "password": "four lanterns by the river"}))]
pub struct SignInInput {
    /// Compared without case.
    #[schema(inline)]
    pub email: EmailAddress,
    /// The password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    pub password: SecretString,
    /// Of the authenticator app, or a recovery code; needed where there is a
    /// second factor.
    #[schema(inline, nullable = false)]
    pub code: Option<Line<64>>,
}

/// An invitation and a password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"invitation": "qXsU0mZJcVqPpTzYFJcVqPpTzYFqXsU0mZJcVqPpTzY",
                          "password": "four lanterns by the river"}))]
pub struct EnrolInput {
    /// The code of the invitation.
    #[schema(min_length = 1, max_length = 64)]
    pub invitation: String,
    /// A new password; where the address has an account, the present one.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    pub password: SecretString,
    /// Where that account has a second factor.
    #[schema(inline, nullable = false)]
    pub code: Option<Line<64>>,
}

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "oc_refresh_office_…"}))]
pub struct RefreshInput {
    /// The last one that was received.
    #[schema(min_length = 1, max_length = 512)]
    pub refresh_token: String,
}

/// The password again, and the second factor where there is one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "four lanterns by the river"}))]
pub struct StepUpInput {
    /// The present password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    pub password: SecretString,
    /// Of the authenticator app, or a recovery code.
    #[schema(inline, nullable = false)]
    pub code: Option<Line<64>>,
}

/// The present password and the new one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "four lanterns by the river", "password": "a kettle sings at dawn"}))]
pub struct ChangePasswordInput {
    /// The present password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    pub current_password: SecretString,
    /// The new one: at least 12 bytes, and not easy to guess.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    pub password: SecretString,
    /// Of the authenticator app, or a recovery code, where there is a second factor.
    #[schema(inline, nullable = false)]
    pub code: Option<Line<64>>,
}

/// Whose password was forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "kit@example.org"}))]
pub struct ForgotPasswordInput {
    /// Compared without case.
    #[schema(inline)]
    pub email: EmailAddress,
}

/// The code of a link and the new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reset_code": "qXsU0mZJcVqPpTzYFJcVqPpTzYFqXsU0mZJcVqPpTzY",
                          "password": "a kettle sings at dawn"}))]
pub struct ResetPasswordInput {
    /// The code of the link.
    #[schema(min_length = 1, max_length = 64)]
    pub reset_code: String,
    /// The new password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    pub password: SecretString,
}

/// Another address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "kit@example.net"}))]
pub struct ChangeEmailInput {
    /// The new address; a link is sent there.
    #[schema(inline)]
    pub email: EmailAddress,
}

/// The code that the new address received.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email_code": "qXsU0mZJcVqPpTzYFJcVqPpTzYFqXsU0mZJcVqPpTzY"}))]
pub struct ConfirmEmailInput {
    /// The code of the link.
    #[schema(min_length = 1, max_length = 64)]
    pub email_code: String,
}

/// The first code of an authenticator app.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "492039"}))]
pub struct ConfirmTotpInput {
    /// Six digits.
    #[schema(min_length = 1, max_length = 64)]
    pub code: String,
}

/// Tokens. Keep the refresh token, send the access token.
#[derive(Serialize, ToSchema)]
pub struct TokenPair {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String, example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds until the access token runs out.
    pub expires_in_s: u64,
    /// For one refresh; the answer brings its successor. A lost answer may be
    /// asked for again with the same one.
    pub refresh_token: String,
    /// Seconds until the refresh token runs out where it is not used.
    pub refresh_expires_in_s: i64,
}

impl TokenPair {
    /// What was issued, to be handed out.
    pub fn of(issued: &Issued) -> Self {
        Self {
            access_token: issued.access.text.clone(),
            token_type: "Bearer",
            expires_in_s: issued.access.expires_in_s,
            refresh_token: issued.refresh.reveal().to_string(),
            refresh_expires_in_s: issued.refresh_expires_in_s,
        }
    }
}

/// Until when the password counts as given just now.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepUpView {
    /// Until when.
    pub stepped_up_until: DateTime<Utc>,
}

/// A second factor to be put into an authenticator app.
#[derive(Serialize, ToSchema)]
pub struct TotpView {
    /// For typing in, base32.
    pub secret: String,
    /// For a QR code, `otpauth://totp/…`.
    pub otpauth_url: String,
}

/// Recovery codes, shown this once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesView {
    /// Each stands once for a code of the app.
    pub recovery_codes: Vec<String>,
}

/// One's own account.
#[derive(Serialize, ToSchema)]
pub struct AccountView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: AccountId,
    /// The address that it signs in with.
    pub email: String,
    /// Whether signing in needs a code.
    pub has_totp: bool,
    /// How many recovery codes are left.
    pub recovery_codes_left: i64,
    /// Whether a letter a week tells it of its offices.
    pub weekly_digest: bool,
    /// What it may do, and where.
    pub grants: Vec<GrantView>,
}

/// How an account wants to be told.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"weekly_digest": true}))]
pub struct PreferencesInput {
    /// Whether a letter a week tells it of its offices: how their sources are,
    /// what they did, what waits. Off where nobody switched it on.
    pub weekly_digest: bool,
}

/// What an account may do in an intergroup and all that belong to it.
#[derive(Serialize, ToSchema)]
pub struct GrantView {
    /// The intergroup.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What the account may do there.
    pub role: Role,
}

/// A moderator's own account.
#[derive(Serialize, ToSchema)]
pub struct ModeratorView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: AccountId,
    /// The address that it signs in with.
    pub email: String,
    /// Whether there is a second factor; without one nothing else is allowed.
    pub has_totp: bool,
    /// How many recovery codes are left.
    pub recovery_codes_left: i64,
}

impl ModeratorView {
    pub(in crate::auth::routes) fn of(id: AccountId, account: Account) -> Self {
        let Account { email, has_totp, recovery_codes_left, .. } = account;
        Self { id, email, has_totp, recovery_codes_left }
    }
}

impl AccountView {
    pub(in crate::auth::routes) fn of(id: AccountId, account: Account) -> Self {
        let grants = account.grants.into_iter().map(|grant| GrantView {
            intergroup_id: grant.intergroup_id,
            slug: grant.slug,
            name: grant.name,
            role: grant.role,
        });
        Self {
            id,
            email: account.email,
            has_totp: account.has_totp,
            recovery_codes_left: account.recovery_codes_left,
            weekly_digest: account.weekly_digest,
            grants: grants.collect(),
        }
    }
}

impl RecoveryCodesView {
    pub(in crate::auth::routes) fn of(codes: &[RecoveryCode]) -> Self {
        Self { recovery_codes: codes.iter().map(|code| code.reveal().to_string()).collect() }
    }
}

impl SignInInput {
    pub(in crate::auth::routes) fn proof(&self) -> Proof {
        Proof { pointer: "/password", password: self.password.clone(), code: self.code.clone().map(Into::into) }
    }
}

impl EnrolInput {
    pub(in crate::auth::routes) fn proof(&self) -> Proof {
        Proof { pointer: "/password", password: self.password.clone(), code: self.code.clone().map(Into::into) }
    }
}

impl StepUpInput {
    pub(in crate::auth::routes) fn proof(&self) -> Proof {
        Proof { pointer: "/password", password: self.password.clone(), code: self.code.clone().map(Into::into) }
    }
}

impl ChangePasswordInput {
    pub(in crate::auth::routes) fn proof(&self) -> Proof {
        Proof {
            pointer: "/current_password",
            password: self.current_password.clone(),
            code: self.code.clone().map(Into::into),
        }
    }

    pub(in crate::auth::routes) fn new_password(&self) -> Proof {
        Proof { pointer: "/password", password: self.password.clone(), code: None }
    }
}

impl ResetPasswordInput {
    pub(in crate::auth::routes) fn new_password(&self) -> Proof {
        Proof { pointer: "/password", password: self.password.clone(), code: None }
    }
}
