//! Dated exceptions, one or all of a place, a group, an office.

use actix_web::{HttpResponse, http::StatusCode, route};

use crate::{
    directory::{
        self, NoticeInput, NoticeSubject, StoredGroup, StoredIntergroup, StoredLocation, StoredMeeting, find_notice,
    },
    http::{ApiError, IfMatch, OfficeErrors},
    kernel::NoticeId,
    offices::{
        asks::Edits,
        finish::{done, private},
        guard::Guard,
        target::{Target, segment},
        views::OfficeNotice,
    },
};

/// Add a notice to a meeting
///
/// For this meeting.
/// What it makes of occurrences shows at once.
#[utoipa::path(
    post, path = "/v1/meetings/{id}/notices", operation_id = "create_meeting_notice", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = NoticeInput, content_type = "application/json"),
    responses((status = 201, description = "The notice", body = OfficeNotice<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "kind": "closed", "from": "2026-12-24"})), OfficeErrors)
)]
#[route("/v1/meetings/{id}/notices", method = "POST")]
pub async fn create_meeting_notice(mut guard: Guard<StoredMeeting, Edits>) -> Result<HttpResponse, ApiError> {
    let subject = NoticeSubject::Meeting(guard.thing.id);
    let answer = add(&mut guard, subject).await?;
    guard.commit(answer).await
}

/// Take a notice of a meeting away
///
/// It no longer bears on any occurrence.
#[utoipa::path(
    delete, path = "/v1/meetings/{id}/notices/{notice_id}", operation_id = "delete_meeting_notice", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the meeting"),
           ("notice_id" = Uuid, Path, description = "Id of the notice")),
    responses((status = 204, description = "It is gone"), OfficeErrors)
)]
#[route("/v1/meetings/{id}/notices/{notice_id}", method = "DELETE")]
pub async fn delete_meeting_notice(mut guard: Guard<StoredMeeting, Edits>) -> Result<HttpResponse, ApiError> {
    let subject = NoticeSubject::Meeting(guard.thing.id);
    let changed = remove(&mut guard, subject).await?;
    guard.commit_if(changed, done()).await
}

/// Add a notice to a location
///
/// For every meeting there.
/// What it makes of occurrences shows at once.
#[utoipa::path(
    post, path = "/v1/locations/{id}/notices", operation_id = "create_location_notice", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the location"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = NoticeInput, content_type = "application/json"),
    responses((status = 201, description = "The notice", body = OfficeNotice<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "kind": "closed", "from": "2026-12-24"})), OfficeErrors)
)]
#[route("/v1/locations/{id}/notices", method = "POST")]
pub async fn create_location_notice(mut guard: Guard<StoredLocation, Edits>) -> Result<HttpResponse, ApiError> {
    let subject = NoticeSubject::Location(guard.thing.id);
    let answer = add(&mut guard, subject).await?;
    guard.commit(answer).await
}

/// Take a notice of a location away
///
/// It no longer bears on any occurrence.
#[utoipa::path(
    delete, path = "/v1/locations/{id}/notices/{notice_id}", operation_id = "delete_location_notice", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the location"),
           ("notice_id" = Uuid, Path, description = "Id of the notice")),
    responses((status = 204, description = "It is gone"), OfficeErrors)
)]
#[route("/v1/locations/{id}/notices/{notice_id}", method = "DELETE")]
pub async fn delete_location_notice(mut guard: Guard<StoredLocation, Edits>) -> Result<HttpResponse, ApiError> {
    let subject = NoticeSubject::Location(guard.thing.id);
    let changed = remove(&mut guard, subject).await?;
    guard.commit_if(changed, done()).await
}

/// Add a notice to a group
///
/// For every meeting of the group.
/// What it makes of occurrences shows at once.
#[utoipa::path(
    post, path = "/v1/groups/{id}/notices", operation_id = "create_group_notice", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the group"),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = NoticeInput, content_type = "application/json"),
    responses((status = 201, description = "The notice", body = OfficeNotice<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "kind": "closed", "from": "2026-12-24"})), OfficeErrors)
)]
#[route("/v1/groups/{id}/notices", method = "POST")]
pub async fn create_group_notice(mut guard: Guard<StoredGroup, Edits>) -> Result<HttpResponse, ApiError> {
    let subject = NoticeSubject::Group(guard.thing.id);
    let answer = add(&mut guard, subject).await?;
    guard.commit(answer).await
}

