//! Every route of the service, and its OpenAPI document.
//!
//! A handler is registered once, here; that puts it into the router and into
//! the document.

use std::{
    collections::HashSet,
    panic,
    sync::{Arc, LazyLock},
    thread,
};

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{self, Data, Path},
};
use utoipa::openapi::OpenApi as Document;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};
use utoipa_swagger_ui::Config;

use crate::{
    auth, calendars, circles, feedback, helplines,
    http::{
        Answer, ApiError, Base, Edition, MethodTable, Methods, Traceable, describe_patches, drop_unused,
        mend_descriptions, of_audience,
    },
    members, milestones, moderation, offices, ops, print, search, stories, webhooks,
};

/// The browser may run the page's own scripts and ask this service, no other.
/// The page's library sets styles inline, which needs the one exception.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'none'";

/// From the list of handlers, what puts them into a document and what into a
/// router: the first is the work of a second, the second that of every worker.
macro_rules! operations {
    ($($handler:expr,)+) => {
        fn describe(config: &mut ServiceConfig<'_>) {
            config$(.service($handler))+;
        }

        /// Registers every operation.
        pub(super) fn routes(config: &mut web::ServiceConfig) {
            config.configure(often)$(.service($handler))+;
        }
    };
}

/// Those that are asked for often, beside what the short way takes
/// ([`search::Read`]): the router tries one after the other, most of them with a
/// regular expression.
fn often(config: &mut web::ServiceConfig) {
    config.service(search::list_meeting_changes).service(ops::get_livez).service(ops::get_readyz);
}

operations! {
    search::search_meetings,
    search::get_meeting_facets,
    search::get_meeting_clusters,
    search::stream_meetings,
    search::stream_meeting_features,
    search::list_meeting_changes,
    search::get_meeting,
    search::list_occurrences,
    offices::get_own_meeting,
    search::get_meeting_by_slug,
    search::list_groups,
    search::get_group,
    search::list_locations,
    search::get_location,
    search::list_regions,
    search::list_intergroups,
    search::get_intergroup,
    search::get_vocabulary,
    search::get_feed_json,
    search::get_feed_csv,
    calendars::get_feed_ics,
    calendars::get_meeting_calendar,
    calendars::get_group_calendar,
    print::get_print_page,
    offices::create_office_invitation,
    offices::delete_office_admin,
    offices::delete_office_invitation,
    offices::list_office_admins,
    offices::list_office_audit,
    offices::upsert_meetings,
    offices::create_group,
    offices::delete_group,
    offices::restore_group,
    offices::update_group,
    offices::list_meeting_history,
    offices::create_child_intergroup,
    offices::update_intergroup,
    offices::create_office_key,
    offices::delete_office_key,
    offices::list_office_keys,
    offices::list_feeds,
    offices::create_feed,
    offices::update_feed,
    offices::delete_feed,
    offices::create_import,
    offices::get_import,
    offices::list_import_changes,
    offices::list_import_problems,
    offices::apply_import,
    offices::reject_import,
    offices::undo_import,
    offices::create_location,
    offices::delete_location,
    offices::restore_location,
    offices::update_location,
    offices::list_own_meetings,
    offices::create_meeting,
    offices::delete_meeting,
    offices::restore_meeting,
    offices::revert_meeting,
    offices::settle_meeting_source,
    offices::update_meeting,
    offices::verify_meeting,
    offices::create_group_notice,
    offices::create_intergroup_notice,
    offices::create_location_notice,
    offices::create_meeting_notice,
    offices::delete_group_notice,
    offices::delete_intergroup_notice,
    offices::delete_location_notice,
    offices::delete_meeting_notice,
    offices::get_quality,
    offices::create_region,
    offices::delete_region,
    offices::restore_region,
    offices::update_region,
    feedback::create_feedback,
    feedback::get_feedback,
    feedback::list_feedback,
    feedback::accept_feedback,
    feedback::decline_feedback,
    webhooks::list_webhooks,
    webhooks::create_webhook,
    webhooks::update_webhook,
    webhooks::rotate_webhook_secret,
    webhooks::delete_webhook,
    webhooks::list_webhook_deliveries,
    webhooks::redeliver_webhook,
    auth::create_office_token,
    auth::enrol_office_account,
    auth::refresh_office_token,
    auth::revoke_office_token,
    auth::revoke_all_office_tokens,
    auth::step_up_office_session,
    auth::get_office_account,
    auth::replace_office_preferences,
    auth::change_office_password,
    auth::forgot_office_password,
    auth::reset_office_password,
    auth::change_office_email,
    auth::confirm_office_email,
    auth::create_office_totp,
    auth::confirm_office_totp,
    auth::delete_office_totp,
    auth::replace_office_recovery_codes,
    auth::get_jwks,
    helplines::list_help_lines,
    milestones::get_milestone_rules,
    ops::get_service,
    ops::get_livez,
    ops::get_readyz,
    ops::get_problem_page,
    get_openapi,
    get_openapi_of_audience,
    circles::delete_check_in,
    circles::delete_goal,
    circles::get_check_in,
    circles::list_check_ins,
    circles::list_goals,
    circles::put_check_in,
    circles::put_goal,
    circles::create_circle,
    circles::create_pass,
    circles::check_circle_invitation,
    circles::create_circle_token,
    circles::refresh_circle_token,
    circles::revoke_circle_token,
    circles::revoke_all_circle_tokens,
    circles::create_circle_invitation,
    circles::list_circle_invitations,
    circles::delete_circle_invitation,
    circles::get_own_circle,
    circles::get_circle_week,
    circles::get_summary,
    circles::export_own_pass,
    circles::put_check_in,
    circles::get_check_in,
    circles::delete_check_in,
    circles::list_check_ins,
    circles::put_goal,
    circles::delete_goal,
    circles::list_goals,
    circles::put_milestone,
    circles::delete_milestone,
    circles::list_milestones,
    circles::put_check_in_answer,
    circles::put_goal_answer,
    circles::put_milestone_answer,
    circles::delete_check_in_answer,
    circles::delete_goal_answer,
    circles::delete_milestone_answer,
    circles::put_nudge,
    circles::list_nudges,
    circles::put_mute,
    circles::delete_mute,
    circles::list_mutes,
    circles::get_own_pass,
    circles::update_own_pass,
    circles::delete_own_pass,
    circles::remove_pass,
    circles::share_circle_care,
    stories::create_story,
    stories::get_own_story,
    stories::update_own_story,
    stories::delete_own_story,
    stories::list_stories,
    stories::get_story,
    stories::thank_story,
    moderation::put_report,
    moderation::list_own_reports,
    moderation::appeal_decision,
    moderation::put_story_report,
    auth::create_moderator_token,
    auth::enrol_moderator_account,
    auth::refresh_moderator_token,
    auth::revoke_moderator_token,
    auth::revoke_all_moderator_tokens,
    auth::step_up_moderator_session,
    auth::get_moderator_account,
    auth::change_moderator_password,
    auth::forgot_moderator_password,
    auth::reset_moderator_password,
    auth::create_moderator_totp,
    auth::confirm_moderator_totp,
    auth::delete_moderator_totp,
    auth::replace_moderator_recovery_codes,
    moderation::list_moderation_queue,
    moderation::decide_report,
    members::create_member,
    members::create_member_token,
    members::refresh_member_token,
    members::revoke_member_token,
    members::revoke_all_member_tokens,
    members::get_member,
    members::delete_member,
    members::export_member,
    members::replace_member_handle,
    members::replace_member_key,
    members::get_member_vault,
    members::put_member_vault,
    members::create_member_voucher,
}

