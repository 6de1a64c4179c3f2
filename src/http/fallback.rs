//! What no route takes: 405 where the path is known, else 404; and CORS
//! preflights, which any path answers alike.

use actix_web::{
    HttpRequest, HttpResponse,
    dev::ResourceDef,
    http::{Method, header},
    web::Data,
};
use utoipa::openapi::{OpenApi, PathItem};

use super::ApiError;

/// Which methods each path has, from the OpenAPI document: the router's macros
/// register every handler as a resource of its own, so that the router itself
/// answers a wrong method with 404.
#[derive(Debug)]
pub struct MethodTable(Vec<(ResourceDef, Vec<&'static str>)>);

impl MethodTable {
    /// The table of a document.
    pub fn of(document: &OpenApi) -> Self {
        let methods = |item: &PathItem| {
            let all = [
                ("GET", item.get.is_some()),
                ("HEAD", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            all.into_iter().filter_map(|(name, there)| there.then_some(name)).collect()
        };
        let paths = document.paths.paths.iter();
        Self(paths.map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item))).collect())
    }

    /// All methods of all templates that match (`/x/{id}` and `/x/search`).
    fn allowed(&self, path: &str) -> Vec<&'static str> {
        let mut allowed = Vec::new();
        for (_, methods) in self.0.iter().filter(|(definition, _)| definition.is_match(path)) {
            allowed.extend(methods.iter().filter(|method| !allowed.contains(*method)).copied().collect::<Vec<_>>());
        }
        if !allowed.is_empty() {
            allowed.push("OPTIONS");
        }
        allowed
    }
}

/// Answers whatever no route took.
///
/// # Errors
/// `not_found`, or `method_not_allowed` with `Allow`.
pub async fn fallback(request: HttpRequest, table: Data<MethodTable>) -> Result<HttpResponse, ApiError> {
    let allowed = table.allowed(request.path());
    if allowed.is_empty() {
        return Err(ApiError::not_found());
    }
    let allow = allowed.join(", ");
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent()
            .insert_header((header::ALLOW, allow.clone()))
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, allow))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "If-None-Match, X-Request-Id, traceparent"))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
            .finish());
    }
    Err(ApiError::method_not_allowed(allow))
}
