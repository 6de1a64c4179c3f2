//! `Idempotency-Key`: a write that is sent again is done once.
//!
//! A key is claimed in a transaction of its own before the write begins; the
//! answer is kept in the transaction that writes. So of many at once one does
//! it and the others are told so at once, and whatever dies in between leaves
//! either all of it or nothing.

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody,
    http::{StatusCode, header},
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

use super::store::{self, Claimed, Kept};
use crate::{
    auth::Caller,
    db::{self, Scope},
    http::{ApiError, ErrorCode},
    kernel::{Entropy, Invalid},
};

/// The longest key, in characters.
const MAX_KEY: usize = 255;
/// The headers of an answer that are part of it.
const HEADERS: [header::HeaderName; 3] = [header::ETAG, header::LOCATION, header::CONTENT_TYPE];

/// What became of a request that may be a repetition.
pub(super) enum Claim {
    /// It is ours to do, and to keep the answer of.
    Ours(Open),
    /// It was done before.
    Done(HttpResponse),
}

/// A claim that nothing has come of yet; dropped so, it is given back.
pub(super) struct Open {
    kept: Option<Kept>,
    pool: PgPool,
}

impl Claim {
    /// Claims a request that carries a key; `None` for one that does not.
    pub(super) async fn of(
        request: &HttpRequest,
        caller: &Caller,
        body: Option<&Value>,
        pool: PgPool,
        entropy: &dyn Entropy,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, ApiError> {
        let Some(key) = key(request)? else { return Ok(None) };
        let kept = Kept {
            caller: caller.id(),
            operation: format!("{} {}", request.method(), request.match_pattern().unwrap_or_default()),
            key_hash: Sha256::digest(key.as_bytes()).into(),
            request_hash: hash(request, body),
            claim: entropy.uuid_v4(),
        };
        let mut transaction = db::begin(&pool, Scope::Offices(Vec::new())).await?;
        let claimed = store::claim(&mut transaction, &kept, now).await?;
        transaction.commit().await?;
        match claimed {
            Claimed::Ours => Ok(Some(Self::Ours(Open { kept: Some(kept), pool }))),
            Claimed::Done { status, headers, body } => Ok(Some(Self::Done(again(status, &headers, body)))),
            Claimed::InFlight { within_s } => {
                Err(ApiError::new(ErrorCode::IdempotencyInFlight).with_retry_after(within_s))
            }
            Claimed::Mismatch => Err(ApiError::new(ErrorCode::IdempotencyMismatch)),
        }
    }
}

impl Open {
    /// Keeps the answer in the transaction that writes.
    pub(super) async fn keep(
        &mut self,
        connection: &mut PgConnection,
        answer: HttpResponse,
    ) -> Result<HttpResponse, ApiError> {
        let (head, body) = answer.into_parts();
        let bytes = body.try_into_bytes().map_err(|_| ApiError::internal(anyhow::anyhow!("an answer is streamed")))?;
        if let Some(kept) = &self.kept {
            let headers: Map<String, Value> = HEADERS
                .iter()
                .filter_map(|name| {
                    let value = head.headers().get(name)?.to_str().ok()?;
                    Some((name.as_str().to_owned(), Value::from(value)))
                })
                .collect();
            let status = head.status().as_u16();
            if !store::keep(connection, kept, status, Value::Object(headers), &bytes).await? {
                return Err(ApiError::new(ErrorCode::IdempotencyInFlight).with_retry_after(1));
            }
        }
        Ok(head.set_body(bytes).map_into_boxed_body())
    }

    /// The write is committed, and the answer with it.
    pub(super) fn settle(&mut self) {
        self.kept = None;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        let pool = self.pool.clone();
        // Where that fails, it is abandoned after a minute.
        actix_web::rt::spawn(async move {
            if let Ok(mut transaction) = db::begin(&pool, Scope::Offices(Vec::new())).await {
                _ = store::release(&mut transaction, &kept).await;
                _ = transaction.commit().await;
            }
        });
    }
}

fn key(request: &HttpRequest) -> Result<Option<&str>, ApiError> {
    let mut all = request.headers().get_all("idempotency-key");
    let Some(first) = all.next() else { return Ok(None) };
    let fits = |key: &&str| (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|b| (b'!'..=b'~').contains(&b));
    let key = first.to_str().ok().map(str::trim).filter(fits);
    match (key, all.next()) {
        (Some(key), None) => Ok(Some(key)),
        _ => Err(ApiError::parameters(vec![Invalid::new(
            "Idempotency-Key",
            "invalid_value",
            "must stand once, as 1 to 255 visible ASCII characters",
        )])),
    }
}

/// Path, query and body: what makes two requests the same.
fn hash(request: &HttpRequest, body: Option<&Value>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [request.path(), request.query_string(), &body.map(Value::to_string).unwrap_or_default()] {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

fn again(status: u16, headers: &Value, body: Vec<u8>) -> HttpResponse {
    let mut answer = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
    for (name, value) in headers.as_object().into_iter().flatten() {
        if let Some(value) = value.as_str() {
            answer.insert_header((name.as_str(), value));
        }
    }
    answer.insert_header(("Idempotent-Replayed", "true"));
    answer.insert_header(("Cache-Control", "no-store"));
    answer.body(body)
}
