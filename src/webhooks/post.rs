//! Sending one message, and what is kept of the answer.

use std::time::Instant;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use reqwest::{Response, Url, header};

use super::schedule::{Attempt, retry_after};
use crate::feeds::{FetchError, GuardedClient};

/// As much of an answer is read, so that its connection can be used again.
const READ_AT_MOST: usize = 64 * 1024;
/// Characters of an answer that are kept.
const KEPT: usize = 500;

/// Sends a message; whatever comes of it.
pub(super) async fn send(
    client: &GuardedClient,
    url: &str,
    headers: [(&'static str, String); 3],
    body: Vec<u8>,
    now: DateTime<Utc>,
) -> Attempt {
    let began = Instant::now();
    let attempt = match post(client, url, headers, body).await {
        Ok(response) => read(response, now).await,
        Err(error) => Attempt::failed(words(&error)),
    };
    Attempt { took: began.elapsed(), ..attempt }
}

async fn post(
    client: &GuardedClient,
    url: &str,
    headers: [(&'static str, String); 3],
    body: Vec<u8>,
) -> Result<Response, FetchError> {
    let url: Url = url.parse().map_err(|_| FetchError::Refused)?;
    let mut request = client.for_url(&url)?.post(url).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(body).send().await.map_err(|error| FetchError::of(&error))
}

/// The status is the answer; what follows may be cut off.
async fn read(response: Response, now: DateTime<Utc>) -> Attempt {
    let status = response.status().as_u16();
    let rest = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = rest.and_then(|value| retry_after(value, now));
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Ok(Some(chunk)) = chunks.try_next().await {
        let room = READ_AT_MOST - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == READ_AT_MOST {
            break;
        }
    }
    Attempt { status: Some(status), answer: clean(&body), retry_after, ..Attempt::default() }
}

fn words(error: &FetchError) -> String {
    let text = match error {
        FetchError::Refused => "its address is not https on port 443, or is a private or local one".to_owned(),
        FetchError::Unreachable(cause) => cause.clone(),
        other => other.to_string(),
    };
    clean(text.as_bytes()).unwrap_or_default()
}

/// The start of a text that somebody else wrote, on one line, without what
/// nobody sees or what turns other text around.
fn clean(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let seen = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_unseen(*c));
    let line: String = seen.take(KEPT * 4).collect();
    let line: String = line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(KEPT).collect();
    (!line.is_empty()).then_some(line)
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_its_start_is_kept_on_one_line() {
        assert_eq!(clean(b"<h1>\r\n\tGone \0 away</h1>\n").as_deref(), Some("<h1> Gone away</h1>"));
        assert_eq!(clean("a\u{202e}b\u{200b}c\u{feff}".as_bytes()).as_deref(), Some("abc"));
        assert_eq!(clean(b"\xff\xfe").as_deref(), Some("\u{fffd}\u{fffd}"));
        assert_eq!(clean("é".repeat(10_000).as_bytes()).unwrap().chars().count(), KEPT);
        assert_eq!(clean(b" \n "), None);
    }
}
