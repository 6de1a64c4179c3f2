//! What every endpoint shares: errors, query strings, bodies and the inputs
//! they hold, conditional answers and changes, request limits, request ids, the
//! root span, headers, and the OpenAPI base.
//!
//! A write reads its body with [`read_json`], merges a PATCH onto what is
//! there with [`Patch`], makes an input of it with [`read_input`], whose texts
//! are [`Line`], [`Words`] and the like, and asks [`IfMatch`] about the version.
//!
//! Rules: everything that leaves as an error is `application/problem+json`
//! with a code of [`ErrorCode`]; no address, agent, query or token reaches a
//! log or span. A new error is a row in `error_code.rs`.

mod answer;
mod aside;
mod audience;
mod body;
mod client;
mod coding;
mod conditional;
mod connection;
mod cursor;
mod described;
mod edition;
mod envelope;
mod error;
mod error_code;
mod fallback;
mod head;
mod host;
mod input;
mod lane;
mod limits;
mod merge_patch;
mod nearest;
mod openapi;
mod patches;
mod pieces;
mod public_url;
mod put_condition;
mod query;
mod ready;
mod root_span;
mod spare;
mod text;
mod traceable;
mod unread;

pub use answer::{Answer, EntityTag};
pub use aside::{Queue, aside};
pub use audience::{drop_unused, of_audience};
pub use body::{BODY_WITHIN, BodyRules, MAX_BODY, read_body, read_bytes, read_json};
pub use client::{ClientAddress, client_address};
pub use conditional::IfMatch;
pub use connection::{Connection, Turns};
pub use cursor::PageCursor;
pub use described::mend_descriptions;
pub use edition::Edition;
pub use envelope::envelope;
pub use error::{ApiError, FieldProblem, Problem};
pub use error_code::ErrorCode;
pub use fallback::{MethodTable, Methods, fallback};
pub use head::AsHead;
pub use input::read_input;
pub use lane::{Lane, Reading};
pub use limits::{Limits, Quota, Remaining, limit_requests};
pub use merge_patch::{Patch, merge};
pub use openapi::{Base, MemberErrors, OfficeErrors, PublicErrors, PublicWriteErrors, SignInErrors};
pub use patches::describe_patches;
pub use pieces::Pieces;
pub use public_url::PublicUrl;
pub use put_condition::PutCondition;
pub use query::{QueryString, Refusal};
pub use ready::Ready;
pub use root_span::RootSpan;
pub use spare::spare_body;
pub(crate) use text::text_type;
pub use text::{EmailAddress, Line, Phone, TextError, WebLink, Words};
pub use traceable::Traceable;
