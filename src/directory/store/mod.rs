//! All SQL of the directory that no other feature needs to know: loading it
//! whole for a snapshot, and intergroups. Functions take the connection; the
//! caller owns the transaction and its scope.

mod intergroups;
mod load;
mod meetings;
mod notices;

pub use intergroups::{NewIntergroup, find_intergroup, insert_intergroup, list_intergroups};
pub use load::{Extent, load, revision};
