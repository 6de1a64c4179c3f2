//! Everything of one's own, to take along.

use std::{io, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    route,
    web::{Bytes, Data},
};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;

use super::{
    export_shapes::{PassExportView, json as piece_json},
    shapes::PassView,
};
use crate::{
    circles::{
        Circles, PassToken,
        export::{Exporting, Section},
        store::After,
    },
    helplines::SupportView,
    http::{ApiError, MemberErrors, QueryString},
};

/// Take everything of one's own along
///
/// What this pass wrote and set, whole, as it comes: check-ins, goals,
/// milestones, answers given, nudges sent, mutes. What others wrote is theirs.
/// Also for a suspended pass, and for 30 days for one that was removed.
#[utoipa::path(
    get, path = "/v1/passes/self/export", operation_id = "export_own_pass", tag = "circles",
    security(("circle" = [])),
    responses((status = 200, description = "Everything, streamed", body = PassExportView, example = json!({
               "pass": {"id": "0f1e2d3c-4b5a-4968-8776-655443322110", "alias": "Heron", "steward": true},
               "check_ins": [{"id": "3c2b1a09-8f7e-4d6c-9b5a-493827160504", "date": "2026-05-04",
               "kinds": ["today"], "helped": ["meeting"]}], "goals": [], "milestones": [], "answers": [],
               "nudges": [], "mutes": [], "support": {"href": "/v1/help-lines"}})),
              MemberErrors)
)]
#[route("/v1/passes/self/export", method = "GET", method = "HEAD")]
pub async fn export_own_pass(
    request: HttpRequest,
    token: PassToken,
    circles: Data<Circles>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let whose = circles.export(&token).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "no-store")).content_type("application/json");
    if request.method() == Method::HEAD {
        // How long it is is not known without making it.
        return Ok(answer.streaming(stream::empty::<io::Result<Bytes>>()));
    }
    Ok(answer.streaming(Box::pin(stream_of(circles, whose))))
}

/// Where an export stands.
enum At {
    Beginning,
    In(usize, After, bool),
    End,
}

/// The bytes of an export, a batch at a time. Where the database goes away in
/// the middle the answer ends unfinished, which its framing shows.
fn stream_of(circles: Data<Circles>, whose: Exporting) -> impl Stream<Item = io::Result<Bytes>> {
    let whose = Arc::new(whose);
    stream::unfold(At::Beginning, move |at| {
        let (circles, whose) = (circles.clone(), Arc::clone(&whose));
        async move {
            match chunk(&circles, &whose, at).await {
                Ok(Some((bytes, next))) => Some((Ok(bytes), next)),
                Ok(None) => None,
                Err(error) => {
                    let source = error.source().map(|source| format!("{source:#}"));
                    tracing::error!(code = error.code().as_str(), error = source, "an export broke off");
                    Some((Err(io::Error::other("ended early")), At::End))
                }
            }
        }
    })
    .fuse()
}

async fn chunk(circles: &Circles, whose: &Exporting, at: At) -> Result<Option<(Bytes, At)>, ApiError> {
    let to_json = |value: &serde_json::Value| serde_json::to_string(value).map_err(ApiError::internal);
    let (at, after, first) = match at {
        At::End => return Ok(None),
        At::Beginning => {
            let pass = serde_json::to_string(&PassView::from(&whose.pass)).map_err(ApiError::internal)?;
            let bytes = format!("{{\"pass\":{pass},\"check_ins\":[");
            return Ok(Some((bytes.into(), At::In(0, Section::beginning(), true))));
        }
        At::In(at, after, first) => (at, after, first),
    };
    let Some(section) = Section::ALL.get(at) else { return Ok(None) };
    let (pieces, next) = circles.export_batch(whose, *section, after).await?;
    let mut bytes = Vec::new();
    for (place, piece) in pieces.into_iter().enumerate() {
        if place > 0 || !first {
            bytes.push(b',');
        }
        bytes.extend(piece_json(piece).map_err(ApiError::internal)?);
    }
    if let Some(next) = next {
        return Ok(Some((bytes.into(), At::In(at, next, false))));
    }
    let Some(following) = Section::ALL.get(at + 1) else {
        let support = serde_json::to_string(&SupportView::new()).map_err(ApiError::internal)?;
        bytes.extend(format!("],\"mutes\":{},\"support\":{support}}}", to_json(&json!(whose.mutes))?).into_bytes());
        return Ok(Some((bytes.into(), At::End)));
    };
    bytes.extend(format!("],\"{}\":[", name(*following)).into_bytes());
    Ok(Some((bytes.into(), At::In(at + 1, Section::beginning(), true))))
}

/// The field of a section.
fn name(section: Section) -> &'static str {
    match section {
        Section::CheckIns => "check_ins",
        Section::Goals => "goals",
        Section::Milestones => "milestones",
        Section::Answers => "answers",
        Section::Nudges => "nudges",
    }
}
