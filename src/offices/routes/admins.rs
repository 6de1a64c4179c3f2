//! Who acts for an office, and who is invited to.

use actix_web::{HttpResponse, http::StatusCode, route};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{self, Admin, Invitation, Removal, Role},
    directory::StoredIntergroup,
    http::{ApiError, EmailAddress, ErrorCode, OfficeErrors},
    kernel::{AccountId, InvitationId},
    mail::Mailer,
    offices::{
        asks::{Entrusts, Oversees},
        finish::{done, private},
        guard::{Guard, part},
        target::segment,
    },
};

/// Whom to invite, and to what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "robin@example.org", "role": "editor"}))]
pub struct InvitationInput {
    /// Who is invited.
    #[schema(inline)]
    pub email: EmailAddress,
    /// What they may do in the intergroup and all that belong to it.
    pub role: Role,
}

/// Somebody who acts for an office.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminView {
    /// Their account.
    #[schema(value_type = Uuid)]
    pub account_id: AccountId,
    /// Their address.
    pub email: String,
    /// What they may do.
    #[schema(value_type = String, example = "owner")]
    pub role: Role,
    /// Since when.
    pub granted_at: DateTime<Utc>,
    /// Whether they have a second factor.
    pub has_totp: bool,
}

/// An open invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// What they may do.
    #[schema(value_type = String, example = "editor")]
    pub role: Role,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it can be taken up.
    pub expires_at: DateTime<Utc>,
}

/// Who acts for an office.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminList {
    /// Owners first.
    pub data: Vec<AdminView>,
    /// Invitations that can still be taken up.
    pub invitations: Vec<InvitationView>,
    /// Whether fewer than two owners are left: when one is away, nobody can
    /// invite or remove anybody.
    pub fewer_than_two_owners: bool,
}

/// An invitation, shown this once.
#[derive(Serialize, ToSchema)]
pub struct NewInvitationView {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub id: Option<InvitationId>,
    /// What the link carries; only where no letter is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub invitation: Option<String>,
    /// Where it is taken up; only where no letter is sent. Hand it over by a
    /// way that you trust.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub link: Option<String>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// Whether a letter with a link is on its way, which nobody else sees.
    pub mailed: bool,
}

impl AdminView {
    fn of(admin: Admin) -> Self {
        Self {
            account_id: admin.account_id,
            email: admin.email,
            role: admin.role,
            granted_at: admin.granted_at,
            has_totp: admin.has_totp,
        }
    }
}

