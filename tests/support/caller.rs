//! A caller: what it sends and what it gets.

use reqwest::{Client, Method, header::HeaderMap};
use serde_json::Value;

/// A caller without a token.
#[derive(Debug, Clone)]
pub struct Anonymous {
    base: String,
    client: Client,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Anonymous {
    pub fn of(base: String) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // Nothing here speaks TLS, and to read the machine's roots anew for
            // every caller costs more than most of what is asked.
            .tls_certs_only([])
            .build()
            .unwrap();
        Self { base, client }
    }

    /// `GET` of a path with its query as it stands.
    pub async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, &[]).await
    }

    /// Any method and headers.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Response { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    /// Any method, headers and JSON body.
    pub async fn send_body(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Response { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    /// `POST` of a page's form.
    pub async fn submit(&self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.send_text(Method::POST, path, &[&form, headers].concat(), body).await
    }

    /// Any body as it stands.
    pub async fn send_text(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Response { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.send_body(Method::POST, path, &[], Some(body)).await
    }

    /// The body of a `GET` that must succeed.
    pub async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        response.json()
    }

    /// The names of the meetings that a search finds, in order.
    pub async fn names(&self, query: &str) -> Vec<String> {
        let page = self.json(&format!("/v1/meetings?{query}")).await;
        let meetings = page["data"].as_array().unwrap();
        meetings.iter().map(|meeting| meeting["name"].as_str().unwrap().to_owned()).collect()
    }
}

impl Response {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts a problem of that status and code, which names `parameters`.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str, parameters: &[&str]) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        let named: Vec<&str> = problem["errors"]
            .as_array()
            .map(|errors| errors.iter().filter_map(|error| error["parameter"].as_str()).collect())
            .unwrap_or_default();
        assert_eq!(named, parameters, "{}", self.text());
    }

    /// Asserts a 422 of that code, which points to `pointers`.
    #[track_caller]
    pub fn is_content_problem(&self, code: &str, pointers: &[&str]) {
        assert_eq!(self.status, 422, "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["code"], code);
        let pointed: Vec<&str> = problem["errors"]
            .as_array()
            .map(|errors| errors.iter().filter_map(|error| error["pointer"].as_str()).collect())
            .unwrap_or_default();
        assert_eq!(pointed, pointers, "{}", self.text());
    }
}
