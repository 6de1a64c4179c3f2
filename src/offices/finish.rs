//! Ending a request: commit, wait until this node shows it, answer.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

use super::{
    claim::Claim,
    guard::{Guard, Work},
};
use crate::{
    directory::WriteError,
    http::{ApiError, EntityTag, ErrorCode},
    kernel::Invalid,
};

/// How long an answer waits until its own write can be read here. Longer only
/// while the database is away, and the write is done either way.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);

/// A thing that is answered with, of a version.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn single(status: StatusCode, version: i64, body: &impl Serialize) -> Result<HttpResponse, ApiError> {
    let bytes = serde_json::to_vec(body).map_err(ApiError::internal)?;
    let tag = EntityTag::of_version(version, &bytes);
    Ok(HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ETAG, tag.as_str()))
        .content_type("application/json")
        .body(bytes))
}

/// A list, or something that has no version; no cache keeps it.
pub fn private(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

/// Nothing more to say.
pub fn done() -> HttpResponse {
    HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish()
}

impl<T, A> Guard<T, A> {
    /// Commits, and gives the answer once this node shows what was written.
    ///
    /// # Errors
    /// When the database cannot be reached; then nothing was written.
    pub async fn commit(self, answer: HttpResponse) -> Result<HttpResponse, ApiError> {
        let Self { mut work, claim, snapshots, .. } = self;
        let mut open = match claim {
            Some(Claim::Ours(open)) => Some(open),
            _ => None,
        };
        let answer = match &mut open {
            Some(open) => open.keep(work.connection(), answer).await?,
            None => answer,
        };
        let revision = match work {
            Work::Clocked(write) => Some(write.commit().await?),
            Work::Plain(transaction) => {
                transaction.commit().await?;
                None
            }
        };
        if let Some(open) = &mut open {
            open.settle();
        }
        if let Some(revision) = revision {
            _ = tokio::time::timeout(SHOWN_WITHIN, snapshots.wait_for(revision)).await;
        }
        Ok(answer)
    }

    /// Commits where something changed. Where nothing did, the directory's
    /// clock stays as it was, too.
    ///
    /// # Errors
    /// When the database cannot be reached; then nothing was written.
    pub async fn commit_if(self, changed: bool, answer: HttpResponse) -> Result<HttpResponse, ApiError> {
        if changed || self.claim.is_some() { self.commit(answer).await } else { Ok(answer) }
    }
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Precondition(error) => error,
            WriteError::Database(error) => error.into(),
            other => Self::of_write(&other),
        }
    }
}

impl ApiError {
    /// What a refused write is to its caller.
    pub(super) fn of_write(error: &WriteError) -> Self {
        let conflict = |detail: &'static str| Self::new(ErrorCode::Conflict).with_detail(detail);
        match error {
            WriteError::Invalid(invalid) => Self::content(invalid.clone()),
            WriteError::Precondition(error) => Self::new(error.code()),
            WriteError::SlugTaken => {
                conflict("The slug is taken in this intergroup; those of deleted things stay theirs.")
                    .with_invalid(vec![Invalid::new("/slug", "taken", "is taken in this intergroup")])
            }
            WriteError::NameTaken => conflict("A neighbouring region has that name.").with_invalid(vec![Invalid::new(
                "/name",
                "taken",
                "is the name of a neighbouring region",
            )]),
            WriteError::Deleted => conflict("It is deleted; restore it first."),
            WriteError::Missing(missing) => conflict("What it points to is gone.").with_invalid(missing.clone()),
            WriteError::InUse(by) => Self::new(ErrorCode::InUse).with_detail(format!("It is in use by {by}.")),
            WriteError::FromFeed => conflict("A feed brings it, and would bring it again."),
            WriteError::NoSuchVersion => {
                Self::content(vec![Invalid::new("/version", "unknown", "is no version that it can go back to")])
            }
            WriteError::Overtaken => conflict("Another write came between; send it again."),
            WriteError::Database(_) => Self::new(ErrorCode::Internal),
        }
    }
}
