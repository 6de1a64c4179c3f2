//! The page around what is said, and the fields of its form. Whatever comes
//! from outside goes through [`text`]; nothing else may.

use std::{borrow::Cow, fmt::Write, sync::LazyLock};

use actix_web::{
    HttpResponse,
    body::BoxBody,
    http::{StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::http::ApiError;

const STYLE: &str = include_str!("style.css");

/// Nothing runs, nothing is fetched, nothing is framed, and the form goes
/// nowhere else. The one style is known by its hash.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// Text that stands in HTML, in an attribute or between tags.
pub fn text(given: &str) -> Cow<'_, str> {
    html_escape::encode_safe(given)
}

/// A whole page. `heading` is plain text, `main` is HTML.
pub fn page(heading: &str, failed: bool, main: &str) -> String {
    let heading = text(heading);
    let title = if failed { Cow::from(format!("Error: {heading}")) } else { heading.clone() };
    format!(include_str!("page.html"), title = title, style = STYLE, heading = heading, main = main)
}

/// A paragraph of plain text.
pub fn paragraph(words: &str) -> String {
    format!("<p>{}</p>\n", text(words))
}

/// Sends a page.
pub fn answer(status: StatusCode, page: String) -> HttpResponse {
    dressed(HttpResponse::new(status), page)
}

/// Sends a page in place of an error's own answer, with its status and headers.
pub fn refusal(error: &ApiError, page: String) -> HttpResponse {
    dressed(error.respond(""), page)
}

fn dressed(response: HttpResponse, page: String) -> HttpResponse {
    let mut response = response.set_body(BoxBody::new(page));
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // The address holds the code.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    for (name, value) in fixed {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    if let Ok(policy) = header::HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What is wrong, in words: with the whole, and by field.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    pub whole: Option<String>,
    pub fields: Vec<(&'static str, String)>,
}

impl Mistakes {
    pub fn of_field(name: &'static str, words: impl Into<String>) -> Self {
        Self { whole: None, fields: vec![(name, words.into())] }
    }

    pub fn of_whole(words: impl Into<String>) -> Self {
        Self { whole: Some(words.into()), fields: Vec::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.whole.is_none() && self.fields.is_empty()
    }

    fn of(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, words)| words.as_str())
    }

    /// What stands above the form, read out by a screen reader at once.
    fn summary(&self) -> String {
        let words = match (&self.whole, self.fields.is_empty()) {
            (Some(words), _) => words,
            (None, false) => "Please look at what is marked below.",
            (None, true) => return String::new(),
        };
        format!("<div class=\"summary\" role=\"alert\"><h2>Not done yet</h2>{}</div>\n", paragraph(words))
    }
}

/// A form that posts a code to the page's own address. Whoever made it typed
/// nothing that is shown again.
pub(super) struct FormPage<'a> {
    mistakes: &'a Mistakes,
    html: String,
}

/// One field to type into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    /// `type` and `autocomplete`, and what else an input needs.
    pub attributes: &'static str,
}

impl<'a> FormPage<'a> {
    /// Begins with what is wrong, then HTML that says what this is about.
    pub fn new(path: &str, code: &str, about: &str, mistakes: &'a Mistakes) -> Self {
        let summary = mistakes.summary();
        // Relative, so that it is right below any public address.
        let html = format!(
            "{summary}{about}<form method=\"post\" action=\"{path}\">\n<input type=\"hidden\" name=\"code\" \
             value=\"{code}\">\n",
            code = text(code),
        );
        Self { mistakes, html }
    }

    /// The address that a password manager keeps the password by; not sent.
    pub fn address(mut self, email: &str) -> Self {
        // Writing to a string cannot fail.
        _ = writeln!(
            self.html,
            "<div class=\"field\"><label for=\"email\">E-mail address</label>\n<input id=\"email\" type=\"email\" \
             autocomplete=\"username\" readonly value=\"{}\"></div>",
            text(email),
        );
        self
    }

    pub fn field(mut self, field: Field) -> Self {
        let Field { name, label, help, attributes } = field;
        let wrong = self.mistakes.of(name);
        let first = self.mistakes.fields.first().is_some_and(|(first, _)| *first == name);
        let error = wrong.map_or_else(String::new, |words| {
            format!("<p class=\"error\" id=\"{name}-error\">Error: {}</p>\n", text(words))
        });
        let (class, described, invalid) = match wrong {
            Some(_) => ("field wrong", format!("{name}-help {name}-error"), " aria-invalid=\"true\""),
            None => ("field", format!("{name}-help"), ""),
        };
        let focus = if first { " autofocus" } else { "" };
        _ = writeln!(
            self.html,
            "<div class=\"{class}\"><label for=\"{name}\">{label}</label>\n<p class=\"help\" \
             id=\"{name}-help\">{help}</p>\n{error}<input id=\"{name}\" name=\"{name}\" {attributes} \
             aria-describedby=\"{described}\"{invalid}{focus}></div>",
        );
        self
    }

    /// The whole page, with its button.
    pub fn end(self, heading: &str, button: &str) -> String {
        let main = format!("{}<button type=\"submit\">{button}</button>\n</form>", self.html);
        page(heading, !self.mistakes.is_empty(), &main)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let evil = "\"><script>alert('x')</script>&{main}";
        let mistakes = Mistakes::of_field("password", evil);
        let field = Field { name: "password", label: "Password", help: "Help.", attributes: "type=\"password\"" };
        let form = FormPage::new("enrol", evil, &paragraph(evil), &mistakes).address(evil).field(field);
        let html = form.end(evil, "Go");
        assert!(!html.contains("<script") && !html.contains("\"><s") && !html.contains("'x'"), "{html}");
        assert_eq!(html.matches("alert(").count(), 6, "title, heading, code, words, address and error");
    }

    #[test]
    fn a_mistake_is_told_in_words_beside_its_field_and_above_the_form() {
        let mistakes = Mistakes::of_field("password", "It is too short.");
        let field = Field { name: "password", label: "Password", help: "Help.", attributes: "type=\"password\"" };
        let html = FormPage::new("enrol", "code", "", &mistakes).field(field).end("Choose", "Go");
        for part in [
            "<title>Error: Choose",
            "role=\"alert\"",
            "id=\"password-error\">Error: It is too short.",
            "aria-describedby=\"password-help password-error\" aria-invalid=\"true\" autofocus",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(html.matches("<h1>").count(), 1);
    }

    #[test]
    fn the_policy_names_the_style_that_is_sent() {
        let html = page("Choose", false, "");
        let style = html.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
        assert!(POLICY.contains(&STANDARD.encode(Sha256::digest(style))));
    }
}
