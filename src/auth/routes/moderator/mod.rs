//! Signing in as a moderator: the calls of offices, for accounts of another
//! audience.

mod account;
mod second_factor;
mod sign_in;

pub use account::{
    change_moderator_password, forgot_moderator_password, get_moderator_account, reset_moderator_password,
};
pub use second_factor::{
    confirm_moderator_totp, create_moderator_totp, delete_moderator_totp, replace_moderator_recovery_codes,
};
pub use sign_in::{
    create_moderator_token, enrol_moderator_account, refresh_moderator_token, revoke_all_moderator_tokens,
    revoke_moderator_token, step_up_moderator_session,
};
