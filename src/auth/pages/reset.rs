//! Choosing a new password where the old one was forgotten.

use super::{
    AGAIN, LinkPage, NEW_PASSWORD,
    form::Form,
    html::{FormPage, Mistakes, page, paragraph},
};
use crate::{
    auth::{audience::Audience, service::Auth, store::AccountRow},
    http::{ApiError, ClientAddress},
};

/// A link that sets a password.
#[derive(Debug)]
pub(super) struct Reset(AccountRow);

impl LinkPage for Reset {
    const PATH: &'static str = "reset";
    const CONFLICT: &'static str = "Your account was changed at the same time. Try again.";
    const ANOTHER: &'static str = "If you still need a new password, ask for one again where you sign in; the letter \
                                   comes within a few minutes.";

    async fn look(auth: &Auth, audience: Audience, code: &str) -> Result<Self, ApiError> {
        auth.look_at_reset(audience, code).await.map(Self)
    }

    fn check(&self, form: &Form) -> Mistakes {
        super::check_new(form)
    }

    fn show(&self, code: &str, mistakes: &Mistakes) -> String {
        let about = paragraph("Once it is set you are signed out everywhere, and sign in with the new one.");
        let form = FormPage::new(Self::PATH, code, &about, mistakes).address(&self.0.email);
        form.field(NEW_PASSWORD).field(AGAIN).end("Choose a new password", "Keep this password")
    }

    async fn take(&self, auth: &Auth, form: &Form, _address: ClientAddress) -> Result<String, ApiError> {
        auth.reset_password(self.0.audience, &form.code, &form.proof()).await?;
        let done = format!(
            "You can close this page. Sign in with {} and the new password; wherever you were signed in before, you no \
             longer are.",
            self.0.email
        );
        let totp =
            "Your authenticator app, if you have set one up, stays as it is: signing in still asks for its code.";
        let main = [done.as_str(), if self.0.totp_confirmed { totp } else { "" }];
        let main = main.into_iter().filter(|words| !words.is_empty()).map(paragraph).collect::<String>();
        Ok(page("Your new password is set", false, &main))
    }
}