/// Take a notice of a group away
///
/// It no longer bears on any occurrence.
#[utoipa::path(
    delete, path = "/v1/groups/{id}/notices/{notice_id}", operation_id = "delete_group_notice", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = Uuid, Path, description = "Id of the group"),
           ("notice_id" = Uuid, Path, description = "Id of the notice")),
    responses((status = 204, description = "It is gone"), OfficeErrors)
)]
#[route("/v1/groups/{id}/notices/{notice_id}", method = "DELETE")]
pub async fn delete_group_notice(mut guard: Guard<StoredGroup, Edits>) -> Result<HttpResponse, ApiError> {
    let subject = NoticeSubject::Group(guard.thing.id);
    let changed = remove(&mut guard, subject).await?;
    guard.commit_if(changed, done()).await
}

/// Add a notice to an intergroup
///
/// For every meeting of the intergroup itself.
/// What it makes of occurrences shows at once.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/notices", operation_id = "create_intergroup_notice", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("Idempotency-Key" = Option<String>, Header, nullable = false, description = "Makes a repeated request harmless for 24 hours", pattern = "^[!-~]{1,255}$")),
    request_body(content = NoticeInput, content_type = "application/json"),
    responses((status = 201, description = "The notice", body = OfficeNotice<'_>, example = json!({"id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "kind": "closed", "from": "2026-12-24"})), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/notices", method = "POST")]
pub async fn create_intergroup_notice(mut guard: Guard<StoredIntergroup, Edits>) -> Result<HttpResponse, ApiError> {
    let subject = NoticeSubject::Intergroup(guard.thing.id);
    let answer = add(&mut guard, subject).await?;
    guard.commit(answer).await
}

/// Take a notice of an intergroup away
///
/// It no longer bears on any occurrence.
#[utoipa::path(
    delete, path = "/v1/intergroups/{id}/notices/{notice_id}", operation_id = "delete_intergroup_notice", tag = "office directory", security(("office" = []), ("office_key" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("notice_id" = Uuid, Path, description = "Id of the notice")),
    responses((status = 204, description = "It is gone"), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/notices/{notice_id}", method = "DELETE")]
pub async fn delete_intergroup_notice(mut guard: Guard<StoredIntergroup, Edits>) -> Result<HttpResponse, ApiError> {
    let subject = NoticeSubject::Intergroup(guard.thing.id);
    let changed = remove(&mut guard, subject).await?;
    guard.commit_if(changed, done()).await
}

async fn add<T: Target>(guard: &mut Guard<T, Edits>, subject: NoticeSubject) -> Result<HttpResponse, ApiError> {
    let input: NoticeInput = guard.input()?;
    let (stamp, entropy) = (guard.stamp(), guard.entropy());
    let made = directory::add_notice(guard.connection(), subject, input, &stamp, &**entropy).await?;
    Ok(private(StatusCode::CREATED, &OfficeNotice::of(&made)))
}

/// A notice does not change, so that nobody can have seen another version of
/// it: no `If-Match` is asked for.
async fn remove<T: Target>(guard: &mut Guard<T, Edits>, subject: NoticeSubject) -> Result<bool, ApiError> {
    let id: NoticeId = segment(&guard.request, "notice_id").ok_or_else(ApiError::not_found)?;
    let stored = find_notice(guard.connection(), id).await?;
    let stored = stored.filter(|notice| is_of(notice, subject)).ok_or_else(ApiError::not_found)?;
    let stamp = guard.stamp();
    let written = directory::delete_notice(guard.connection(), &stored, &IfMatch::Any, &stamp).await?;
    Ok(written.is_changed())
}

fn is_of(notice: &directory::StoredNotice, subject: NoticeSubject) -> bool {
    let document = &notice.document;
    let whole = document.meeting_id.is_none() && document.location_id.is_none() && document.group_id.is_none();
    match subject {
        NoticeSubject::Meeting(id) => document.meeting_id == Some(id),
        NoticeSubject::Location(id) => document.location_id == Some(id),
        NoticeSubject::Group(id) => document.group_id == Some(id),
        NoticeSubject::Intergroup(id) => whole && notice.intergroup_id == id,
    }
}
