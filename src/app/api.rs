//! Every route of the service, and its OpenAPI document.
//!
//! A handler is registered once, here; that puts it into the router and into
//! the document.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, route,
    web::{self, Data, Path},
};
use utoipa::openapi::OpenApi as Document;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};
use utoipa_swagger_ui::Config;

use crate::{
    auth, calendars, circles, feedback, helplines,
    http::{Answer, ApiError, Base, Edition, describe_patches, drop_unused, mend_descriptions, of_audience},
    members, milestones, moderation, offices, ops, search, stories,
};

/// The browser may run the page's own scripts and ask this service, no other.
/// The page's library sets styles inline, which needs the one exception.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'none'";

/// Registers every operation.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(search::search_meetings)
        .service(search::get_meeting_facets)
        .service(search::get_meeting_clusters)
        .service(search::stream_meetings)
        .service(search::stream_meeting_features)
        .service(search::list_meeting_changes)
        .service(search::get_meeting)
        .service(search::list_occurrences)
        .service(offices::get_own_meeting)
        .service(search::get_meeting_by_slug)
        .service(search::list_groups)
        .service(search::get_group)
        .service(search::list_locations)
        .service(search::get_location)
        .service(search::list_regions)
        .service(search::list_intergroups)
        .service(search::get_intergroup)
        .service(search::get_vocabulary)
        .service(search::get_feed_json)
        .service(search::get_feed_csv)
        .service(calendars::get_feed_ics)
        .service(calendars::get_meeting_calendar)
        .service(calendars::get_group_calendar)
        .service(offices::create_office_invitation)
        .service(offices::delete_office_admin)
        .service(offices::delete_office_invitation)
        .service(offices::list_office_admins)
        .service(offices::list_office_audit)
        .service(offices::upsert_meetings)
        .service(offices::create_group)
        .service(offices::delete_group)
        .service(offices::restore_group)
        .service(offices::update_group)
        .service(offices::list_meeting_history)
        .service(offices::create_child_intergroup)
        .service(offices::update_intergroup)
        .service(offices::create_office_key)
        .service(offices::delete_office_key)
        .service(offices::list_office_keys)
        .service(offices::create_location)
        .service(offices::delete_location)
        .service(offices::restore_location)
        .service(offices::update_location)
        .service(offices::list_own_meetings)
        .service(offices::create_meeting)
        .service(offices::delete_meeting)
        .service(offices::restore_meeting)
        .service(offices::revert_meeting)
        .service(offices::update_meeting)
        .service(offices::verify_meeting)
        .service(offices::create_group_notice)
        .service(offices::create_intergroup_notice)
        .service(offices::create_location_notice)
        .service(offices::create_meeting_notice)
        .service(offices::delete_group_notice)
        .service(offices::delete_intergroup_notice)
        .service(offices::delete_location_notice)
        .service(offices::delete_meeting_notice)
        .service(offices::get_quality)
        .service(offices::create_region)
        .service(offices::delete_region)
        .service(offices::restore_region)
        .service(offices::update_region)
        .service(feedback::create_feedback)
        .service(feedback::get_feedback)
        .service(feedback::list_feedback)
        .service(feedback::accept_feedback)
        .service(feedback::decline_feedback)
        .service(auth::create_office_token)
        .service(auth::enrol_office_account)
        .service(auth::refresh_office_token)
        .service(auth::revoke_office_token)
        .service(auth::revoke_all_office_tokens)
        .service(auth::step_up_office_session)
        .service(auth::get_office_account)
        .service(auth::change_office_password)
        .service(auth::forgot_office_password)
        .service(auth::reset_office_password)
        .service(auth::change_office_email)
        .service(auth::confirm_office_email)
        .service(auth::create_office_totp)
        .service(auth::confirm_office_totp)
        .service(auth::delete_office_totp)
        .service(auth::replace_office_recovery_codes)
        .service(auth::get_jwks)
        .service(helplines::list_help_lines)
        .service(milestones::get_milestone_rules)
        .service(ops::get_service)
        .service(ops::get_livez)
        .service(ops::get_readyz)
        .service(ops::get_problem_page)
        .service(get_openapi)
        .service(get_openapi_of_audience);
    of_members(config);
    of_circles(config);
    of_stories(config);
    of_moderators(config);
}

