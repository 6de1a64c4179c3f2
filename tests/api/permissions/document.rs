//! The operations of the OpenAPI document.

use std::sync::LazyLock;

use openchair::auth::audience::Audience;
use reqwest::Method;
use serde_json::Value;

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// With `{names}` in it.
    pub path: String,
    /// As the document describes it.
    pub described: Value,
}

impl Operation {
    /// Whether it needs a token or key of an office.
    pub fn is_guarded(&self) -> bool {
        self.described["security"].as_array().unwrap().iter().all(|way| !way.as_object().unwrap().is_empty())
    }

    /// Whether it is about somebody's own account, or gets them a token.
    pub fn is_of_account(&self) -> bool {
        self.path.starts_with("/v1/auth/")
    }

    /// Whether it belongs to offices, guarded or not.
    pub fn is_of_office(&self) -> bool {
        self.is_guarded() || self.is_of_account()
    }

    /// Whether it belongs to members, passes or moderators.
    pub fn is_of_peers(&self) -> bool {
        let named = self.described["tags"][0].as_str().unwrap().strip_suffix(" sign-in");
        let ways = self.described["security"].as_array().unwrap().iter();
        let mut schemes = ways.flat_map(|way| way.as_object().unwrap().keys().map(String::as_str)).chain(named);
        schemes.any(|scheme| ["member", "circle", "moderator"].contains(&scheme))
    }

    /// Whose token it needs; `None` where it needs none.
    pub fn audience(&self) -> Option<Audience> {
        let ways = self.described["security"].as_array().unwrap();
        let mut schemes = ways.iter().flat_map(|way| way.as_object().unwrap().keys());
        schemes.next().map(|scheme| Audience::parse(scheme.trim_end_matches("_key")).unwrap())
    }

    /// What its success is.
    pub fn success(&self) -> u16 {
        let responses = self.described["responses"].as_object().unwrap();
        responses.keys().find(|status| status.starts_with('2')).unwrap().parse().unwrap()
    }

    /// The schema of its success, where it has a body of JSON.
    pub fn schema(&self) -> Option<&Value> {
        let response = &self.described["responses"][self.success().to_string()];
        response.pointer("/content/application~1json/schema")
    }
}

/// Every operation there is.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(&openchair::app::every_operation().to_json().unwrap()).unwrap());
    &DOCUMENT
}

/// Every operation, by id.
pub fn every_operation() -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            all.push(Operation {
                id: described["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                described: described.clone(),
            });
        }
    }
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all
}

/// The operations of members, passes and moderators, by id.
pub fn peer_operations() -> Vec<Operation> {
    every_operation().into_iter().filter(Operation::is_of_peers).collect()
}

/// The operations of the public and of offices, by id.
pub fn operations() -> Vec<Operation> {
    every_operation().into_iter().filter(|operation| !operation.is_of_peers()).collect()
}

/// Those that belong to offices.
pub fn office_operations() -> Vec<Operation> {
    operations().into_iter().filter(Operation::is_of_office).collect()
}