impl InvitationView {
    fn of(invitation: Invitation) -> Self {
        Self {
            id: invitation.id,
            email: invitation.email,
            role: invitation.role,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// List who acts for an intergroup
///
/// And who is invited to. For owners.
#[utoipa::path(
    get, path = "/v1/intergroups/{id}/admins", operation_id = "list_office_admins", tag = "office administration",
    security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    responses((status = 200, description = "Who acts for it", body = AdminList, example = json!({
                   "data": [], "invitations": [], "fewer_than_two_owners": true})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/admins", method = "GET", method = "HEAD")]
pub async fn list_office_admins(mut guard: Guard<StoredIntergroup, Oversees>) -> Result<HttpResponse, ApiError> {
    let (office, now) = (guard.thing.id, guard.now);
    let admins = auth::list_admins(guard.connection(), office).await?;
    let invitations = auth::list_invitations(guard.connection(), office, now).await?;
    let list = AdminList {
        fewer_than_two_owners: admins.iter().filter(|admin| admin.role == Role::Owner).count() < 2,
        data: admins.into_iter().map(AdminView::of).collect(),
        invitations: invitations.into_iter().map(InvitationView::of).collect(),
    };
    Ok(private(StatusCode::OK, &list))
}

/// Invite somebody
///
/// By a single-use link, good for seven days, in a letter; without a mail server
/// the answer has it. Needs the password to have been given just now.
#[utoipa::path(
    post, path = "/v1/intergroups/{id}/invitations", operation_id = "create_office_invitation", tag = "office administration",
    security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64)),
    request_body(content = InvitationInput, content_type = "application/json"),
    responses((status = 201, description = "The invitation, shown this once", body = NewInvitationView, example = json!({
                   "id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "invitation": "qXsU0mZJ…",
                   "link": "https://meetings.example.org/office/enrol?code=qXsU0mZJ…",
                   "expires_at": "2026-05-11T12:00:00Z", "mailed": false})),
              OfficeErrors)
)]
#[route("/v1/intergroups/{id}/invitations", method = "POST")]
pub async fn create_office_invitation(mut guard: Guard<StoredIntergroup, Entrusts>) -> Result<HttpResponse, ApiError> {
    let input: InvitationInput = guard.input()?;
    let (office, now, doer, auth) = (guard.thing.id, guard.now, guard.doer(), guard.auth());
    let mailed = part::<Mailer>(&guard.request)?.is_on();
    let made = auth.make_invitation(guard.connection(), office, (&input.email, input.role), doer).await?;
    // What is mailed has another code: who takes it up has read the letter.
    if let Some(id) = made.id.filter(|_| mailed) {
        auth::enqueue_invitation(guard.connection(), id, now).await?;
    }
    let view = NewInvitationView {
        id: made.id,
        invitation: (!mailed).then_some(made.code),
        link: (!mailed).then_some(made.link),
        expires_at: made.expires_at,
        mailed,
    };
    guard.commit(private(StatusCode::CREATED, &view)).await
}

/// Take an invitation back
///
/// It can no longer be taken up.
#[utoipa::path(
    delete, path = "/v1/intergroups/{id}/invitations/{invitation_id}", operation_id = "delete_office_invitation",
    tag = "office administration", security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("invitation_id" = Uuid, Path, description = "Id of the invitation")),
    responses((status = 204, description = "It can no longer be taken up"), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/invitations/{invitation_id}", method = "DELETE")]
pub async fn delete_office_invitation(mut guard: Guard<StoredIntergroup, Entrusts>) -> Result<HttpResponse, ApiError> {
    let id: InvitationId = segment(&guard.request, "invitation_id").ok_or_else(ApiError::not_found)?;
    let (office, doer, now) = (guard.thing.id, guard.doer(), guard.now);
    if !auth::revoke_invitation(guard.connection(), office, id, (doer, now)).await? {
        return Err(ApiError::not_found());
    }
    guard.commit(done()).await
}

/// Remove somebody
///
/// What they may do in this intergroup ends at once; their account stays. The
/// last owner cannot be removed.
#[utoipa::path(
    delete, path = "/v1/intergroups/{id}/admins/{account_id}", operation_id = "delete_office_admin",
    tag = "office administration", security(("office" = [])),
    params(("id" = String, Path, description = "Id or slug of the intergroup", example = "lantern-rivers", max_length = 64),
           ("account_id" = Uuid, Path, description = "Id of the account")),
    responses((status = 204, description = "They act for it no more"), OfficeErrors)
)]
#[route("/v1/intergroups/{id}/admins/{account_id}", method = "DELETE")]
pub async fn delete_office_admin(mut guard: Guard<StoredIntergroup, Entrusts>) -> Result<HttpResponse, ApiError> {
    let account: AccountId = segment(&guard.request, "account_id").ok_or_else(ApiError::not_found)?;
    let (office, doer, now) = (guard.thing.id, guard.doer(), guard.now);
    match auth::remove_grant(guard.connection(), account, office, false, (doer, now)).await? {
        Removal::Removed => guard.commit(done()).await,
        Removal::NotThere => Err(ApiError::not_found()),
        Removal::LastOwner => Err(ApiError::new(ErrorCode::Conflict)
            .with_detail("That is the last owner; invite another one first, and let them take it up.")),
    }
}
