//! What every endpoint shares: errors, query strings, conditional answers,
//! request ids, the root span, headers, and the OpenAPI base.
//!
//! Rules: everything that leaves as an error is `application/problem+json`
//! with a code of [`ErrorCode`]; no address, agent, query or token reaches a
//! log or span. A new error is a row in `error_code.rs`.

mod answer;
mod conditional;
mod envelope;
mod error;
mod error_code;
mod fallback;
mod input;
mod merge_patch;
mod openapi;
mod public_url;
mod query;
mod root_span;
mod text;

pub use answer::{Answer, EntityTag};
pub use conditional::IfMatch;
pub use envelope::envelope;
pub use error::{ApiError, FieldProblem, Problem};
pub use error_code::ErrorCode;
pub use fallback::{MethodTable, fallback};
pub use input::read_input;
pub use merge_patch::merge;
pub use openapi::{Base, PublicErrors};
pub use public_url::PublicUrl;
pub use query::{QueryString, Refusal};
pub use root_span::RootSpan;
pub use text::{EmailAddress, Line, Phone, WebLink, Words};
