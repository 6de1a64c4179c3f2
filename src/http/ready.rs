//! An answer that is ready before its handler runs.

use std::{cell::RefCell, fmt};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};

/// What an extractor gives back in place of what it extracts, where the answer
/// is known already: a request that was done before. It leaves as it is.
pub struct Ready(RefCell<Option<HttpResponse>>, StatusCode);

impl Ready {
    /// That answer.
    pub fn new(answer: HttpResponse) -> Self {
        let status = answer.status();
        Self(RefCell::new(Some(answer)), status)
    }
}

impl ResponseError for Ready {
    fn status_code(&self) -> StatusCode {
        self.1
    }

    fn error_response(&self) -> HttpResponse {
        // Asked for once, by whoever sends it.
        self.0.borrow_mut().take().unwrap_or_else(|| HttpResponse::new(self.1))
    }
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer that is ready")
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ready")
    }
}
