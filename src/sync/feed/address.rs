//! Where a source is.

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// The longest address.
const LONGEST: usize = 2_000;

/// The address of a source. Whether it is one that may be asked for is judged
/// when it is fetched, each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FeedAddress(String);

impl FeedAddress {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FeedAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wanted = "must be an absolute https address without a user name, of at most 2,000 characters";
        let url = Url::parse(text.trim()).map_err(|_| wanted)?;
        let anonymous = url.username().is_empty() && url.password().is_none();
        let known = ["https", "http"].contains(&url.scheme()) && url.has_host();
        let text = String::from(url);
        if known && anonymous && text.len() <= LONGEST { Ok(Self(text)) } else { Err(wanted) }
    }
}

impl From<FeedAddress> for String {
    fn from(address: FeedAddress) -> Self {
        address.0
    }
}

impl PartialSchema for FeedAddress {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(LONGEST));
        text.pattern(Some("^https?://")).into()
    }
}

impl ToSchema for FeedAddress {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_absolute_and_names_nobody() {
        let read = |text: &str| FeedAddress::try_from(text.to_owned()).map(String::from);
        assert_eq!(read(" https://Example.org/feed "), Ok("https://example.org/feed".to_owned()));
        assert!(read("https://example.org/?action=meetings&key=1").is_ok());
        for wrong in ["", "feed.json", "//example.org", "ftp://example.org/", "https://me@example.org/", "https://"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read(&format!("https://example.org/{}", "a".repeat(2_000))).is_err());
    }
}
