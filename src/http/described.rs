//! Mends what utoipa makes of a field whose schema stands in its place.
//!
//! A field with `#[schema(inline)]` and a description becomes "all of" its own
//! schema and an object that has nothing but the description: a text that must
//! be an object as well, which nothing is. Here the description goes to the
//! schema that it describes.

use utoipa::openapi::{
    ObjectBuilder, OpenApi as Document, RefOr, Schema,
    schema::{AdditionalProperties, AllOf, Array, ArrayItems},
};

/// Mends every schema of the components.
pub fn mend_descriptions(document: &mut Document) {
    let Some(components) = &mut document.components else { return };
    components.schemas.values_mut().for_each(mend);
}

fn mend(schema: &mut RefOr<Schema>) {
    let RefOr::T(inner) = schema else { return };
    match inner {
        Schema::Object(object) => {
            object.properties.values_mut().for_each(mend);
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                mend(values);
            }
        }
        Schema::Array(Array { items: ArrayItems::RefOrSchema(items), .. }) => mend(items),
        Schema::AllOf(all) => {
            all.items.iter_mut().for_each(mend);
            if let Some(described) = described(all) {
                *schema = RefOr::T(described);
            }
        }
        _ => {}
    }
}

/// The one schema of two, where the other only describes it.
fn described(all: &AllOf) -> Option<Schema> {
    let [RefOr::T(schema), RefOr::T(Schema::Object(words))] = all.items.as_slice() else { return None };
    let mut bare = words.clone();
    let description = bare.description.take()?;
    if bare != ObjectBuilder::new().build() {
        return None;
    }
    let mut schema = schema.clone();
    match &mut schema {
        Schema::Object(object) => object.description = Some(description),
        Schema::Array(array) => array.description = Some(description),
        _ => return None,
    }
    Some(schema)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use utoipa::{OpenApi, ToSchema, openapi::schema::Type};

    use super::*;

    struct Bounded;

    impl utoipa::PartialSchema for Bounded {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new().schema_type(Type::String).max_length(Some(5)).into()
        }
    }

    impl ToSchema for Bounded {}

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Input {
        /// In words.
        #[schema(inline, nullable = false)]
        words: Option<Bounded>,
    }

    #[derive(OpenApi)]
    #[openapi(components(schemas(Input)))]
    struct Api;

    #[test]
    fn a_bounded_field_keeps_its_description_and_can_be_met() {
        let mut document = Api::openapi();
        mend_descriptions(&mut document);
        let field = &json!(document)["components"]["schemas"]["Input"]["properties"]["words"];
        assert_eq!(*field, json!({ "type": "string", "maxLength": 5, "description": "In words." }));
    }
}
