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
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This service")),
    tags(
        (name = "meetings", description = "Find a meeting"),
        (name = "directory", description = "Groups, locations, regions and intergroups"),
        (name = "feeds", description = "What an intergroup publishes to other programs"),
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
        components.add_security_scheme("office_key", bearer("oc_live_…", "Key of an office, for a machine"));
    }
}

/// What any public read may answer besides its success.
#[derive(Debug, IntoResponses)]
pub enum PublicErrors {
    /// A parameter is unknown, missing, repeated or has a value that it cannot have.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(#[to_schema] ProblemBody),
    /// Something failed on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(#[to_schema] ProblemBody),
    /// The service is starting; try again after `Retry-After` seconds.
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
