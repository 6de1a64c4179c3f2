//! The page on which an owner decides about a run that waits, without signing
//! in: the link of the letter is the right to, once. Plain HTML without scripts.
//!
//! Looking at it uses nothing up, because mail scanners follow links; deciding
//! is a form. Where signing in needs a second factor, the form asks for its
//! code. A link leads to what waits of its source now: where that is not what
//! the page showed, nothing is decided.

mod words;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Payload, ServiceConfig},
};

use self::words::{Asked, Shown, closed, not_open, shown};
use crate::{
    auth::{
        Auth, DecisionFactor, DecisionLink,
        html::{answer, page, paragraph, refusal},
        read_fields,
    },
    config::TrustedProxies,
    db::{self, Pools, Scope},
    directory::{self, Actor},
    http::{ApiError, ClientAddress, ErrorCode, Limits, PublicUrl, QueryString, Quota, client_address},
    kernel::Clock,
    sync::{self, Decided, Decision, RunStatus, StoredRun},
};

/// Changes of each kind that the page shows; the rest are counted.
const SHOWN: u16 = 100;

/// Registers the page.
pub fn import_page(config: &mut ServiceConfig) {
    let wrong_method = || async { Err::<HttpResponse, _>(ApiError::method_not_allowed("GET, HEAD, POST".to_owned())) };
    config.service(
        web::resource("/office/import")
            .route(web::get().to(look))
            .route(web::head().to(look))
            .route(web::post().to(submit))
            .default_service(web::to(wrong_method)),
    );
}

/// What the page is made of.
type Parts = (Data<Auth>, Data<Pools>);

async fn look(request: HttpRequest, parts: Parts) -> HttpResponse {
    // What else stands in the address, a mail program may have added.
    let query = QueryString::parse(request.query_string()).ok();
    let code = query.and_then(|mut query| query.take_text("code")).unwrap_or_default();
    match open(&parts, &code).await {
        Ok(Some(Open { run, shown, factor, .. })) => {
            answer(StatusCode::OK, shown.page(&run, Asked { link: &code, factor, wrong: None }))
        }
        Ok(None) => answer(StatusCode::GONE, gone()),
        Err(error) => failed(&error),
    }
}

/// What a form brings besides.
type Submission = (HttpRequest, Payload, Parts, Data<Limits>, (Data<TrustedProxies>, Data<PublicUrl>), Data<dyn Clock>);

async fn submit(submission: Submission) -> HttpResponse {
    decide(submission).await.unwrap_or_else(|error| failed(&error))
}

async fn decide(submission: Submission) -> Result<HttpResponse, ApiError> {
    let (request, payload, parts, limits, (proxies, own), clock) = submission;
    let mut fields = read_fields(&request, payload, &own).await?;
    let address = client_address(&request, &proxies);
    limits.check(Quota::SignIn, address)?;
    let code = fields.take_text("code").unwrap_or_default();
    let decision = match fields.take_text("decision").as_deref() {
        Some("apply") => Decision::Apply,
        Some("reject") => Decision::Reject,
        _ => return Err(ApiError::malformed("The form says neither yes nor no.")),
    };
    let (seen, totp) = (fields.take_text("run"), fields.take_text("totp").unwrap_or_default());
    let Some(Open { link, run, shown, factor }) = open(&parts, &code).await? else {
        return Ok(answer(StatusCode::GONE, gone()));
    };
    let seen = seen.map_or(Some(link.import_id), |seen| seen.parse().ok());
    if seen != Some(run.id) {
        return Ok(answer(StatusCode::CONFLICT, closed(words::CHANGED)));
    }
    let (auth, pools) = parts;
    if let Err((error, wrong)) = prove(&auth, &link, factor, &totp, address).await {
        return Ok(refusal(&error, shown.page(&run, Asked { link: &code, factor, wrong })));
    }
    let (actor, letter) = (Actor::Account(link.account_id), link.import_id);
    let decided =
        sync::decide(&pools.directory, &run, decision, (Scope::office(run.intergroup_id), actor), clock.now()).await?;
    Ok(match decided {
        Decided::Done(run, _) => {
            auth.end_decisions(run.id).await?;
            auth.end_decisions(letter).await?;
            answer(StatusCode::OK, shown.done(&run))
        }
        Decided::NotOpen(status) => answer(StatusCode::CONFLICT, closed(not_open(status))),
        Decided::Moved | Decided::Gone | Decided::Missing => answer(StatusCode::CONFLICT, closed(words::MOVED)),
    })
}

