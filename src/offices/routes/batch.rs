//! Many meetings at once, by slug.

use actix_web::{HttpResponse, http::StatusCode, route};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::{
    directory::{self, ItemOutcome, MeetingInput, StoredIntergroup, StoredMeeting},
    http::{ApiError, ErrorCode, FieldProblem, OfficeErrors, Refusal},
    kernel::{Invalid, MeetingId, Slug},
    offices::{asks::EditsBy, finish::private, guard::Guard},
};

/// Of a batch.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct BatchParameters {
    /// Takes what can be taken and tells the rest; without it, one refusal refuses all.
    #[param(default = false)]
    partial: Option<bool>,
}

/// Meetings to be made or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [{"slug": "sunrise-monday", "name": "Sunrise", "day": 1, "time": "06:30",
                                     "types": ["O", "TC"]}]}))]
pub struct BatchInput {
    /// One for each meeting, told by its `slug`: an absent one is made, of one
    /// that is there only what is sent changes, a deleted one comes back. An
    /// item may name the `version` that it is made to.
    #[schema(value_type = Vec<BatchItem>, min_items = 1, max_items = 500)]
    pub items: Vec<Value>,
}

/// A meeting of a batch: the fields of a meeting, of which only the slug must
/// be there, and the version that the item is made to.
#[derive(Debug)]
pub struct BatchItem;

impl PartialSchema for BatchItem {
    fn schema() -> RefOr<Schema> {
        let mut schema = MeetingInput::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required = vec!["slug".to_owned()];
            let version = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
            object.properties.insert("version".to_owned(), version.into());
            object.description =
                Some("A meeting, told by its slug; an item may name the version it is made to.".to_owned());
            object.examples.clear();
        }
        schema
    }
}

impl ToSchema for BatchItem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        MeetingInput::schemas(schemas);
    }
}

/// What became of each item, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchView {
    /// One for each item.
    pub results: Vec<BatchResult>,
}

/// What became of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// `created`, `updated`, `restored`, `unchanged`, or `refused`.
    #[schema(example = "created")]
    pub outcome: &'static str,
    /// The meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub id: Option<MeetingId>,
    /// Its slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub slug: Option<Slug>,
    /// Its version now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub version: Option<i64>,
    /// The code of the refusal, as problems have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub code: Option<&'static str>,
    /// What is wrong with the item; pointers are into it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
}

/// Create or change many meetings
///
/// At most 500, told by their slugs: all or nothing, or `partial=true`.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/meetings/batch", operation_id = "upsert_meetings", tag = "office directory",
    security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           BatchParameters,
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = BatchInput, content_type = "application/json"),
    responses((status = 200, description = "What became of each", body = BatchView, example = json!({"results": [
                   {"outcome": "created", "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "slug": "sunrise-monday", "version": 1}]})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/meetings/batch", method = "POST")]
pub async fn upsert_meetings(mut guard: Guard<StoredIntergroup, EditsBy>) -> Result<HttpResponse, ApiError> {
    let partial = guard.query.take_one("partial", |text| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Refusal::new("invalid_value", "must be true or false")),
    });
    guard.query.deny_unknown().map_err(ApiError::parameters)?;
    let input: BatchInput = guard.input()?;
    let (office, stamp, entropy) = (guard.thing.id, guard.stamp(), guard.entropy());
    let partial = partial.unwrap_or(false);
    let outcomes =
        directory::upsert_meetings(guard.connection(), office, input.items, partial, &stamp, &**entropy).await?;
    if !partial {
        refuse_all(&outcomes)?;
    }
    let changed = outcomes.iter().any(|outcome| !matches!(outcome, ItemOutcome::Unchanged(_)));
    let view = BatchView { results: outcomes.into_iter().map(BatchResult::of).collect() };
    guard.commit_if(changed, private(StatusCode::OK, &view)).await
}

/// Without `partial` one refusal refuses all: each is told with its item.
fn refuse_all(outcomes: &[ItemOutcome]) -> Result<(), ApiError> {
    let mut errors = Vec::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        let ItemOutcome::Refused(error) = outcome else { continue };
        let refused = ApiError::of_write(error);
        if refused.invalid().is_empty() {
            let message = refused.summary();
            errors.push(Invalid::new(format!("/items/{index}"), refused.code().as_str(), message));
        }
        errors.extend(refused.invalid().iter().map(|invalid| {
            Invalid::new(format!("/items/{index}{}", invalid.name), invalid.code, invalid.message.clone())
        }));
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::content(errors)) }
}

impl BatchResult {
    fn of(outcome: ItemOutcome) -> Self {
        match outcome {
            ItemOutcome::Created(stored) => Self::taken("created", &stored),
            ItemOutcome::Updated(stored) => Self::taken("updated", &stored),
            ItemOutcome::Restored(stored) => Self::taken("restored", &stored),
            ItemOutcome::Unchanged(stored) => Self::taken("unchanged", &stored),
            ItemOutcome::HeldBack => Self::refused(&ApiError::new(ErrorCode::Conflict)),
            ItemOutcome::Refused(error) => Self::refused(&ApiError::of_write(&error)),
        }
    }

    fn taken(outcome: &'static str, stored: &StoredMeeting) -> Self {
        Self {
            outcome,
            id: Some(stored.id),
            slug: Some(stored.document.slug.clone()),
            version: Some(stored.version),
            code: None,
            errors: Vec::new(),
        }
    }

    fn refused(error: &ApiError) -> Self {
        let errors = error.invalid().iter().map(|invalid| FieldProblem {
            parameter: None,
            pointer: Some(invalid.name.clone()),
            code: invalid.code.into(),
            message: invalid.message.clone(),
        });
        let errors = errors.collect();
        Self { outcome: "refused", id: None, slug: None, version: None, code: Some(error.code().as_str()), errors }
    }
}
