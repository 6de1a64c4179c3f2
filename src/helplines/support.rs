//! Where help is, beside whatever a circle shows.

use serde::Serialize;
use utoipa::ToSchema;

/// Where help is. Every answer of a circle carries it, the same bytes whatever
/// was written, so that an app can show it in the same place on every screen
/// and its being there says nothing of anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Support)]
pub struct SupportView {
    /// Help lines by country.
    #[schema(example = "/v1/help-lines")]
    href: &'static str,
}

impl SupportView {
    /// The one that there is: it takes nothing, so nothing can change it.
    pub const fn new() -> Self {
        Self { href: "/v1/help-lines" }
    }
}

impl Default for SupportView {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_is_always_the_same_bytes() {
        let bytes = r#"{"href":"/v1/help-lines"}"#;
        assert_eq!(serde_json::to_string(&SupportView::new()).unwrap(), bytes);
        assert_eq!(serde_json::to_string(&SupportView::default()).unwrap(), bytes);
    }
}
