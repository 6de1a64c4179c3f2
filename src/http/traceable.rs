//! Whose request ids and traces are taken up.
//!
//! What a caller's own id or trace is called by may be known elsewhere: in an
//! app's log, at its maker's. With one of those on a member's request and on
//! that of a pass, the two would be one person's. So there they are neither
//! used, echoed nor logged; the id is ours.

use std::collections::BTreeSet;

use serde_json::Value;

use super::audience::{SIGN_IN, requirements, tags_of};

/// Those who are known by name anyway, or by nothing at all.
const KNOWN: [&str; 3] = ["", "office", "office_key"];

/// The parts of the interface in which a caller's request id and trace are
/// taken up: those that have operations of the public and of offices alone.
#[derive(Debug, Clone, Default)]
pub struct Traceable(BTreeSet<String>);

impl Traceable {
    /// Of an OpenAPI document.
    pub fn of(document: &Value) -> Self {
        let (mut known, mut others) = (BTreeSet::new(), BTreeSet::new());
        for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            for operation in item.as_object().into_iter().flat_map(serde_json::Map::values) {
                let Some(part) = part(path) else { continue };
                if is_known(operation) { &mut known } else { &mut others }.insert(part.to_owned());
            }
        }
        known.retain(|part| !others.contains(part));
        Self(known)
    }

    /// Whether a request to that path is one. What is unknown is not.
    pub(super) fn has(&self, path: &str) -> bool {
        part(path).is_none_or(|part| self.0.contains(part))
    }
}

/// The part of the interface that a path is in: `meetings`, or `auth/office`;
/// `None` outside of `/v1`.
fn part(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/v1/")?;
    let mut ends = rest.match_indices('/').map(|(at, _)| at);
    let end = ends.nth(usize::from(rest.starts_with("auth/")));
    Some(&rest[..end.unwrap_or(rest.len())])
}

fn is_known(operation: &Value) -> bool {
    if let Some(audience) = tags_of(operation).find_map(|tag| tag.strip_suffix(SIGN_IN)) {
        return KNOWN.contains(&audience);
    }
    let mut ways = requirements(operation).filter_map(Value::as_object).peekable();
    ways.peek().is_some() && ways.all(|way| way.keys().all(|scheme| KNOWN.contains(&scheme.as_str())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_with_any_operation_of_a_member_or_pass_takes_up_nothing() {
        let document = json!({ "paths": {
            "/v1/meetings/{id}": {
                "get": {"tags": ["meetings"], "security": [{}]},
                "patch": {"tags": ["office"], "security": [{"office": []}, {"office_key": []}]},
            },
            "/v1/auth/office/token": {"post": {"tags": ["office sign-in"], "security": [{}]}},
            "/v1/auth/member/token": {"post": {"tags": ["member sign-in"], "security": [{}]}},
            "/v1/mixed": {"get": {"tags": ["a"], "security": [{}]}},
            "/v1/mixed/{id}": {"get": {"tags": ["a"], "security": [{"circle": []}]}},
            "/v1/unsaid": {"get": {"tags": ["a"]}},
        }});
        let traceable = Traceable::of(&document);
        for path in ["/v1/meetings", "/v1/meetings/x/y", "/v1/auth/office/token", "/livez", "/nowhere"] {
            assert!(traceable.has(path), "{path}");
        }
        for path in
            ["/v1/auth/member/token", "/v1/auth/", "/v1/auth", "/v1/mixed", "/v1/mixed/1", "/v1/unsaid", "/v1/nowhere"]
        {
            assert!(!traceable.has(path), "{path}");
        }
    }
}
