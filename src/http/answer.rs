//! Cacheable answers: entity tags, 304, `Cache-Control`, content codings.

use std::{
    fmt::{self, Write as _},
    io,
    ops::Range,
    sync::{Arc, LazyLock},
};

use actix_web::{
    HttpResponse, ResponseError,
    body::{BodyStream, BoxBody},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    web::Bytes,
};
use futures_util::{future::LocalBoxFuture, stream};
use uuid::Uuid;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::{
    ApiError, AsHead, Edition,
    aside::{Queue, aside},
    coding::{Coding, Effort, list},
    conditional::entity_tags,
    pieces::{Encoded, Pieces},
    spare,
};

/// How many bytes a tag has, mostly.
const TAG: usize = 48;
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const BY_CODING: HeaderValue = HeaderValue::from_static("Accept-Encoding");
const BY_LANGUAGE: HeaderValue = HeaderValue::from_static("Accept-Encoding, Accept-Language");
/// For how long most answers may be kept, by seconds: as texts that live as long
/// as the process, of which another costs nothing.
static FRESH: LazyLock<Vec<HeaderValue>> = LazyLock::new(|| {
    (0..=60).map(|seconds| HeaderValue::from_static(format!("public, max-age={seconds}").leak())).collect()
});
/// From how many bytes on a body is compressed aside.
const LARGE: usize = 256 << 10;

/// Entity tags of ours (RFC 9110): `"<version>.<hash>"` of a single thing,
/// `"<hash>"` of a page or feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// Of a page or feed: a hash of its bytes.
    pub fn of_bytes(body: &[u8]) -> Self {
        Self::of_hash(None, xxh3_128(body))
    }

    /// The same, of bytes of which some do not matter.
    pub fn of_bytes_without(body: &[u8], left_out: Range<usize>) -> Self {
        let mut hash = Xxh3::new();
        hash.update(&body[..left_out.start]);
        hash.update(&body[left_out.end..]);
        Self::of_hash(None, hash.digest128())
    }

    /// Of a single thing of that version: the version and a hash of its bytes.
    pub fn of_version(version: i64, body: &[u8]) -> Self {
        Self::of_hash(Some(version), xxh3_128(body))
    }

    fn of_hash(version: Option<i64>, hash: u128) -> Self {
        let mut tag = String::with_capacity(TAG);
        tag.push('"');
        if let Some(version) = version {
            // Writing to a text cannot fail.
            let _ = write!(tag, "{version}.");
        }
        // Formatting it as a number would take longer than the hash.
        tag.push_str(Uuid::from_u128(hash).simple().encode_lower(&mut Uuid::encode_buffer()));
        tag.push('"');
        Self(tag)
    }

    /// Of a version whose bytes never change.
    pub fn of_number(version: i64) -> Self {
        Self(format!("\"{version}\""))
    }

    /// As the header has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As the header has it for a body in a coding: other bytes, another tag.
    /// So it is for what is `kept` where the same is compressed for single answers.
    pub(super) fn in_coding(&self, coding: Coding, kept: bool) -> HeaderValue {
        let text = match coding.name() {
            None => self.0.clone(),
            Some(name) => {
                let kept = if kept { "-kept-" } else { "-" };
                [self.0.trim_end_matches('"'), kept, name, "\""].concat()
            }
        };
        // Digits, letters, points and hyphens between quotes.
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("W/\"\""))
    }

    /// Whether the `If-None-Match` of a request names this tag, so that it has
    /// these bytes already. The comparison is weak and leaves out the coding
    /// that a tag may end with (`"12.ab-zstd"`). What is no list of tags names
    /// none: the whole answer is never wrong.
    pub fn is_known(&self, request: &impl AsHead) -> bool {
        self.matches(&list(request, &header::IF_NONE_MATCH))
    }

    fn matches(&self, if_none_match: &str) -> bool {
        if if_none_match.trim() == "*" {
            return true;
        }
        let mut named = entity_tags(if_none_match).into_iter().flatten();
        named.any(|(_weak, tag)| {
            let bare = tag.split_once('-').map_or(tag, |(tag, _coding)| tag);
            bare == self.0.trim_matches('"')
        })
    }
}

