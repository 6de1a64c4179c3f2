//! Changes: what keeps a copy of the directory true on somebody's device.
//!
//! A client without a cursor *walks* its scope (everything, or an intergroup
//! with all that belong to it) by id; then it is told of *changes* in the order
//! of the directory's clock. Invariants, of which the guarantee is made that a
//! client which applies pages in order ends with exactly the scope:
//!
//! - Every writing transaction holds the clock to its end, so whoever sees a
//!   number of the clock sees all that bears a lower one: nothing is committed
//!   behind a cursor.
//! - Whatever changes what a meeting shows, or brings it into a scope, gives it
//!   the present number (`revision`); whatever takes it out leaves a departure
//!   of that number for each scope that it is taken out of.
//! - A walk remembers where the scope stood when it began and goes on from
//!   there; what changed meanwhile comes again.
//! - What is told of a meeting is as it is now; that it left is not told while
//!   it is there, since it then comes again with a later number.
//!
//! What a client holds does not move with the clock: no `next_start` and the
//! like, all notices (an app leaves out those that are over), and no
//! `synced_on`, which each sync of a source moves for all of its meetings.
//!
//! All of it is answered from memory. The last page's cursor names the scope's
//! own last change and not the clock's present, so that all who are up to date
//! hold the same one and are answered the same bytes, whatever is written
//! elsewhere. A cursor names its number with the number's mark ([`Tick`]): one
//! from before a restore of the database is known by that.
//!
//! [`Tick`]: crate::directory::Tick

mod cursor;
mod log;
mod merge;
mod page;
mod query;
mod scope;
#[cfg(test)]
mod tests;
mod view;

pub use log::ChangeLog;
pub use page::{ChangesPage, changes};
pub use query::{ChangesQuery, DEFAULT_LIMIT, MAX_LIMIT};
pub use view::{ChangeView, ChangesView};

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The cursor is of another scope.
    OtherScope,
    /// What happened since is not remembered, or the number is of another
    /// history of the database: the copy has to be made anew.
    Expired,
    /// The cursor is of a number of the clock that this snapshot does not have
    /// yet: of another node, or of a history that is no more.
    Ahead(i64),
}