/// Registers the pages that are for people and not in the document.
pub(super) fn pages(config: &mut web::ServiceConfig) {
    config.service(docs_redirect).service(docs).configure(auth::link_pages).configure(offices::import_page);
}

/// The OpenAPI document of the whole service.
///
/// OpenAPI forbids two templates that differ in their names only, so that an
/// office's way to a meeting by its id gives way here to everybody's by its
/// slug; the office's own document has it.
pub fn document() -> Document {
    without_doubles(every_operation())
}

fn without_doubles(mut document: Document) -> Document {
    document.paths.paths.shift_remove(offices::MEETING_OF_OFFICE);
    document
}

/// Every operation that there is, of which the documents are made.
pub fn every_operation() -> Document {
    use utoipa::OpenApi as _;
    let mut base = Base::openapi();
    base.merge(search::ParameterSchemas::openapi());
    base.merge(print::ParameterSchemas::openapi());
    let app = actix_web::App::new().into_utoipa_app().openapi(base);
    let (_, mut document) = app.configure(describe).split_for_parts();
    mend_descriptions(&mut document);
    describe_patches(&mut document);
    drop_unused(&mut document);
    document
}

/// The document of one audience.
///
/// # Errors
/// Never in practice: a document is plain data.
pub fn document_of(audience: &str) -> anyhow::Result<serde_json::Value> {
    Ok(of_audience(&serde_json::to_value(every_operation())?, audience))
}

