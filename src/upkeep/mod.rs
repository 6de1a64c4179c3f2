//! The work of the night: clearing away what was kept long enough, and wiping
//! out what the database remembers of the order of things.
//!
//! Postgres knows more than the columns say. Every row bears the transaction
//! that wrote it (`xmin`), rows lie in the order in which they were written,
//! former versions stay until they are cleaned up, and long values are numbered
//! as they come. Whoever holds the disk could lay an account's row and a pass's
//! row side by side that were written one after the other. So once a day, at a
//! minute of the night that is drawn anew, each table of accounts, circles and
//! keys is written afresh: all rows in one transaction, in the order of their
//! random keys, nothing left of those before. What was written since lies open
//! until the next night; `docs/privacy.md` says so.
//!
//! The tables are found in the catalogue, so that a new one is covered by being
//! there; a test fails for one that has no random key to be ordered by.
//!
//! [`Nightly`] runs on every node; in each of the three parts, which may be
//! three databases, an advisory lock lets one do the work, and a row says that
//! it is done. No transaction here is over two parts.

mod nightly;
mod part;
mod store;

pub use nightly::Nightly;
pub use part::Part;
pub use store::{NightTable, done_on, list_tables};
