//! Where the public reaches the service.

use std::net::SocketAddr;

use url::{Url, form_urlencoded};

use super::AsHead;

/// The base of every link that an answer holds, without a slash at its end.
/// Never taken from a request: a forwarded host is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The setting, or where the service listens.
    pub fn new(setting: Option<&Url>, listens: SocketAddr) -> Self {
        let base = setting.map_or_else(|| format!("http://{listens}"), Url::to_string);
        Self(base.trim_end_matches('/').to_owned())
    }

    /// The address of a path that begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address of the page after that of a request: the same call with
    /// another cursor.
    pub fn next_page(&self, request: &impl AsHead, cursor: &str) -> String {
        let is_cursor =
            |pair: &str| matches!(form_urlencoded::parse(pair.as_bytes()).next(), Some((name, _)) if name == "cursor");
        let uri = &request.as_head().uri;
        let query = uri.query().unwrap_or_default();
        let mut target = self.join(uri.path());
        target.reserve(query.len() + cursor.len() + "?&cursor=".len());
        target.push('?');
        for pair in query.split('&').filter(|pair| !pair.is_empty() && !is_cursor(pair)) {
            // An address has no character that a link or a header cannot hold.
            target.push_str(pair);
            target.push('&');
        }
        target.push_str("cursor=");
        target.push_str(cursor);
        target
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_next_page_is_the_same_call_with_another_cursor() {
        let base = PublicUrl("https://openchair.example".to_owned());
        for (asked, next) in [
            ("/v1/x", "/v1/x?cursor=new"),
            ("/v1/x?q=caf%C3%A9+b&day=1", "/v1/x?q=caf%C3%A9+b&day=1&cursor=new"),
            ("/v1/x?cursor=old&a=1&&%63ursor=old", "/v1/x?a=1&cursor=new"),
            ("/v1/x?cursors=1", "/v1/x?cursors=1&cursor=new"),
        ] {
            let request = TestRequest::with_uri(asked).to_http_request();
            assert_eq!(base.next_page(&request, "new"), format!("https://openchair.example{next}"));
        }
    }
}
