//! Confirming a new address. Nobody is signed in here, so the password is
//! asked for. The page says nothing of the account before it is given: a
//! mistyped address brings the link to a stranger.

use super::{
    LinkPage, PRESENT_PASSWORD, TOTP,
    form::Form,
    html::{FormPage, Mistakes, page, paragraph},
};
use crate::{
    auth::{audience::Audience, service::Auth},
    http::{ApiError, ClientAddress},
};

/// A link that was sent to this address.
#[derive(Debug)]
pub(super) struct NewEmail(String);

impl LinkPage for NewEmail {
    const PATH: &'static str = "email";
    const CONFLICT: &'static str = "Another account has that address already. Sign in with that one, or change yours to \
                                    a third address.";
    const ANOTHER: &'static str =
        "If your address is not changed yet, ask for the change again where you are signed in.";

    async fn look(auth: &Auth, _audience: Audience, code: &str) -> Result<Self, ApiError> {
        auth.look_at_email(code).await.map(Self)
    }

    fn check(&self, form: &Form) -> Mistakes {
        super::check_present(form)
    }

    fn show(&self, code: &str, mistakes: &Mistakes) -> String {
        let about =
            format!("From now on you sign in with {}, and letters go there. Your password agrees to it.", self.0);
        let form = FormPage::new(Self::PATH, code, &paragraph(&about), mistakes);
        form.field(PRESENT_PASSWORD).field(TOTP).end("Change your address", "Change my address")
    }

    async fn take(&self, auth: &Auth, form: &Form, address: ClientAddress) -> Result<String, ApiError> {
        auth.confirm_email_by_password(&form.code, &form.proof(), address).await?;
        let main = [
            format!("You can close this page. From now on sign in with {}; your password is the same.", self.0),
            "A letter to your old address tells of the change.".to_owned(),
        ];
        Ok(page("Your address is changed", false, &main.map(|words| paragraph(&words)).concat()))
    }
}
