//! Who is calling, and whether they may: signing in, tokens, office keys.
//!
//! What is pure knows neither HTTP nor SQL, and time and randomness come as
//! arguments; what is secret has no way out but a method that says so, and
//! `Debug` never shows it:
//! - [`secret`]: the operator's secret, from which all other keys are wrapped or derived.
//! - [`audience`]: whom a token is for, and how long it lives.
//! - `signing`, [`keyring`], [`rotation`]: the key pairs of access tokens.
//! - `access`: access tokens; `refresh`, `family`: refresh tokens and the rule of rotating them.
//! - `password`, `hasher`: passwords; `totp`, `recovery`: the second factor.
//! - `one_time`, `office_key`: single-use codes and keys for machines.
//! - `device_key`: keys that a device derives.
//! - `delay`: how long to wait after failures.
//! - [`voucher`]: sealed one-time rights of members.
//! - [`caller`]: what somebody may do, as of this request.
//!
//! The rest is the service over the database: `sign_in`, `account`,
//! `second_factor`, `credentials` (what a request brings), `tokens` (of every
//! audience; members and circles keep their own sessions), `signing_keys`,
//! `letters`, `outbox` (sending them), `digest` (who wants one a week), `links` (what is in them), `store`,
//! `routes`, and `pages` for people who click a link.
//!
//! Invariants: a token or key is joined with its session and grants in the
//! transaction that uses it; an unknown address costs the same work as a known
//! one; every attempt is counted before it is made. To add a factor: a file
//! with its parsing and checking, a way into `Auth::prove`, its rows in `store`.

mod access;
mod account;
mod appointing;
mod attempts;
pub mod audience;
pub mod caller;
mod credentials;
mod decisions;
mod delay;
mod device_key;
mod digest;
mod family;
mod hasher;
pub mod keyring;
mod letters;
mod links;
mod moderator;
mod office_key;
mod one_time;
mod operator;
mod outbox;
mod pages;
mod password;
mod recovery;
mod refresh;
pub mod rotation;
mod routes;
mod second_factor;
pub mod secret;
mod service;
mod sign_in;
mod signing;
mod signing_keys;
mod store;
mod tokens;
mod totp;
pub mod voucher;

pub use audience::Audience;
pub use caller::{AccountCaller, Caller, Denial, KeyCaller, KeyScope, Need, Role};
pub use credentials::Credentials;
pub use decisions::DecisionFactor;
pub use device_key::{DeviceKey, KeyUse};
pub use digest::{DueDigest, claim_digest};
pub use letters::{line, long_line};
pub use moderator::ModeratorToken;
pub use office_key::OfficeKey;
pub use one_time::OneTimeCode;
pub use operator::NewLink;
pub use outbox::Outbox;
pub use pages::{html, link_pages, read_fields};
pub use rotation::Rotation;
pub use routes::{
    RefreshInput, TokenPair, change_moderator_password, change_office_email, change_office_password,
    confirm_moderator_totp, confirm_office_email, confirm_office_totp, create_moderator_token, create_moderator_totp,
    create_office_token, create_office_totp, delete_moderator_totp, delete_office_totp, enrol_moderator_account,
    enrol_office_account, forgot_moderator_password, forgot_office_password, get_jwks, get_moderator_account,
    get_office_account, refresh_moderator_token, refresh_office_token, replace_moderator_recovery_codes,
    replace_office_preferences, replace_office_recovery_codes, reset_moderator_password, reset_office_password,
    revoke_all_moderator_tokens, revoke_all_office_tokens, revoke_moderator_token, revoke_office_token,
    step_up_moderator_session, step_up_office_session,
};
pub use secret::Secret;
pub use service::Auth;
pub use signing_keys::{ListedKey, SigningKeys};
pub use store::{
    Admin, DecisionLink, DigestOffice, Doer, GrantRow, Happening, Invitation, KeyRow, Moderator, NewKey, Once, Removal,
    enqueue, enqueue_invitation, grants_of, insert_invitation, insert_key, list_admins, list_invitations, list_keys,
    list_moderators, owners_of, record, remove_grant, revoke_invitation, revoke_key,
};
pub use tokens::{Issued, QuietSession, Renewal, Tokens};
pub use voucher::{Voucher, VoucherError, VoucherKind};