/// Documents as they are sent.
#[derive(Debug, Clone)]
pub(super) struct Documents {
    all: Arc<Edition>,
    of_audience: Vec<(&'static str, Arc<Edition>)>,
}

/// Who has a document of their own.
pub const AUDIENCES: [&str; 5] = ["public", "office", "member", "circle", "moderator"];

impl Documents {
    fn new(operations: Document) -> serde_json::Result<Self> {
        let whole = serde_json::to_value(&operations)?;
        let kept = |body| Arc::new(Edition::new(body));
        let of = |audience| Ok((audience, kept(serde_json::to_vec(&of_audience(&whole, audience))?)));
        let of_audience = AUDIENCES.into_iter().map(of).collect::<serde_json::Result<_>>()?;
        Ok(Self { all: kept(without_doubles(operations).to_json()?.into_bytes()), of_audience })
    }
}

/// What is made of the operations: once, for all servers of the process.
#[derive(Debug)]
pub(super) struct Description {
    /// Which methods an address has.
    pub methods: Data<MethodTable>,
    /// What of an address may be in the log.
    pub traceable: Data<Traceable>,
    /// The documents.
    pub documents: Data<Documents>,
    paths: HashSet<String>,
}

impl Description {
    /// That of this program.
    ///
    /// # Errors
    /// Never in practice: a document is plain data.
    pub(super) fn get() -> anyhow::Result<&'static Self> {
        // By a thread of its own, and then copied: what stays would hold all the memory
        // around it that making it took.
        static MADE: LazyLock<serde_json::Result<Description>> = LazyLock::new(|| {
            let made = thread::spawn(|| Described::of(every_operation())).join();
            made.unwrap_or_else(|panic| panic::resume_unwind(panic)).map(|made| made.copied())
        });
        MADE.as_ref().map_err(|error| anyhow::anyhow!("cannot describe the operations: {error}"))
    }

    /// Whether anything is at this path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }
}

/// What a [`Description`] is made of.
struct Described {
    methods: Methods,
    traceable: Traceable,
    documents: Documents,
}

impl Described {
    fn of(operations: Document) -> serde_json::Result<Self> {
        Ok(Self {
            methods: Methods::of(&operations),
            traceable: Traceable::of(&serde_json::to_value(&operations)?),
            documents: Documents::new(operations)?,
        })
    }

    fn copied(&self) -> Description {
        Description {
            methods: Data::new(MethodTable::from(&self.methods)),
            traceable: Data::new(self.traceable.clone()),
            documents: Data::new(self.documents.clone()),
            paths: self.methods.paths().map(str::to_owned).collect(),
        }
    }
}

/// This document
///
/// OpenAPI 3.1, whole in itself: what clients are generated from.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "get_openapi", tag = "service", security(()),
    responses((status = 200, description = "The document", body = Object,
               example = json!({"openapi": "3.1.0", "info": {"title": "OpenChair", "version": "0.1.0"}, "paths": {}})),
              (status = 304, description = "Not changed since `If-None-Match`"),
              crate::http::PublicErrors)
)]
#[route("/openapi.json", method = "GET", method = "HEAD")]
async fn get_openapi(request: HttpRequest, documents: Data<Documents>) -> HttpResponse {
    Answer::kept(Arc::clone(&documents.all), 300).stale_while_revalidate(86_400).send(&request).await
}

/// The document of one audience
///
/// OpenAPI 3.1, whole in itself: only the operations that this audience may
/// call, and only its own tokens, so that a client generated from it cannot
/// send another.
#[utoipa::path(
    get, path = "/openapi/{audience}.json", operation_id = "get_openapi_of_audience", tag = "service", security(()),
    params(("audience" = String, Path, description = "`public`, `office`, `member`, `circle` or `moderator`", example = "public", max_length = 64)),
    responses((status = 200, description = "The document", body = Object,
               example = json!({"openapi": "3.1.0", "info": {"title": "OpenChair", "version": "0.1.0"}, "paths": {}})),
              (status = 304, description = "Not changed since `If-None-Match`"),
              (status = 404, description = "There is no such audience", body = crate::http::Problem,
               content_type = "application/problem+json"), crate::http::PublicErrors)
)]
#[route("/openapi/{audience}.json", method = "GET", method = "HEAD")]
async fn get_openapi_of_audience(
    request: HttpRequest,
    audience: Path<String>,
    documents: Data<Documents>,
) -> Result<HttpResponse, ApiError> {
    let found = documents.of_audience.iter().find(|(name, _)| *name == audience.as_str());
    let (_, document) = found.ok_or_else(ApiError::not_found)?;
    Ok(Answer::kept(Arc::clone(document), 300).stale_while_revalidate(86_400).send(&request).await)
}

// The page names its files relative to itself.
#[route("/docs", method = "GET", method = "HEAD")]
async fn docs_redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("Location", "/docs/")).finish()
}

#[route("/docs/{file:.*}", method = "GET", method = "HEAD")]
async fn docs(file: Path<String>) -> Result<HttpResponse, ApiError> {
    let config = Arc::new(Config::from("/openapi.json"));
    let served = utoipa_swagger_ui::serve(&file, config);
    let file =
        served.map_err(|error| ApiError::internal(anyhow::anyhow!("{error}")))?.ok_or_else(ApiError::not_found)?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("Content-Security-Policy", DOCS_POLICY));
    response.insert_header(("Cache-Control", "public, max-age=86400"));
    if file.gzpipped {
        response.insert_header(("Content-Encoding", "gzip"));
    }
    Ok(response.content_type(file.content_type).body(file.bytes.into_owned()))
}
