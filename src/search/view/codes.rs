//! Enums of answers, which stay open: a client must bear a value that it does
//! not know yet. To add one, derive `ToSchema` on the enum and wrap it.
//!
//! In the document such a field is a plain string, for what generators make of
//! "this enum or any string" differs: a class without a value, most often. The
//! values that there are stand in its description and in an enum of their own,
//! which `x-known-values` points to, so that clients have names for them. (It
//! has no other extension: utoipa writes several in any order.)

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema, extensions::ExtensionsBuilder, schema::ObjectBuilder, schema::Type},
};

use crate::directory::{Attendance, NoticeKind, TimezoneSource};

/// A value of the enum `T` on the wire, whose schema is a string that names the
/// values of that enum and does not end with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Open<T>(pub T);

impl<T: ToSchema> PartialSchema for Open<T> {
    fn schema() -> RefOr<Schema> {
        let known = match T::schema() {
            RefOr::T(Schema::Object(object)) => object.enum_values.unwrap_or_default(),
            _ => Vec::new(),
        };
        let spelt: Vec<String> = known.iter().filter_map(Value::as_str).map(|value| format!("`{value}`")).collect();
        let names = json!({ "$ref": format!("#/components/schemas/{}", T::name()) });
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(format!("{}; one day maybe another: treat it as text.", spelt.join(", "))))
            .extensions(Some(ExtensionsBuilder::new().add("x-known-values", names).build()))
            .into()
    }
}

impl<T: ToSchema> ToSchema for Open<T> {
    fn name() -> Cow<'static, str> {
        Cow::from(format!("Open{}", T::name()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

// utoipa composes the schema of a generic type by itself unless it has a plain
// name, so the fields of answers use these. They must not be inlined: beside a
// description it would then demand an object.

/// How one takes part, on the wire.
pub type OpenAttendance = Open<Attendance>;
/// Where a zone comes from, on the wire.
pub type OpenTimezoneSource = Open<TimezoneSourceView>;
/// What a notice says, on the wire.
pub type OpenNoticeKind = Open<NoticeKindView>;

/// Where a meeting's time zone comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TimezoneSource)]
pub enum TimezoneSourceView {
    /// The office gave it.
    Given,
    /// Derived from exact coordinates.
    Coordinates,
    /// The intergroup's default.
    Intergroup,
}

impl From<TimezoneSource> for TimezoneSourceView {
    fn from(source: TimezoneSource) -> Self {
        match source {
            TimezoneSource::Given => Self::Given,
            TimezoneSource::Coordinates => Self::Coordinates,
            TimezoneSource::Intergroup => Self::Intergroup,
        }
    }
}

/// What a notice says: `cancelled` and `closed` do not take place, `only` takes
/// place on these dates alone, `open`, `speaker` and `business` say what kind
/// of meeting it is, `moved`, `time` and `online` where or when else, `extra`
/// is an additional one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NoticeKind)]
pub enum NoticeKindView {
    /// Does not take place.
    Cancelled,
    /// The room is closed; does not take place.
    Closed,
    /// Takes place on these dates only.
    Only,
    /// An open meeting.
    Open,
    /// A speaker meeting.
    Speaker,
    /// A business meeting.
    Business,
    /// Somewhere else.
    Moved,
    /// At another time.
    Time,
    /// Online instead.
    Online,
    /// An additional meeting.
    Extra,
}

impl From<NoticeKind> for NoticeKindView {
    fn from(kind: NoticeKind) -> Self {
        match kind {
            NoticeKind::Cancelled => Self::Cancelled,
            NoticeKind::Closed => Self::Closed,
            NoticeKind::Only => Self::Only,
            NoticeKind::Open => Self::Open,
            NoticeKind::Speaker => Self::Speaker,
            NoticeKind::Business => Self::Business,
            NoticeKind::Moved => Self::Moved,
            NoticeKind::Time => Self::Time,
            NoticeKind::Online => Self::Online,
            NoticeKind::Extra => Self::Extra,
        }
    }
}