/// A public answer that caches may keep, in the coding that the caller asks
/// for. Nothing that is not for everybody is answered with it: what is
/// compressed tells its length.
pub struct Answer {
    max_age_s: u32,
    stale_s: u32,
    content_type: HeaderValue,
    vary_language: bool,
    link: Option<String>,
    body: Body,
}

/// An answer on its way.
pub(super) enum Sending {
    /// It is there.
    Now(HttpResponse),
    /// It is compressed aside.
    Later(LocalBoxFuture<'static, HttpResponse>),
}

enum Body {
    /// Made for this answer.
    Once(Vec<u8>, EntityTag),
    /// Sent to many.
    Kept(Arc<Edition>),
    /// Made as it is sent.
    Pieces(Pieces, EntityTag),
}

impl Answer {
    /// A JSON body that stays fresh for `max_age_s` seconds.
    pub fn json(body: Vec<u8>, tag: EntityTag, max_age_s: u32) -> Self {
        Self::of(Body::Once(body, tag), max_age_s)
    }

    /// A JSON body that is kept.
    pub fn kept(edition: Arc<Edition>, max_age_s: u32) -> Self {
        Self::of(Body::Kept(edition), max_age_s)
    }

    /// A body that is made as it is sent, and never whole in memory; `tag` is
    /// another whenever its bytes would be.
    pub fn in_pieces(pieces: Pieces, tag: EntityTag, max_age_s: u32) -> Self {
        Self::of(Body::Pieces(pieces, tag), max_age_s)
    }

    fn of(body: Body, max_age_s: u32) -> Self {
        Self { max_age_s, stale_s: 0, content_type: JSON, vary_language: false, link: None, body }
    }

    /// Is of another type than JSON.
    #[must_use]
    pub fn of_type(mut self, content_type: &'static str) -> Self {
        self.content_type = HeaderValue::from_static(content_type);
        self
    }

    /// May be shown `stale_s` seconds longer while a cache asks again; only
    /// for answers in which nothing moves with the clock.
    #[must_use]
    pub fn stale_while_revalidate(mut self, stale_s: u32) -> Self {
        self.stale_s = stale_s;
        self
    }

    /// The body depends on `Accept-Language`.
    #[must_use]
    pub fn varies_by_language(mut self) -> Self {
        self.vary_language = true;
        self
    }

    /// Adds `Link: <target>; rel="next"`.
    #[must_use]
    pub fn with_next(mut self, target: Option<String>) -> Self {
        self.link = target.map(|target| format!("<{target}>; rel=\"next\""));
        self
    }

    /// The answer to `request`: 304 where it has these bytes already. A kept body
    /// is compressed once for all who ask for it.
    pub async fn send(self, request: &impl AsHead) -> HttpResponse {
        match self.start(request) {
            Sending::Now(response) => response,
            Sending::Later(response) => response.await,
        }
    }

