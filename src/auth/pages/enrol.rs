//! Taking up an invitation.

use super::{
    AGAIN, LinkPage, NEW_PASSWORD, PRESENT_PASSWORD, TOTP,
    form::Form,
    html::{FormPage, Mistakes, page, paragraph},
};
use crate::{
    auth::{audience::Audience, caller::Role, links::Invited, service::Auth},
    http::{ApiError, ClientAddress},
    kernel::SessionId,
};

/// An open invitation.
#[derive(Debug)]
pub(super) struct Enrol(Invited);

impl LinkPage for Enrol {
    const PATH: &'static str = "enrol";
    const CONFLICT: &'static str =
        "Your account was made just now, by another invitation. Type the password that you chose there.";
    const ANOTHER: &'static str = "If you have taken up this invitation already, you need not do anything here: sign in \
                                   as you usually do. Otherwise ask whoever invited you to invite you again.";

    async fn look(auth: &Auth, audience: Audience, code: &str) -> Result<Self, ApiError> {
        auth.look_at_invitation(audience, code).await.map(Self)
    }

    fn check(&self, form: &Form) -> Mistakes {
        if self.0.has_totp.is_none() { super::check_new(form) } else { super::check_present(form) }
    }

    fn show(&self, code: &str, mistakes: &Mistakes) -> String {
        let about = paragraph(&self.about());
        let form = |about: &str| FormPage::new(Self::PATH, code, about, mistakes).address(&self.0.email);
        match self.0.has_totp {
            None => {
                let about = about + &paragraph("Choose a password. From then on you sign in with it and this address.");
                let form = form(&about).field(NEW_PASSWORD).field(AGAIN);
                form.end("Choose a password", "Keep this password")
            }
            Some(has_totp) => {
                let about = about + &paragraph("You have an account already; this adds the office to it.");
                let form = form(&about).field(PRESENT_PASSWORD);
                let form = if has_totp { form.field(TOTP) } else { form };
                form.end("Add an office to your account", "Add the office")
            }
        }
    }

    async fn take(&self, auth: &Auth, form: &Form, _address: ClientAddress) -> Result<String, ApiError> {
        let issued = auth.enrol(self.audience(), &form.code, &form.proof()).await?;
        // The page keeps no tokens: nobody is to have this session.
        auth.end(SessionId(issued.refresh.session)).await?;
        Ok(page("You are in", false, &self.done().map(|words| paragraph(&words)).concat()))
    }
}

impl Enrol {
    fn audience(&self) -> Audience {
        if self.0.office.is_some() { Audience::Office } else { Audience::Moderator }
    }

    /// To what.
    fn about(&self) -> String {
        match &self.0.office {
            Some((office, role)) => {
                format!("You are invited to help keep the meeting list of {office}. {}", may(*role))
            }
            None => "You are invited to be a moderator: to look at what members report, and to \
                     decide about it."
                .to_owned(),
        }
    }

    /// What has come of it, and what is next.
    fn done(&self) -> [String; 3] {
        let email = &self.0.email;
        match &self.0.office {
            Some((office, _)) => [
                format!("You may now help keep the meeting list of {office}."),
                format!(
                    "You can close this page. Sign in with {email} and your password, in the app or on the website \
                     that your office keeps its meetings with. If you do not know which one that is, ask whoever \
                     invited you."
                ),
                "Once you are signed in, consider setting up an authenticator app: then nobody gets in who only knows \
                 your password."
                    .to_owned(),
            ],
            None => [
                "You are a moderator now.".to_owned(),
                format!(
                    "You can close this page. Sign in with {email} and your password, as whoever invited you tells you."
                ),
                "The first thing to do there is to set up an authenticator app: before that you see nothing."
                    .to_owned(),
            ],
        }
    }
}

fn may(role: Role) -> &'static str {
    match role {
        Role::Owner => "As an owner you change it, invite others, and see who changed what.",
        Role::Editor => "As an editor you change it.",
        Role::Observer => "As an observer you see all of it, and change nothing.",
    }
}
