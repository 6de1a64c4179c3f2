//! Formats into the directory and out of it.
//!
//! In: a source's bytes become UTF-8 (`decode`), rows within bounds
//! (`bounded`, `read`; of a table `table`), each row's fields become content (`fields`, with the
//! pure parsers of `normalise`), and rows become a [`ReadFeed`] with unique
//! slugs (`collect`). Nothing of that knows a clock, a network or a database:
//! the same bytes give the same rows. What a volunteer should look at is a
//! [`RowProblem`]; what cannot be read at all is a [`SourceError`]. `fetch`
//! brings bytes from elsewhere, guarded.
//!
//! Out: `publish` writes what every reader of Meeting Guide JSON accepts.
//!
//! To read another format: a file beside `read` that gives its rows to a
//! [`Collector`] under the Meeting Guide's field names, and what `source` says.

mod bounded;
mod collect;
mod decode;
mod fetch;
mod fields;
mod limits;
mod meeting_guide;
mod model;
mod normalise;
mod notice_line;
mod problems;
mod publish;
mod read;
mod row;
mod source;
mod table;

pub use collect::{Collector, TooManyRows};
pub use fetch::{FetchError, Fetched, Fetcher, GuardedClient, PublicOnly, Validators, is_public, may_ask};
pub use model::{FeedContext, FeedRow, ReadFeed, RefusedRow};
pub use notice_line::{NoticeDates, upcoming};
pub use problems::{Action, ProblemCode, RowProblem};
pub use publish::{PublishedFeed, PublishedFeeds};
pub use read::read_meeting_guide;
pub use source::{SourceError, SourceFormat, read_source};
pub use table::read_table;
