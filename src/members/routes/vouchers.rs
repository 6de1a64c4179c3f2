//! Vouchers.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    route,
    web::{Data, Payload},
};

use super::{
    private,
    shapes::{NewVoucherView, VoucherInput},
};
use crate::{
    http::{ApiError, BodyRules, MemberErrors, QueryString, read_input, read_json},
    members::{MemberToken, Members},
};

/// Get a voucher
///
/// A sealed right to start one circle or one story. It shows whoever takes it
/// only that some account was given one: nothing of it is kept here but that
/// there was one more in this week. Three of a kind in 30 days, as many again of
/// the other; the two that came with the account do not count. As only the week
/// is kept, one counts for 36 days from the Monday of its week; beyond that 429,
/// whose `Retry-After` says when there is the next.
///
/// Where the answer was lost, so is the voucher: get another.
#[utoipa::path(
    post, path = "/v1/me/vouchers", operation_id = "create_member_voucher", tag = "members",
    security(("member" = [])),
    request_body = VoucherInput,
    responses((status = 201, description = "The voucher; keep it on the device until it is spent",
               body = NewVoucherView,
               example = json!({"voucher": "oc_voucher_circle_2026-05_1_…", "expires_on": "2026-06-30"})),
              MemberErrors)
)]
#[route("/v1/me/vouchers", method = "POST")]
pub async fn create_member_voucher(
    request: HttpRequest,
    token: MemberToken,
    payload: Payload,
    members: Data<Members>,
) -> Result<HttpResponse, ApiError> {
    QueryString::parse(request.query_string())?.finish()?;
    let body = read_json(&request, payload, BodyRules::JSON).await?;
    let entered = members.enter(&token).await?;
    let input: VoucherInput = read_input(body.ok_or_else(|| ApiError::malformed("A JSON body is needed."))?)?;
    let voucher = members.give_voucher(entered, input.purpose.kind()).await?;
    Ok(private(StatusCode::CREATED, &NewVoucherView::of(&voucher)))
}
