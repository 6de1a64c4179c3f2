//! What the work is done in: three schemas, each perhaps in a database of its own.

use sqlx::postgres::PgConnectOptions;

use crate::db::Databases;

/// A schema whose tables are about persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Accounts.
    Members,
    /// Circles.
    Circles,
    /// Keys of what is written in circles.
    PassKeys,
}

impl Part {
    /// In the order in which they are worked on: keys last, when passes are gone.
    pub const ALL: [Self; 3] = [Self::Members, Self::Circles, Self::PassKeys];

    /// The name of its schema.
    pub fn schema(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Circles => "circles",
            Self::PassKeys => "pass_keys",
        }
    }

    /// The number of its advisory lock.
    pub(super) fn lock(self) -> i64 {
        // "night", and which.
        0x6e69_6768_7400 + self as i64
    }

    /// Where it lies, as its owner sees it.
    pub fn database(self, databases: &Databases) -> &PgConnectOptions {
        match self {
            Self::Members => &databases.main,
            Self::Circles => &databases.circles,
            Self::PassKeys => &databases.pass_keys,
        }
    }
}
