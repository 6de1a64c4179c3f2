//! The base of the OpenAPI document and what every operation shares.
//!
//! The document is generated from the handlers; `openapi/openapi.json` is the
//! committed copy that clients are made from, and a test fails when they part.

use utoipa::{
    IntoResponses, Modify, OpenApi, PartialSchema, ToSchema,
    openapi::{
        Components, OpenApi as Document, RefOr, Schema,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::Problem;

/// Title, servers, tags and the schemas that handlers share.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "OpenChair",
        description = "Meetings and groups for Alcoholics Anonymous intergroups and the apps that serve their \
                       members. Not affiliated with Alcoholics Anonymous World Services.\n\n\
                       Answers never hold null: what is absent is left out. Enums in answers may grow; treat an \
                       unknown value as text. Errors are RFC 9457 problem details with a stable `code`.",
        contact(name = "The OpenChair contributors"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This service")),
    tags(
        (name = "meetings", description = "Find a meeting"),
        (name = "directory", description = "Groups, locations, regions and intergroups"),
        (name = "feeds", description = "What an intergroup publishes to other programs"),
        (name = "feedback", description = "Say what is wrong in a listing, and see what became of it"),
        (name = "office directory", description = "Keeping an intergroup's directory"),
        (name = "office sync", description = "Where the directory is kept, if elsewhere, and what is told of it"),
        (name = "office administration", description = "Who may keep it, and who did what"),
        (name = "office sign-in", description = "Signing in to keep a directory"),
        (name = "member sign-in", description = "Making an anonymous account, and its tokens"),
        (name = "members", description = "The account: handle, vault, vouchers"),
        (name = "circle sign-in", description = "Starting and joining circles, and the tokens of a pass"),
        (name = "circles", description = "A circle: check-ins, goals, answers, milestones, nudges"),
        (name = "stories", description = "Shared experience: written by authors, read by all members"),
        (name = "moderator sign-in", description = "Signing in to look at what was reported"),
        (name = "moderation", description = "What moderators are asked to look at"),
        (name = "service", description = "Whether the service is well, and its documents"),
    ),
    components(schemas(Problem)),
    modifiers(&Tokens),
)]
pub struct Base;

/// The kinds of token, each named after the audience that it belongs to.
struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut Document) {
        let bearer = |format: &str, description: &str| {
            let http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
            SecurityScheme::Http(http.description(Some(description)).build())
        };
        let components = document.components.get_or_insert_with(Components::new);
        components.add_security_scheme("office", bearer("JWT", "Access token of an office account"));
        components.add_security_scheme("member", bearer("JWT", "Access token of a member's account"));
        components.add_security_scheme("circle", bearer("JWT", "Access token of a pass"));
        components.add_security_scheme("moderator", bearer("JWT", "Access token of a moderator's account"));
        components.add_security_scheme("office_key", bearer("oc_live_…", "Key of an office, for a machine"));
    }
}

/// What any public read may answer besides its success.
#[derive(Debug, IntoResponses)]
pub enum PublicErrors {
    /// A parameter is unknown, missing, repeated or has a value that it cannot have.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(#[to_schema] ProblemBody),
    /// Too many requests of one address; try again after `Retry-After` seconds.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] ProblemBody),
    /// Something failed on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(#[to_schema] ProblemBody),
    /// The service is starting; try again after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] ProblemBody),
}

