//! What every endpoint shares: errors, query strings, conditional answers,
//! request ids, the root span, headers, and the OpenAPI base.
//!
//! Rules: everything that leaves as an error is `application/problem+json`
//! with a code of [`ErrorCode`]; no address, agent, query or token reaches a
//! log or span. A new error is a row in `error_code.rs`.

mod answer;
mod envelope;
mod error;
mod error_code;
mod fallback;
mod openapi;
mod public_url;
mod query;
mod root_span;

pub use answer::{Answer, EntityTag};
pub use envelope::envelope;
pub use error::{ApiError, FieldProblem, Problem};
pub use error_code::ErrorCode;
pub use fallback::{MethodTable, fallback};
pub use openapi::{Base, PublicErrors};
pub use public_url::PublicUrl;
pub use query::{QueryString, Refusal};
pub use root_span::RootSpan;
