//! Values of one field that only the directory has. A value that exists is
//! valid; its bound stands once, and the OpenAPI document gets it from here.
//!
//! To add one: a line in the macro's list below, with its bound, the rule, and
//! the sentence that says the rule.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

use crate::{
    directory::{TypeCode, all_types, dialable},
    http::{EmailAddress, WebLink},
    kernel::parse_zone,
};

/// What every value of this file has: parsed from text, kept as text.
macro_rules! text_fields {
    ($($(#[doc = $doc:literal])+ $name:ident($max:literal, $pattern:expr, $wanted:literal) = $parse:expr;)*) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let parse: fn(&str) -> Option<String> = $parse;
                parse(text.trim()).filter(|text| text.len() <= $max).map(Self).ok_or($wanted)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let pattern: Option<&str> = $pattern;
                ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some($max)).pattern(pattern).into()
            }
        }

        impl ToSchema for $name {}
    )* };
}

text_fields! {
    /// An IANA time zone.
    ZoneName(64, None, "must be an IANA time zone such as America/Chicago") =
        |text| parse_zone(text).ok().map(|zone: Tz| zone.name().to_owned());
    /// A number to join by: kept as it is dialled.
    ConferencePhone(128, Some("^[0-9+,#* ().-]+$"), "must be of 0-9 + , # * and have at least ten digits") = |text| {
        let known = text.chars().all(|c| c.is_ascii_digit() || "+,#* ().-".contains(c));
        let dialled: String = text.chars().filter(|c| !" ().-".contains(*c)).collect();
        (known && dialable(&dialled)).then_some(dialled)
    };
    /// Where corrections go.
    FeedbackLink(2_000, Some("^(https?://|mailto:)"), "must be an absolute http or https address, or mailto: and an e-mail address") = |text| {
        let valid = match text.strip_prefix("mailto:") {
            Some(rest) => EmailAddress::try_from(rest.split('?').next().unwrap_or_default().to_owned()).is_ok()
                && text.bytes().all(|byte| byte.is_ascii_graphic()),
            None => WebLink::try_from(text.to_owned()).is_ok(),
        };
        valid.then(|| text.to_owned())
    };
    /// An https address.
    SecureLink(2_000, Some("^https://"), "must be an absolute https address") = |text| {
        let link = WebLink::try_from(text.to_owned()).ok()?;
        Url::parse(link.as_str()).ok().filter(|url| url.scheme() == "https").map(|_| link.as_str().to_owned())
    };
    /// A Venmo name.
    Venmo(64, Some("^@[A-Za-z0-9_-]+$"), "must be @ and a name of letters, digits, '-' and '_'") = |text| handle(text, "@");
    /// A Cash App name.
    Cashtag(64, Some("^\\$[A-Za-z0-9_-]+$"), "must be $ and a name of letters, digits, '-' and '_'") = |text| handle(text, "$");
    /// A PayPal.me name.
    PaypalName(20, Some("^[A-Za-z0-9]+$"), "must be 1 to 20 letters and digits") =
        |text| handle(text, "").filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    /// A code at homegroup.online.
    HomegroupCode(64, Some("^[A-Za-z0-9_-]+$"), "must be of letters, digits, '-' and '_'") = |text| handle(text, "");
}

impl ZoneName {
    /// The zone.
    pub fn zone(&self) -> Tz {
        // The name was taken from the zone itself.
        parse_zone(&self.0).unwrap_or(Tz::UTC)
    }
}

fn handle(text: &str, sign: &str) -> Option<String> {
    let name = text.strip_prefix(sign)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (!name.is_empty() && name.bytes().all(allowed)).then(|| text.to_owned())
}

/// A code of the vocabulary of types, in its exact spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TypeName(String);

impl TryFrom<String> for TypeName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "ONL" {
            return Err("is derived from the conference and never written");
        }
        let known = TypeCode::parse(&text).is_some_and(|code| code.as_str() == text);
        if known { Ok(Self(text)) } else { Err("must be a type code of the vocabulary (GET /v1/vocabulary)") }
    }
}

