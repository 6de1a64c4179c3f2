//! Stand-in.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

macro_rules! text {
    ($name:ident $(<const $max:ident>)?, $bound:expr, $valid:expr) => {
        /// A text.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name$(<const $max: usize>)?(String);

        impl$(<const $max: usize>)? $name$(<$max>)? {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl$(<const $max: usize>)? TryFrom<String> for $name$(<$max>)? {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let text: String = text.replace("\r\n", "\n").trim().nfc().collect();
                let fits = (1..=$bound).contains(&text.chars().count());
                let valid: fn(&str) -> bool = $valid;
                if fits && valid(&text) { Ok(Self(text)) } else { Err("must be a text that fits") }
            }
        }

        impl$(<const $max: usize>)? From<$name$(<$max>)?> for String {
            fn from(text: $name$(<$max>)?) -> Self {
                text.0
            }
        }

        impl$(<const $max: usize>)? PartialSchema for $name$(<$max>)? {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).max_length(Some($bound)).into()
            }
        }

        impl$(<const $max: usize>)? ToSchema for $name$(<$max>)? {}
    };
}

text!(Line<const MAX>, MAX, |text| !text.chars().any(char::is_control));
text!(Words<const MAX>, MAX, |text| !text.chars().any(|c| c.is_control() && c != '\n'));
text!(WebLink, 2_000, |text| url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https")));
text!(EmailAddress, 254, |text| text.contains('@'));
text!(Phone, 64, |text| text.bytes().filter(u8::is_ascii_digit).count() >= 3);