    /// The same: at once, but for what others are not to wait for.
    pub(super) fn start(self, request: &impl AsHead) -> Sending {
        let (length, effort) = match &self.body {
            Body::Once(body, _) => (body.len(), Effort::Once),
            Body::Kept(edition) => (edition.body().len(), Effort::Kept),
            // How long it will be nobody knows.
            Body::Pieces(..) => (usize::MAX, Effort::Once),
        };
        let coding = Coding::of(request, length, effort);
        let (response, is_known) = self.head(request, coding);
        if is_known {
            return Sending::Now(response);
        }
        Sending::Now(match self.body {
            Body::Pieces(..) if request.as_head().method == Method::HEAD => {
                response.set_body(BoxBody::new(BodyStream::new(stream::empty::<io::Result<Bytes>>())))
            }
            Body::Pieces(pieces, _) => match Encoded::new(pieces, coding) {
                Ok(encoded) => response.set_body(BoxBody::new(BodyStream::new(Box::pin(encoded.stream())))),
                Err(error) => ApiError::internal(error).error_response(),
            },
            Body::Kept(edition) => match edition.present(coding) {
                Some(body) => response.set_body(BoxBody::new(body)),
                None => {
                    let later = async move { response.set_body(BoxBody::new(edition.coded(coding).await)) };
                    return Sending::Later(Box::pin(later));
                }
            },
            Body::Once(body, _) if coding == Coding::Identity => response.set_body(BoxBody::new(spare::sent(body))),
            Body::Once(body, _) => {
                let encode = move || {
                    let coded = coding.encode(&body, Effort::Once);
                    coded.ok_or_else(|| io::Error::other("cannot compress"))
                };
                let finish = move |coded| match coded {
                    Ok::<Vec<u8>, io::Error>(coded) => response.set_body(BoxBody::new(coded)),
                    Err(error) => ApiError::internal(error).error_response(),
                };
                // Whom else this thread serves does not wait for what is large.
                if length >= LARGE {
                    let later = async move { finish(aside(Queue::Page, encode).await.flatten()) };
                    return Sending::Later(Box::pin(later));
                }
                finish(encode())
            }
        })
    }

    fn cache_control(&self) -> HeaderValue {
        let fresh = FRESH.get(self.max_age_s as usize).filter(|_| self.stale_s == 0).cloned();
        fresh.unwrap_or_else(|| {
            let (max_age_s, stale_s) = (self.max_age_s, self.stale_s);
            let more = if stale_s > 0 { format!(", stale-while-revalidate={stale_s}") } else { String::new() };
            let text = format!("public, max-age={max_age_s}{more}");
            // Numbers and these words are what a header may have.
            HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-cache"))
        })
    }

    /// Status and headers, and whether the caller has the body already.
    fn head(&self, request: &impl AsHead, coding: Coding) -> (HttpResponse, bool) {
        let tag = match &self.body {
            Body::Once(_, tag) | Body::Pieces(_, tag) => tag,
            Body::Kept(edition) => edition.tag(),
        };
        let is_known = tag.is_known(request);
        let mut response = HttpResponse::new(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, self.cache_control());
        let tag = match &self.body {
            Body::Kept(edition) => edition.tag_in(coding),
            Body::Once(..) | Body::Pieces(..) => tag.in_coding(coding, false),
        };
        headers.insert(header::ETAG, tag);
        headers.insert(header::VARY, if self.vary_language { BY_LANGUAGE } else { BY_CODING });
        // It is an address of ours, which has no character that a header may not have.
        if let Some(link) = self.link.as_deref().and_then(|link| HeaderValue::from_str(link).ok()) {
            headers.insert(header::LINK, link);
        }
        if !is_known {
            headers.insert(header::CONTENT_TYPE, self.content_type.clone());
            if let Some(name) = coding.name() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            }
        }
        (response, is_known)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("content_type", &self.content_type).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_matches_whatever_coding_it_was_sent_with() {
        let tag = EntityTag::of_version(12, b"x");
        let text = tag.0.clone();
        let coded = format!("{}-zstd\"", text.trim_end_matches('"'));
        assert!(tag.matches(&text));
        assert!(tag.matches(&format!("\"other\", W/{coded}")));
        assert!(tag.matches("*"));
        assert!(!tag.matches("\"12\""));
        assert!(!tag.matches("\"12.00\", \"\""));
    }

    #[test]
    fn what_is_no_list_of_tags_names_none() {
        let tag = EntityTag::of_version(12, b"x");
        let (text, bare) = (tag.0.clone(), tag.0.trim_matches('"').to_owned());
        for known in [format!(" {text} "), format!("W/{text}"), format!(", \"a,b\" ,{text},")] {
            assert!(tag.matches(&known), "{known}");
        }
        for other in [
            bare.clone(),
            format!("\"{bare}"),
            format!("{bare}\""),
            format!("\"{text}\""),
            format!("w/{text}"),
            format!("{text} {text}"),
            format!("*, {text}"),
            format!("\"a,{bare}\""),
            String::new(),
        ] {
            assert!(!tag.matches(&other), "{other}");
        }
    }
}
