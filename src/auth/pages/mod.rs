//! What a person sees who clicks a link of a letter: a form to choose or give
//! a password, and afterwards what to do next. Plain HTML without scripts.
//!
//! Looking at a page uses nothing up, because mail scanners follow links; the
//! form posts to the page's own address. The pages call the same functions as
//! the API, under the same limits, and show its refusals in words and with
//! their status. They are no part of the OpenAPI document. To add one,
//! implement [`LinkPage`] in a file of its own and register it in
//! [`link_pages`], for each audience that it is for.

mod email;
mod enrol;
mod form;
pub mod html;
mod reset;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Data, Payload, ServiceConfig},
};

pub use form::read_fields;

use self::{
    form::Form,
    html::{Field, Mistakes, answer, page, paragraph, refusal},
};
use super::{audience::Audience, service::Auth};
use crate::{
    config::TrustedProxies,
    http::{ApiError, ClientAddress, ErrorCode, Limits, PublicUrl, QueryString, Quota, client_address},
};

const PASSWORD_HELP: &str = "At least 12 characters. Three or four words that have nothing to do with one another are \
                             easy to remember and hard to guess.";

const NEW_PASSWORD: Field = Field {
    name: "password",
    label: "New password",
    help: PASSWORD_HELP,
    attributes: "type=\"password\" autocomplete=\"new-password\" required",
};

const AGAIN: Field = Field {
    name: "again",
    label: "The same password again",
    help: "So that a slip of the finger does not lock you out.",
    attributes: "type=\"password\" autocomplete=\"new-password\" required",
};

const PRESENT_PASSWORD: Field = Field {
    name: "password",
    label: "Your password",
    help: "The one that you sign in with now.",
    attributes: "type=\"password\" autocomplete=\"current-password\" required",
};

const TOTP: Field = Field {
    name: "totp",
    label: "Code from your authenticator app",
    help: "Six digits that change every half minute, or one of your recovery codes. Leave it empty if you have set up \
           no such app.",
    attributes: "type=\"text\" class=\"short\" autocomplete=\"one-time-code\" autocapitalize=\"none\" \
                 spellcheck=\"false\"",
};

/// One kind of link.
trait LinkPage: Sized {
    /// The last part of its address.
    const PATH: &'static str;
    /// What is said when what was asked for meets something that is there.
    const CONFLICT: &'static str;
    /// How to come by another link.
    const ANOTHER: &'static str;

    /// What a link is about; `invalid_content` where it is not open.
    async fn look(auth: &Auth, audience: Audience, code: &str) -> Result<Self, ApiError>;

    /// What is wrong with a form before anything is done with it.
    fn check(&self, form: &Form) -> Mistakes;

    /// The page with its form.
    fn show(&self, code: &str, mistakes: &Mistakes) -> String;

    /// Does what the link is for; the page that says so.
    async fn take(&self, auth: &Auth, form: &Form, address: ClientAddress) -> Result<String, ApiError>;
}

/// Registers the pages.
pub fn link_pages(config: &mut ServiceConfig) {
    for audience in [Audience::Office, Audience::Moderator] {
        register::<enrol::Enrol>(config, audience);
        register::<reset::Reset>(config, audience);
    }
    register::<email::NewEmail>(config, Audience::Office);
}

fn register<P: LinkPage + 'static>(config: &mut ServiceConfig, audience: Audience) {
    let wrong_method = || async { Err::<HttpResponse, _>(ApiError::method_not_allowed("GET, HEAD, POST".to_owned())) };
    let looked_at = move |request: HttpRequest, auth: Data<Auth>| look::<P>(audience, request, auth);
    config.service(
        web::resource(format!("/{audience}/{}", P::PATH))
            .route(web::get().to(looked_at))
            .route(web::head().to(looked_at))
            .route(web::post().to(move |submission: Submission| submit::<P>(audience, submission)))
            .default_service(web::to(wrong_method)),
    );
}

async fn look<P: LinkPage>(audience: Audience, request: HttpRequest, auth: Data<Auth>) -> HttpResponse {
    // What else stands in the address, a mail program may have added.
    let query = QueryString::parse(request.query_string()).ok();
    let code = query.and_then(|mut query| query.take_text("code")).unwrap_or_default();
    match P::look(&auth, audience, &code).await {
        Ok(link) => answer(StatusCode::OK, link.show(&code, &Mistakes::default())),
        Err(error) if error.code() == ErrorCode::InvalidContent => answer(StatusCode::GONE, gone::<P>()),
        Err(error) => failed(&error),
    }
}

