//! What operations ask of whoever calls them, as types: a handler's signature
//! says it.

use crate::auth::{KeyScope, Need, Role};

/// What is written by an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// Nothing.
    Nothing,
    /// Not the directory: grants, keys, the inbox.
    Aside,
    /// The directory: the transaction holds its clock.
    Directory,
}

/// What an operation asks for.
pub trait Asks: 'static {
    /// Of its caller.
    const NEED: Need;
    /// Of the transaction.
    const WRITES: Writes;
    /// Whether it takes query parameters.
    const TAKES_QUERY: bool = false;
    /// Whether it reads the body itself, once its caller may send one.
    const TAKES_BODY: bool = false;
}

macro_rules! asks {
    ($($(#[$doc:meta])* $name:ident: $role:ident, $scope:expr, $step_up:literal, $writes:ident $(, $query:ident)*;)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Asks for $name {
            const NEED: Need = Need { role: Role::$role, scope: $scope, step_up: $step_up };
            const WRITES: Writes = Writes::$writes;
            $(asks!(@ $query);)*
        }
    )* };
    (@ query) => { const TAKES_QUERY: bool = true; };
    (@ body) => { const TAKES_BODY: bool = true; };
}

asks! {
    /// Sees what the office sees of its directory.
    Looks: Observer, Some(KeyScope::DirectoryRead), false, Nothing;
    /// Sees it, by parameters.
    Searches: Observer, Some(KeyScope::DirectoryRead), false, Nothing, query;
    /// Keeps the directory.
    Edits: Editor, Some(KeyScope::DirectoryWrite), false, Directory;
    /// Keeps it, by parameters.
    EditsBy: Editor, Some(KeyScope::DirectoryWrite), false, Directory, query;
    /// Brings a source: what is written is written in a transaction of its own,
    /// after the source was read.
    Imports: Editor, Some(KeyScope::ImportsWrite), false, Nothing, query, body;
    /// Sees what a source says, by parameters.
    Follows: Observer, Some(KeyScope::ImportsWrite), false, Nothing, query;
    /// Decides about what a source says.
    Decides: Editor, Some(KeyScope::ImportsWrite), false, Nothing;
    /// Says where the directory comes from.
    Connects: Editor, None, false, Aside;
    /// Says where it no longer comes from: meetings show what their source says
    /// of them.
    Disconnects: Editor, None, false, Directory;
    /// Decides about the office itself.
    Founds: Owner, None, false, Directory;
    /// Sees who acts for the office.
    Oversees: Owner, None, false, Nothing;
    /// Sees who did what, by parameters.
    Audits: Owner, None, false, Nothing, query;
    /// Decides who else may, having given the password just now.
    Entrusts: Owner, None, true, Aside;
    /// Reads the inbox, by parameters.
    ReadsInbox: Editor, Some(KeyScope::FeedbackRead), false, Nothing, query;
    /// Answers what is in the inbox.
    Answers: Editor, None, false, Directory;
}
