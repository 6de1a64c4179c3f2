//! Changes that name the version they are made to (`If-Match`).

use actix_web::{HttpRequest, http::header};

use super::{ApiError, ErrorCode};

/// What an `If-Match` asks for (RFC 9110 13.1.1). Only the version counts,
/// which stands before the dot: the rest of a tag is a hash of the bytes and
/// their coding, and the same version has many of those. A weak tag never
/// matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// The header is not there.
    Absent,
    /// `*`: whatever version there is.
    Any,
    /// One of these versions; empty when none of the tags can match.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// Reads the header.
    ///
    /// # Errors
    /// `malformed_request` when it is no list of entity tags.
    pub fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let mut lines = Vec::new();
        for value in request.headers().get_all(header::IF_MATCH) {
            lines.push(value.to_str().map_err(|_| malformed())?);
        }
        if lines.is_empty() { Ok(Self::Absent) } else { Self::parse(&lines.join(",")).ok_or_else(malformed) }
    }

    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let tags = entity_tags(text).filter(|tags| !tags.is_empty())?;
        let strong = tags.into_iter().filter(|(weak, _)| !weak);
        Some(Self::Versions(strong.filter_map(|(_, tag)| version(tag)).collect()))
    }

    /// Whether a change of what has that version may go on.
    ///
    /// # Errors
    /// `precondition_required` without the header, `precondition_failed` when
    /// it names another version.
    pub fn check(&self, version: i64) -> Result<(), ApiError> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(versions) if versions.contains(&version) => Ok(()),
            Self::Versions(_) => Err(ApiError::new(ErrorCode::PreconditionFailed)),
            Self::Absent => Err(ApiError::new(ErrorCode::PreconditionRequired)),
        }
    }
}

/// A list of entity tags (RFC 9110 8.8.3): whether each is weak, and what
/// stands between its quotes; `None` where it is no such list.
pub(super) fn entity_tags(text: &str) -> Option<Vec<(bool, &str)>> {
    let (mut tags, mut rest) = (Vec::new(), text.trim());
    loop {
        // Empty elements of a list say nothing (RFC 9110 5.6.1).
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Some(tags);
        }
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |strong| (true, strong));
        let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
        rest = after.trim_start_matches([' ', '\t']);
        if !(rest.is_empty() || rest.starts_with(',')) || tag.bytes().any(|b| b <= b' ' || b == 0x7f) {
            return None;
        }
        tags.push((weak, tag));
    }
}

/// The version of `12`, `12.ab`, `12.ab-zstd`.
fn version(tag: &str) -> Option<i64> {
    let version = tag.split(['.', '-']).next()?;
    if version.bytes().all(|b| b.is_ascii_digit()) { version.parse().ok() } else { None }
}

fn malformed() -> ApiError {
    ApiError::malformed("If-Match must be * or a list of entity tags such as \"12\".")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(value: &str) -> Result<IfMatch, ErrorCode> {
        let request = TestRequest::patch().insert_header(("if-match", value)).to_http_request();
        IfMatch::of(&request).map_err(|error| error.code())
    }

    #[test]
    fn only_the_version_of_a_strong_tag_counts() {
        for value in ["\"12\"", "\"12.ab\"", "\"12.ab-zstd\"", "\"7\" , \"12.x,y\"", " , \"12\","] {
            assert!(read(value).unwrap().check(12).is_ok(), "{value}");
        }
        for value in
            ["\"11\"", "W/\"12\"", "W/\"12.ab\", \"1\"", "\"ab\"", "\"+12\"", "\"\"", "\"99999999999999999999\""]
        {
            let failed = read(value).unwrap().check(12).map_err(|error| error.code());
            assert_eq!(failed, Err(ErrorCode::PreconditionFailed), "{value}");
        }
        assert!(read("*").unwrap().check(12).is_ok());
    }

    #[test]
    fn a_change_without_a_version_is_428() {
        let absent = IfMatch::of(&TestRequest::patch().to_http_request()).unwrap();
        assert_eq!(absent, IfMatch::Absent);
        assert_eq!(absent.check(1).map_err(|error| error.code()), Err(ErrorCode::PreconditionRequired));
    }

    #[test]
    fn what_is_no_list_of_tags_is_400() {
        for value in ["12", "", ",", "\"12", "\"12\"x", "\"12\" \"13\"", "*, \"12\"", "w/\"12\"", "\"1 2\"", "é"] {
            assert_eq!(read(value), Err(ErrorCode::MalformedRequest), "{value}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let request = TestRequest::patch().append_header(("if-match", "\"1\"")).append_header(("if-match", "\"2\""));
        assert_eq!(IfMatch::of(&request.to_http_request()).unwrap(), IfMatch::Versions(vec![1, 2]));
    }
}
