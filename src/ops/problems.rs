//! The page of each error code: what it means and what to do.

use crate::http::ErrorCode;

/// The page of a code, in plain text; `None` for a code that there is not.
pub(super) fn page(code: &str) -> Option<String> {
    let code = ErrorCode::ALL.iter().find(|known| known.as_str() == code)?;
    Some(format!(
        "{} ({})\n\ncode: {}\n\n{}\n",
        code.title(),
        code.status().as_u16(),
        code.as_str(),
        code.documentation().trim()
    ))
}