/// What a page's form brings, and who answers it.
type Submission = (HttpRequest, Payload, Data<Auth>, Data<Limits>, (Data<TrustedProxies>, Data<PublicUrl>));

async fn submit<P: LinkPage>(audience: Audience, submission: Submission) -> HttpResponse {
    let (request, payload, auth, limits, (proxies, own)) = submission;
    let address = client_address(&request, &proxies);
    let form = match Form::read(&request, payload, &own).await {
        Ok(form) => form,
        Err(error) => return failed(&error),
    };
    let link = match P::look(&auth, audience, &form.code).await {
        Ok(link) => link,
        Err(error) if error.code() == ErrorCode::InvalidContent => return refusal(&error, gone::<P>()),
        Err(error) => return failed(&error),
    };
    let mistakes = link.check(&form);
    if !mistakes.is_empty() {
        return answer(StatusCode::UNPROCESSABLE_ENTITY, link.show(&form.code, &mistakes));
    }
    let taken = match limits.check(Quota::SignIn, address) {
        Ok(_) => link.take(&auth, &form, address).await,
        Err(error) => Err(error),
    };
    match taken {
        Ok(done) => answer(StatusCode::OK, done),
        Err(error) => match mistakes_of::<P>(&error) {
            Some(mistakes) => refusal(&error, link.show(&form.code, &mistakes)),
            None => refusal(&error, gone::<P>()),
        },
    }
}

/// A refusal in words; `None` where the link was used up meanwhile.
fn mistakes_of<P: LinkPage>(error: &ApiError) -> Option<Mistakes> {
    Some(match error.code() {
        ErrorCode::InvalidContent => {
            let refused = error.invalid().iter().find(|invalid| invalid.name == form::PASSWORD)?;
            Mistakes::of_field("password", format!("The password {}.", refused.message))
        }
        ErrorCode::SignInFailed => Mistakes::of_field(
            "password",
            "This was not right: either the password, or the code from your authenticator app. Type both again; a \
             code that was used once is not taken a second time.",
        ),
        ErrorCode::CodeRequired => Mistakes::of_field(
            "totp",
            "Your account needs the code that your authenticator app shows now. Type your password again, too.",
        ),
        ErrorCode::Conflict => Mistakes::of_whole(P::CONFLICT),
        _ => Mistakes::of_whole(words_of(error)),
    })
}

/// A refusal that has nothing to do with what was typed.
fn words_of(error: &ApiError) -> String {
    if let Some(source) = error.source() {
        tracing::error!(code = error.code().as_str(), error = format!("{source:#}"), "a page failed");
    }
    match error.code() {
        ErrorCode::TooManyRequests => format!("There were too many attempts. Wait {}, then try again.", wait(error)),
        ErrorCode::Unavailable => "There is too much to do at this moment. Try again in a few seconds.".to_owned(),
        ErrorCode::Internal => "Something failed on our side. Try again later; if it does not help, tell whoever runs \
                                this service."
            .to_owned(),
        _ => "What your browser sent cannot be used. Open the link in the letter again, and type everything anew."
            .to_owned(),
    }
}

/// How long to wait, in words.
fn wait(error: &ApiError) -> String {
    let headers = error.respond("");
    let seconds = headers.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    match seconds.unwrap_or(1) {
        1 => "a second".to_owned(),
        seconds @ 2..120 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// The page of a failure before there is a form to show again.
fn failed(error: &ApiError) -> HttpResponse {
    refusal(error, page("This did not work", true, &paragraph(&words_of(error))))
}

/// The page of a link that cannot be used, which does not tell why not.
fn gone<P: LinkPage>() -> String {
    let main =
        ["Each link works once and for a limited time, and a newer letter ends the link of an older one.", P::ANOTHER];
    page("This link no longer works", true, &main.map(paragraph).concat())
}

/// Of a password that is being chosen.
fn check_new(form: &Form) -> Mistakes {
    if !form.has_password() {
        return check_present(form);
    }
    if form.is_repeated() { Mistakes::default() } else { Mistakes::of_field("again", NOT_ALIKE) }
}

/// Of a password that there is.
fn check_present(form: &Form) -> Mistakes {
    if form.has_password() { Mistakes::default() } else { Mistakes::of_field("password", "A password is needed.") }
}

const NOT_ALIKE: &str = "The two passwords are not alike. Type both again.";
