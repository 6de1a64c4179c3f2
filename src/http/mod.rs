//! What every endpoint shares: errors, query strings, bodies and the inputs
//! they hold, conditional answers and changes, request limits, request ids, the
//! root span, headers, and the OpenAPI base.
//!
//! Rules: everything that leaves as an error is `application/problem+json`
//! with a code of [`ErrorCode`]; no address, agent, query or token reaches a
//! log or span. A new error is a row in `error_code.rs`.

mod answer;
mod body;
mod conditional;
mod envelope;
mod error;
mod error_code;
mod fallback;
mod merge_patch;
mod openapi;
mod public_url;
mod query;
mod root_span;

pub use answer::{Answer, EntityTag};
pub use body::{BODY_WITHIN, BodyRules, MAX_BODY, read_bytes, read_json};
pub use conditional::IfMatch;
pub use envelope::envelope;
pub use error::{ApiError, FieldProblem, Problem};
pub use error_code::ErrorCode;
pub use fallback::{MethodTable, fallback};
pub use merge_patch::{Patch, merge};
pub use openapi::{Base, PublicErrors};
pub use public_url::PublicUrl;
pub use query::{QueryString, Refusal};
pub use root_span::RootSpan;
