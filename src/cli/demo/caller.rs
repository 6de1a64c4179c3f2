//! Asking the service that has just started, as an app does.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, bail};
use reqwest::{Client, Method, header};
use serde_json::Value;

/// Longer than any request of the demo takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody with a token, or with none.
pub(super) struct Caller {
    client: Client,
    base: String,
    token: Option<String>,
}

impl Caller {
    /// Somebody without a token.
    ///
    /// # Errors
    /// When there can be no client.
    pub(super) fn of(address: SocketAddr) -> anyhow::Result<Self> {
        // Whatever the machine's proxy and roots are for, this is not for them.
        let client = Client::builder().no_proxy().tls_certs_only([]).timeout(PATIENCE).build()?;
        Ok(Self { client, base: format!("http://{address}"), token: None })
    }

    /// Whoever has this pair of tokens.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn with(&self, pair: &Value) -> anyhow::Result<Self> {
        let token = Some(text(pair, "/access_token")?);
        Ok(Self { client: self.client.clone(), base: self.base.clone(), token })
    }

    /// The access token.
    pub(super) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Makes something.
    ///
    /// # Errors
    /// When it is refused.
    pub(super) async fn post(&self, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        self.send(Method::POST, path, body).await
    }

    /// Makes something at that address, where there is nothing yet.
    ///
    /// # Errors
    /// When it is refused.
    pub(super) async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Changes something.
    ///
    /// # Errors
    /// When it is refused.
    pub(super) async fn patch(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(Method::PATCH, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if method == Method::PUT {
            request = request.header(header::IF_NONE_MATCH, "*");
        }
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(serde_json::to_vec(body)?);
        }
        let answer = request.send().await.with_context(|| format!("{method} {path}"))?;
        let status = answer.status();
        let answer = answer.bytes().await.with_context(|| format!("{method} {path}"))?;
        if !status.is_success() {
            bail!("{method} {path} gave {status}: {}", String::from_utf8_lossy(&answer));
        }
        Ok(if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer)? })
    }
}

/// The text at a place of an answer.
///
/// # Errors
/// When there is none.
pub(super) fn text(answer: &Value, pointer: &str) -> anyhow::Result<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("an answer lacks {pointer}"))
}