/// What peers do in circles.
fn of_circles(config: &mut ServiceConfig<'_>) {
    config
        .service(circles::delete_check_in)
        .service(circles::delete_goal)
        .service(circles::get_check_in)
        .service(circles::list_check_ins)
        .service(circles::list_goals)
        .service(circles::put_check_in)
        .service(circles::put_goal)
        .service(circles::create_circle)
        .service(circles::create_pass)
        .service(circles::check_circle_invitation)
        .service(circles::create_circle_token)
        .service(circles::refresh_circle_token)
        .service(circles::revoke_circle_token)
        .service(circles::revoke_all_circle_tokens)
        .service(circles::create_circle_invitation)
        .service(circles::list_circle_invitations)
        .service(circles::delete_circle_invitation)
        .service(circles::get_own_circle)
        .service(circles::get_circle_week)
        .service(circles::get_summary)
        .service(circles::export_own_pass)
        .service(circles::put_check_in)
        .service(circles::get_check_in)
        .service(circles::delete_check_in)
        .service(circles::list_check_ins)
        .service(circles::put_goal)
        .service(circles::delete_goal)
        .service(circles::list_goals)
        .service(circles::put_milestone)
        .service(circles::delete_milestone)
        .service(circles::list_milestones)
        .service(circles::put_check_in_answer)
        .service(circles::put_goal_answer)
        .service(circles::put_milestone_answer)
        .service(circles::delete_check_in_answer)
        .service(circles::delete_goal_answer)
        .service(circles::delete_milestone_answer)
        .service(circles::put_nudge)
        .service(circles::list_nudges)
        .service(circles::put_mute)
        .service(circles::delete_mute)
        .service(circles::list_mutes)
        .service(circles::get_own_pass)
        .service(circles::update_own_pass)
        .service(circles::delete_own_pass)
        .service(circles::remove_pass)
        .service(circles::share_circle_care);
}

/// What authors and readers do, and what is reported.
fn of_stories(config: &mut ServiceConfig<'_>) {
    config
        .service(stories::create_story)
        .service(stories::get_own_story)
        .service(stories::update_own_story)
        .service(stories::delete_own_story)
        .service(stories::list_stories)
        .service(stories::get_story)
        .service(stories::thank_story)
        .service(moderation::put_report)
        .service(moderation::list_own_reports)
        .service(moderation::appeal_decision)
        .service(moderation::put_story_report);
}

/// How moderators sign in, and what they decide.
fn of_moderators(config: &mut ServiceConfig<'_>) {
    config
        .service(auth::create_moderator_token)
        .service(auth::enrol_moderator_account)
        .service(auth::refresh_moderator_token)
        .service(auth::revoke_moderator_token)
        .service(auth::revoke_all_moderator_tokens)
        .service(auth::step_up_moderator_session)
        .service(auth::get_moderator_account)
        .service(auth::change_moderator_password)
        .service(auth::forgot_moderator_password)
        .service(auth::reset_moderator_password)
        .service(auth::create_moderator_totp)
        .service(auth::confirm_moderator_totp)
        .service(auth::delete_moderator_totp)
        .service(auth::replace_moderator_recovery_codes)
        .service(moderation::list_moderation_queue)
        .service(moderation::decide_report);
}

/// What members do with their accounts.
fn of_members(config: &mut ServiceConfig<'_>) {
    config
        .service(members::create_member)
        .service(members::create_member_token)
        .service(members::refresh_member_token)
        .service(members::revoke_member_token)
        .service(members::revoke_all_member_tokens)
        .service(members::get_member)
        .service(members::delete_member)
        .service(members::export_member)
        .service(members::replace_member_handle)
        .service(members::replace_member_key)
        .service(members::get_member_vault)
        .service(members::put_member_vault)
        .service(members::create_member_voucher);
}

/// Registers the pages that are for people and not in the document.
pub(super) fn pages(config: &mut web::ServiceConfig) {
    config.service(docs_redirect).service(docs).configure(auth::link_pages);
}

/// The OpenAPI document of the whole service.
///
/// OpenAPI forbids two templates that differ in their names only, so that an
/// office's way to a meeting by its id gives way here to everybody's by its
/// slug; the office's own document has it.
pub fn document() -> Document {
    let mut document = every_operation();
    document.paths.paths.shift_remove(offices::MEETING_OF_OFFICE);
    document
}

/// Every operation that there is, of which the documents are made.
pub fn every_operation() -> Document {
    use utoipa::OpenApi as _;
    let mut base = Base::openapi();
    base.merge(search::ParameterSchemas::openapi());
    let app = actix_web::App::new().into_utoipa_app().openapi(base);
    let (_, mut document) = app.configure(routes).split_for_parts();
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
    pub(super) fn new() -> anyhow::Result<Self> {
        let whole = serde_json::to_value(every_operation())?;
        let kept = |body| Arc::new(Edition::new(body));
        let of = |audience| Ok((audience, kept(serde_json::to_vec(&of_audience(&whole, audience))?)));
        let of_audience = AUDIENCES.into_iter().map(of).collect::<anyhow::Result<_>>()?;
        Ok(Self { all: kept(document().to_json()?.into_bytes()), of_audience })
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
