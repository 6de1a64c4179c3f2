//! What a page's form sends: read whole, strictly, and from this service's own
//! pages only.

use actix_web::{HttpRequest, http::header, web::Payload};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    auth::service::Proof,
    http::{ApiError, BODY_WITHIN, BodyRules, ErrorCode, PublicUrl, QueryString, read_bytes},
    kernel::Invalid,
};

/// A code, two passwords and six digits are far less.
const RULES: BodyRules = BodyRules {
    media_types: &["application/x-www-form-urlencoded"],
    max_bytes: 8 * 1024,
    within: BODY_WITHIN,
    may_be_gzip: false,
};

/// The pointer to the password in what is refused.
pub(super) const PASSWORD: &str = "/password";

/// What was typed. Empty where nothing was.
#[derive(Debug)]
pub(super) struct Form {
    /// Of the link.
    pub code: String,
    pub password: SecretString,
    again: SecretString,
    totp: Option<String>,
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// `forbidden` from another site, and as [`read_bytes`]; a field that is not
    /// of the form, or stands twice, is `invalid_content`.
    pub async fn read(request: &HttpRequest, payload: Payload, own: &PublicUrl) -> Result<Self, ApiError> {
        read_fields(request, payload, own).await.and_then(Self::of)
    }

    #[cfg(test)]
    fn parse(body: &str) -> Result<Self, ApiError> {
        fields_of(body.as_bytes()).and_then(Self::of)
    }

    fn of(mut fields: QueryString) -> Result<Self, ApiError> {
        let mut take = |name| fields.take_text(name).unwrap_or_default();
        let form = Self {
            code: take("code"),
            password: take("password").into(),
            again: take("again").into(),
            totp: Some(take("totp")).filter(|code| !code.is_empty()),
        };
        // A field that was left empty is one that was not filled in.
        let empty = |invalid: &Invalid| invalid.code == "blank";
        let refused: Vec<Invalid> = fields.finish().err().into_iter().flatten().filter(|one| !empty(one)).collect();
        if refused.is_empty() { Ok(form) } else { Err(ApiError::content(refused)) }
    }

    pub fn has_password(&self) -> bool {
        !self.password.expose_secret().is_empty()
    }

    /// Whether the password was typed twice alike.
    pub fn is_repeated(&self) -> bool {
        self.password.expose_secret() == self.again.expose_secret()
    }

    pub fn proof(&self) -> Proof {
        Proof { pointer: PASSWORD, password: self.password.clone(), code: self.totp.clone() }
    }
}

/// The fields of a form that one of this service's own pages sent.
///
/// # Errors
/// `forbidden` from another site, and as [`read_bytes`].
pub async fn read_fields(request: &HttpRequest, payload: Payload, own: &PublicUrl) -> Result<QueryString, ApiError> {
    if !is_from_here(request, own) {
        return Err(ApiError::new(ErrorCode::Forbidden));
    }
    fields_of(&read_bytes(request, payload, RULES).await?)
}

fn fields_of(bytes: &[u8]) -> Result<QueryString, ApiError> {
    let body = std::str::from_utf8(bytes).map_err(|_| ApiError::malformed("The form is not UTF-8."))?;
    QueryString::parse(body).map_err(|_| ApiError::malformed("The form cannot be decoded."))
}

/// Whether a form was sent by one of our own pages, as far as the browser
/// says. Pages that send no referrer have the origin `null`, so that says
/// nothing; a browser that tells the site at all tells it truly.
fn is_from_here(request: &HttpRequest, own: &PublicUrl) -> bool {
    if let Some(site) = request.headers().get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let own = Url::parse(&own.join("/")).map(|url| url.origin().ascii_serialization());
    let ours = |origin: &header::HeaderValue| origin == "null" || own.as_ref().is_ok_and(|own| origin == own.as_str());
    request.headers().get_all(header::ORIGIN).all(ours)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_form_is_read_as_it_was_typed() {
        let form = Form::parse("code=abc&password=caf%C3%A9+%2B1&again=&totp=+").unwrap();
        assert_eq!((form.code.as_str(), form.password.expose_secret()), ("abc", "café +1"));
        assert!(form.proof().code.is_none() && !form.is_repeated() && form.has_password());
        assert!(!Form::parse("").unwrap().has_password());
    }

    #[test]
    fn what_is_no_field_of_it_or_stands_twice_is_refused() {
        for (body, code) in [
            ("code=a&role=owner", ErrorCode::InvalidContent),
            ("code=a&code=b", ErrorCode::InvalidContent),
            ("password=%00", ErrorCode::MalformedRequest),
            ("password=%FF", ErrorCode::MalformedRequest),
            ("password=%4", ErrorCode::MalformedRequest),
        ] {
            assert_eq!(Form::parse(body).unwrap_err().code(), code, "{body}");
        }
    }

    #[test]
    fn only_our_own_pages_may_send_it() {
        let own = PublicUrl::new(Some(&"https://list.example.org/".parse().unwrap()), ([127, 0, 0, 1], 1).into());
        let from = |headers: &[(&'static str, &str)]| {
            let request = headers.iter().fold(TestRequest::post(), |request, header| request.append_header(*header));
            is_from_here(&request.to_http_request(), &own)
        };
        for good in [
            &[][..],
            &[("origin", "https://list.example.org")],
            &[("origin", "null")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
        ] {
            assert!(from(good), "{good:?}");
        }
        for bad in [
            &[("origin", "https://elsewhere.example")][..],
            &[("origin", "http://list.example.org")],
            &[("origin", "https://list.example.org"), ("origin", "https://elsewhere.example")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ] {
            assert!(!from(bad), "{bad:?}");
        }
    }
}
