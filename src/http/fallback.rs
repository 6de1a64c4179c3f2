//! What no route takes: 405 where the path is known, else 404; and CORS
//! preflights, which any path answers alike.

use actix_web::{
    HttpRequest, HttpResponse,
    dev::ResourceDef,
    http::{self, header},
    web::Data,
};
use utoipa::openapi::{OpenApi, PathItem, path::Operation, security::SecurityRequirement};

use super::ApiError;

/// What a page of another origin may send. A token is sent by its script or
/// not at all: there are no cookies.
const ALLOWED_HEADERS: &str =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id, traceparent";

/// What there is at one address or another.
const EVERY_METHOD: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Which methods each path has, from the OpenAPI document: the router's macros
/// register every handler as a resource of its own, so that the router itself
/// answers a wrong method with 404.
#[derive(Debug)]
pub struct MethodTable(Vec<(ResourceDef, Vec<Method>)>);

#[derive(Debug, Clone, Copy)]
struct Method {
    name: &'static str,
    /// Every way to call it needs a token.
    guarded: bool,
}

/// The methods of each path, as a document names them.
#[derive(Debug)]
pub struct Methods(Vec<(String, Vec<Method>)>);

impl Methods {
    /// Those of a document.
    pub fn of(document: &OpenApi) -> Self {
        let methods = |item: &PathItem| {
            let all = [
                ("GET", &item.get),
                ("HEAD", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            let method = |(name, operation): (_, &Option<Operation>)| {
                operation.as_ref().map(|operation| Method { name, guarded: is_guarded(operation) })
            };
            all.into_iter().filter_map(method).collect()
        };
        Self(document.paths.paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect())
    }

    /// The paths.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(path, _)| path.as_str())
    }
}

impl From<&Methods> for MethodTable {
    fn from(methods: &Methods) -> Self {
        let paths = methods.0.iter();
        Self(paths.map(|(path, methods)| (ResourceDef::new(path.as_str()), methods.clone())).collect())
    }
}

impl MethodTable {
    /// Whether there is such an operation, and every one that it could be
    /// needs a token.
    pub(super) fn is_guarded(&self, method: &str, path: &str) -> bool {
        let mut could_be = self.matching(path).filter(|known| known.name == method).peekable();
        could_be.peek().is_some() && could_be.all(|method| method.guarded)
    }

    fn matching(&self, path: &str) -> impl Iterator<Item = &Method> {
        self.0.iter().filter(move |(definition, _)| definition.is_match(path)).flat_map(|(_, methods)| methods)
    }

    /// All methods of all templates that match (`/x/{id}` and `/x/search`).
    fn allowed(&self, path: &str) -> Vec<&'static str> {
        let mut allowed = Vec::new();
        for method in self.matching(path) {
            if !allowed.contains(&method.name) {
                allowed.push(method.name);
            }
        }
        if !allowed.is_empty() {
            allowed.push("OPTIONS");
        }
        allowed
    }
}

/// Whether its security leaves no way in without a token.
fn is_guarded(operation: &Operation) -> bool {
    let ways = operation.security.as_deref().unwrap_or_default();
    !ways.is_empty() && ways.iter().all(|way| *way != SecurityRequirement::default())
}

/// Answers whatever no route took.
///
/// # Errors
/// `not_found`, or `method_not_allowed` with `Allow`.
pub async fn fallback(request: HttpRequest, table: Data<MethodTable>) -> Result<HttpResponse, ApiError> {
    if request.method() == http::Method::OPTIONS && request.path() == "*" {
        // The service as a whole (RFC 9110 9.3.7).
        return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, EVERY_METHOD)).finish());
    }
    let allowed = table.allowed(request.path());
    if allowed.is_empty() {
        return Err(ApiError::not_found());
    }
    let allow = allowed.join(", ");
    if request.method() == http::Method::OPTIONS {
        return Ok(HttpResponse::NoContent()
            .insert_header((header::ALLOW, allow.clone()))
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, allow))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
            .finish());
    }
    Err(ApiError::method_not_allowed(allow))
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::{HttpMethod, OpenApi, PathsBuilder, path::OperationBuilder};

    use super::*;

    #[test]
    fn an_operation_is_guarded_when_no_way_in_is_without_a_token() {
        let office = || SecurityRequirement::new("office", [""; 0]);
        let operation = |ways: Vec<SecurityRequirement>| OperationBuilder::new().securities(Some(ways)).build();
        let item = |method, ways| PathItem::new(method, operation(ways));
        let mut document = OpenApi::default();
        let mut meeting = item(HttpMethod::Patch, vec![office()]);
        meeting.merge_operations(item(HttpMethod::Get, vec![SecurityRequirement::default()]));
        document.paths = PathsBuilder::new()
            .path("/m/{id}", meeting)
            .path("/m/{id}/x", item(HttpMethod::Get, vec![office()]))
            .path("/m/search/x", item(HttpMethod::Get, vec![office(), SecurityRequirement::default()]))
            .build();
        let table = MethodTable::from(&Methods::of(&document));
        assert!(table.is_guarded("PATCH", "/m/1") && table.is_guarded("HEAD", "/m/1/x"));
        for (method, path) in [("GET", "/m/1"), ("DELETE", "/m/1"), ("GET", "/m/search/x"), ("GET", "/nowhere")] {
            assert!(!table.is_guarded(method, path), "{method} {path}");
        }
        assert_eq!(table.allowed("/m/1"), ["GET", "HEAD", "PATCH", "OPTIONS"]);
    }
}
