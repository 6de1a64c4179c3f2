//! An office's meeting list as a page that prints: what lies on the table by
//! the door.
//!
//! A page is HTML without scripts, answered from the snapshot. Which meetings
//! stand under which heading is planned first, from few fields (`order`); then
//! each is read from what is shown of it (`listed`) and written (`entry`) as
//! the page is sent, so that a large office's page is never whole in memory.
//!
//! Invariants: every meeting that the office itself lists is on the page once.
//! The same content, on the same day in the office's zone, gives the same
//! bytes. Everything that an office wrote goes through the template, which
//! escapes it; only constants of this folder do not.
//!
//! ```text
//! snapshot -> order (headings, order, codes) -> page -> entry -> pieces
//! ```
//! To print more of a meeting: a field in `listed`, its line in `entry`. To
//! print on another size of paper: a variant of [`Size`] and its style sheet.

mod entry;
mod listed;
mod order;
mod page;
mod query;
mod routes;
mod style;
mod told;
mod words;

pub use query::{GroupBy, ParameterSchemas, PrintQuery, Size};
pub use routes::get_print_page;