/// Takes the code of the second factor, where one is needed; why not, and what
/// is said beside the field.
async fn prove(
    auth: &Auth,
    link: &DecisionLink,
    factor: DecisionFactor,
    totp: &str,
    address: ClientAddress,
) -> Result<(), (ApiError, Option<&'static str>)> {
    match factor {
        DecisionFactor::Nothing => Ok(()),
        DecisionFactor::Missing => Err((ApiError::new(ErrorCode::TotpRequired), None)),
        DecisionFactor::Code => auth.prove_decision(link, totp, address).await.map_err(|error| {
            let wrong = match error.code() {
                ErrorCode::SignInFailed => words::WRONG_CODE,
                ErrorCode::CodeRequired => words::NO_CODE,
                _ => said(&error),
            };
            (error, Some(wrong))
        }),
    }
}

/// A link that is good.
struct Open {
    link: DecisionLink,
    /// About what it decides.
    run: StoredRun,
    shown: Shown,
    factor: DecisionFactor,
}

/// The run of a link that is good, and what is shown of it.
async fn open((auth, pools): &Parts, code: &str) -> Result<Option<Open>, ApiError> {
    let Some(link) = auth.look_at_decision(code).await? else { return Ok(None) };
    let mut reading = db::begin_read(&pools.directory, Scope::Read).await?;
    let Some(run) = sync::find_run(&mut reading, link.import_id).await? else { return Ok(None) };
    let run = sync::in_place_of(&mut reading, run).await?;
    let feed = sync::find_feed(&mut reading, run.feed_id).await?;
    let office = directory::find_intergroup_to_write(&mut reading, run.intergroup_id).await?;
    let mut changes = Vec::new();
    for (op, _) in words::KINDS {
        changes.extend(sync::first_changes(&mut reading, run.id, op, SHOWN).await?);
    }
    reading.commit().await?;
    let (Some(feed), Some(office)) = (feed, office) else { return Ok(None) };
    let is_open = matches!(run.status, RunStatus::Held | RunStatus::Planned);
    if !is_open || !auth.may_decide(&link, run.intergroup_id).await? {
        return Ok(None);
    }
    let shown = shown(&office.document.name, &feed.settings.name.to_string(), &changes);
    let factor = auth.decision_factor(&link, run.intergroup_id).await?;
    Ok(Some(Open { link, run, shown, factor }))
}

/// The page of a link that cannot be used, which does not tell why not.
fn gone() -> String {
    let main = [
        "Each link works once, for seven days, and until somebody else has decided.",
        "The meeting list is as it was decided, or as it was before. Sign in to see the runs of your sources.",
    ];
    page("This link no longer works", true, &main.map(paragraph).concat())
}

fn failed(error: &ApiError) -> HttpResponse {
    refusal(error, page("This did not work", true, &paragraph(said(error))))
}

/// A refusal that has nothing to do with what was typed.
fn said(error: &ApiError) -> &'static str {
    if let Some(source) = error.source() {
        tracing::error!(code = error.code().as_str(), error = format!("{source:#}"), "a page failed");
    }
    match error.code() {
        ErrorCode::TooManyRequests => "There were too many attempts. Wait a few minutes, then try again.",
        ErrorCode::Unavailable => "There is too much to do at this moment. Try again in a few seconds.",
        ErrorCode::Internal => "Something failed on our side, and nothing was changed. Try again later.",
        _ => "What your browser sent cannot be used. Open the link in the letter again.",
    }
}
