//! The moderator of the demo, appointed as an operator does it and enrolled as
//! moderators are: with a second factor, without which they see nothing.

use anyhow::Context as _;
use serde_json::json;

use super::caller::{Caller, text};
use crate::{
    auth::Auth,
    http::EmailAddress,
    kernel::{Clock, SystemClock},
};

/// How they sign in, besides a code.
pub(super) const EMAIL: &str = "moderator@example.org";
pub(super) const PASSWORD: &str = "a lamp in every window";
/// Codes are good for a step of 30 seconds and for the next. The one of a step
/// ago is good as yet, and leaves the present one to whoever signs in.
const STEP_S: u64 = 30;

/// Makes them; the secret that goes into an authenticator.
///
/// # Errors
/// When the service refuses something.
pub(super) async fn make(auth: &Auth, anybody: &Caller) -> anyhow::Result<String> {
    let email = EmailAddress::parse(EMAIL).context("the moderator's address")?;
    let invited = auth.invite_moderator(&email).await?.context("the demo has a moderator already")?;
    let body = json!({ "invitation": invited.code, "password": PASSWORD });
    let moderator = anybody.with(&anybody.post("/v1/auth/moderator/enrol", Some(&body)).await?)?;
    let proposed = moderator.post("/v1/auth/moderator/totp", None).await?;
    let authenticator = totp_rs::Totp::from_url(text(&proposed, "/otpauth_url")?)?;
    let confirm = async || {
        let now = u64::try_from(SystemClock.now().timestamp())?;
        let code = authenticator.generate(now.saturating_sub(STEP_S)).to_string();
        moderator.post("/v1/auth/moderator/totp/confirm", Some(&json!({ "code": code }))).await
    };
    // Where a step ends while the code is on its way it comes too late; that
    // does not happen twice.
    if confirm().await.is_err() {
        confirm().await?;
    }
    text(&proposed, "/secret")
}
