//! The public keys of access tokens.

use actix_web::{HttpRequest, HttpResponse, route, web::Data};

use crate::{
    auth::Auth,
    http::{Answer, ApiError, EntityTag, PublicErrors},
};

/// How long the keys may be kept; a new one is published a day before it signs.
const MAX_AGE_S: u32 = 3_600;

/// Public keys
///
/// RFC 7517. Which audience a key is for is ours to know; a key of one signs
/// for no other.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", operation_id = "get_jwks", tag = "service", security(()),
    responses((status = 200, description = "The keys that verify now or soon will", body = Object,
               example = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                                          "kid": "9f86d081884c7d659a2feaa0c55ad015", "use": "sig", "alg": "EdDSA"}]})),
              (status = 304, description = "Not changed since `If-None-Match`"), PublicErrors)
)]
#[route("/.well-known/jwks.json", method = "GET", method = "HEAD")]
pub async fn get_jwks(request: HttpRequest, auth: Data<Auth>) -> Result<HttpResponse, ApiError> {
    if !auth.keys().are_loaded() {
        return Err(ApiError::unavailable(5, "The signing keys are not loaded."));
    }
    let body = auth.jwks();
    let tag = EntityTag::of_bytes(&body);
    Ok(Answer::json(body, tag, MAX_AGE_S).send(&request).await)
}