/// What a write that needs no token may answer besides its success.
#[derive(Debug, IntoResponses)]
pub enum PublicWriteErrors {
    /// A parameter is unknown, or the body is not JSON, or is missing.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(#[to_schema] ProblemBody),
    /// There is no such thing.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] ProblemBody),
    /// The body did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    Timeout(#[to_schema] ProblemBody),
    /// It is deleted; `replaced_by` says what to look at instead.
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(#[to_schema] ProblemBody),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] ProblemBody),
    /// The body is not `application/json`, or is compressed.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(#[to_schema] ProblemBody),
    /// A field is unknown, missing, or has a value that it cannot have.
    #[response(status = 422, content_type = "application/problem+json")]
    Content(#[to_schema] ProblemBody),
    /// Too many, from one address or in all; try again after `Retry-After` seconds.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] ProblemBody),
    /// Something failed on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(#[to_schema] ProblemBody),
    /// The service is starting, or its database is away; try again after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] ProblemBody),
}

/// What signing in may answer besides its success.
#[derive(Debug, IntoResponses)]
pub enum SignInErrors {
    /// The body is not JSON, or is missing.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(#[to_schema] ProblemBody),
    /// It failed; what was wrong is not said.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] ProblemBody),
    /// The body did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    Timeout(#[to_schema] ProblemBody),
    /// It does not fit with what is there.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] ProblemBody),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] ProblemBody),
    /// The body is not `application/json`, or is compressed.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(#[to_schema] ProblemBody),
    /// A field is unknown, missing, or has a value that it cannot have.
    #[response(status = 422, content_type = "application/problem+json")]
    Content(#[to_schema] ProblemBody),
    /// Too many attempts; try again after `Retry-After` seconds.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] ProblemBody),
    /// Something failed on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(#[to_schema] ProblemBody),
    /// Too much to do at this moment; try again after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] ProblemBody),
}

/// What an operation of an office may answer besides its success.
#[derive(Debug, IntoResponses)]
pub enum OfficeErrors {
    /// A parameter is unknown or cannot have its value, or the body is not JSON.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(#[to_schema] ProblemBody),
    /// The token is missing, has run out, is invalid or for something else, or its session has ended.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] ProblemBody),
    /// The token's rights do not reach so far, or the password or a second factor is needed first.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] ProblemBody),
    /// There is no such thing, or none that is the caller's to know of.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] ProblemBody),
    /// The body did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    Timeout(#[to_schema] ProblemBody),
    /// It does not fit with what is there, is in use, or the same write is under way.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] ProblemBody),
    /// It was changed since the version in `If-Match`.
    #[response(status = 412, content_type = "application/problem+json")]
    Stale(#[to_schema] ProblemBody),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] ProblemBody),
    /// The body is not JSON, or is compressed.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(#[to_schema] ProblemBody),
    /// A field is unknown, missing, or has a value that it cannot have.
    #[response(status = 422, content_type = "application/problem+json")]
    Content(#[to_schema] ProblemBody),
    /// `If-Match` is missing.
    #[response(status = 428, content_type = "application/problem+json")]
    Unconditional(#[to_schema] ProblemBody),
    /// Too many requests; try again after `Retry-After` seconds.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] ProblemBody),
    /// Something failed on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(#[to_schema] ProblemBody),
    /// The database is away, or too much is asked at this moment; try again after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] ProblemBody),
}

/// What an operation of a member, a pass or a moderator may answer besides its
/// success.
#[derive(Debug, IntoResponses)]
pub enum MemberErrors {
    /// A parameter is unknown or cannot have its value, or the body is not JSON.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(#[to_schema] ProblemBody),
    /// The token is missing, has run out, is invalid or for something else, or its session has ended.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] ProblemBody),
    /// The token is good, but does not give the right to do this.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] ProblemBody),
    /// There is no such thing, or none that is the caller's to know of.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] ProblemBody),
    /// The body did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    Timeout(#[to_schema] ProblemBody),
    /// It does not fit with what is there.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] ProblemBody),
    /// It is not as `If-Match` or `If-None-Match` says.
    #[response(status = 412, content_type = "application/problem+json")]
    Stale(#[to_schema] ProblemBody),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] ProblemBody),
    /// The body is of another media type, or is compressed.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(#[to_schema] ProblemBody),
    /// A field is unknown, missing, or has a value that it cannot have.
    #[response(status = 422, content_type = "application/problem+json")]
    Content(#[to_schema] ProblemBody),
    /// `If-Match` or `If-None-Match` is missing.
    #[response(status = 428, content_type = "application/problem+json")]
    Unconditional(#[to_schema] ProblemBody),
    /// Too many requests; try again after `Retry-After` seconds.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] ProblemBody),
    /// Something failed on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(#[to_schema] ProblemBody),
    /// The database is away; try again after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] ProblemBody),
}

/// Stands for [`Problem`] by reference.
#[derive(Debug)]
pub struct ProblemBody;

impl PartialSchema for ProblemBody {
    fn schema() -> RefOr<Schema> {
        RefOr::Ref(utoipa::openapi::Ref::from_schema_name("Problem"))
    }
}

impl ToSchema for ProblemBody {}
