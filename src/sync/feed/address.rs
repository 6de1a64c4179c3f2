//! Where a source is.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded::Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// The longest address.
const LONGEST: usize = 2_000;
/// Parameters of addresses that are no secrets: of TSML, and of a Google Sheet.
const OPEN: [&str; 6] = ["action", "format", "gid", "output", "post_type", "single"];
/// What is shown in place of a secret.
const HIDDEN: &str = "hidden";

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

    /// The address without sharing keys, for whoever may only look: of every
    /// parameter that may be one the name alone.
    pub fn without_keys(&self) -> Cow<'_, str> {
        let Ok(mut url) = Url::parse(&self.0) else { return Cow::Borrowed(HIDDEN) };
        let is_secret = |(name, value): &(Cow<'_, str>, Cow<'_, str>)| {
            !value.is_empty() && !OPEN.iter().any(|open| name.eq_ignore_ascii_case(open))
        };
        if !url.query_pairs().any(|pair| is_secret(&pair)) {
            return Cow::Borrowed(&self.0);
        }
        let mut shown = Serializer::new(String::new());
        for pair in url.query_pairs() {
            shown.append_pair(&pair.0, if is_secret(&pair) { HIDDEN } else { &pair.1 });
        }
        url.set_query(Some(&shown.finish()));
        Cow::Owned(url.into())
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

    #[test]
    fn whoever_looks_sees_no_key() {
        let shown = |text: &str| FeedAddress::try_from(text.to_owned()).unwrap().without_keys().into_owned();
        for (whole, expected) in [
            ("https://example.org/feed.json", "https://example.org/feed.json"),
            (
                "https://example.org/a.php?action=meetings&key=s3cr3t",
                "https://example.org/a.php?action=meetings&key=hidden",
            ),
            (
                "https://example.org/?KEY=s3&k%65y=s3&Token=s3#top",
                "https://example.org/?KEY=hidden&key=hidden&Token=hidden#top",
            ),
            (
                "https://docs.google.com/s/d/1/export?format=csv&gid=0",
                "https://docs.google.com/s/d/1/export?format=csv&gid=0",
            ),
            ("https://example.org/?all", "https://example.org/?all"),
        ] {
            assert_eq!(shown(whole), expected);
        }
    }
}