impl From<TypeName> for String {
    fn from(code: TypeName) -> Self {
        code.0
    }
}

impl PartialSchema for TypeName {
    fn schema() -> RefOr<Schema> {
        let codes = all_types().map(|(code, _)| code.as_str());
        let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
        code.description(Some("A code of the vocabulary of types.")).into()
    }
}

impl ToSchema for TypeName {
    fn name() -> Cow<'static, str> {
        Cow::from("TypeCode")
    }
}

/// A day of the calendar, of the years 1900 to 2199: further away is a slip of
/// the finger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CivilDate(pub(in crate::directory) NaiveDate);

impl TryFrom<String> for CivilDate {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // chrono also reads signs, spaces and fewer digits.
        let spelt = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = text.parse::<NaiveDate>().ok().filter(|date| spelt && (1900..2200).contains(&date.year()));
        date.map(Self).ok_or("must be a date such as 2026-05-04, from 1900 to 2199")
    }
}

impl From<CivilDate> for String {
    fn from(date: CivilDate) -> Self {
        date.0.to_string()
    }
}

impl PartialSchema for CivilDate {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Date);
        let years =
            ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"));
        years.format(Some(format)).into()
    }
}

impl ToSchema for CivilDate {}

/// Degrees on a map, up to `MAX` to either side, kept to five decimals (about a
/// metre).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Degrees<const MAX: u8>(f64);

/// Degrees north.
pub type Latitude = Degrees<90>;
/// Degrees east.
pub type Longitude = Degrees<180>;

impl<const MAX: u8> TryFrom<f64> for Degrees<MAX> {
    type Error = String;

    fn try_from(degrees: f64) -> Result<Self, String> {
        let most = f64::from(MAX);
        if !(-most..=most).contains(&degrees) {
            return Err(format!("must be from -{MAX} to {MAX}"));
        }
        // Adding 0 makes of -0 a 0: one place, one spelling.
        Ok(Self((degrees * 1e5).round() / 1e5 + 0.0))
    }
}

impl<const MAX: u8> From<Degrees<MAX>> for f64 {
    fn from(degrees: Degrees<MAX>) -> Self {
        degrees.0
    }
}

impl<const MAX: u8> PartialSchema for Degrees<MAX> {
    fn schema() -> RefOr<Schema> {
        let most = f64::from(MAX);
        ObjectBuilder::new().schema_type(Type::Number).minimum(Some(-most)).maximum(Some(most)).into()
    }
}

impl<const MAX: u8> ToSchema for Degrees<MAX> {}

/// A length in minutes, 1 to 1440.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "u16")]
pub struct Minutes(u16);

impl TryFrom<i64> for Minutes {
    type Error = &'static str;

    fn try_from(minutes: i64) -> Result<Self, Self::Error> {
        let fits = u16::try_from(minutes).ok().filter(|minutes| (1..=1440).contains(minutes));
        fits.map(Self).ok_or("must be from 1 to 1440")
    }
}

impl From<Minutes> for u16 {
    fn from(minutes: Minutes) -> Self {
        minutes.0
    }
}

impl PartialSchema for Minutes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(1440)).into()
    }
}

impl ToSchema for Minutes {}

/// A week of a month: 1 to 5, -1 for the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i8")]
pub struct WeekOfMonth(i8);

impl TryFrom<i64> for WeekOfMonth {
    type Error = &'static str;

    fn try_from(week: i64) -> Result<Self, Self::Error> {
        let known = i8::try_from(week).ok().filter(|week| matches!(week, -1 | 1..=5));
        known.map(Self).ok_or("must be 1 to 5, or -1 for the last")
    }
}

impl From<WeekOfMonth> for i8 {
    fn from(week: WeekOfMonth) -> Self {
        week.0
    }
}

impl PartialSchema for WeekOfMonth {
    fn schema() -> RefOr<Schema> {
        let weeks = [1, 2, 3, 4, 5, -1];
        ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(weeks)).into()
    }
}

impl ToSchema for WeekOfMonth {}
