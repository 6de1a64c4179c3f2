//! Postgres: pools by role, migrations, scoped transactions, the wake-up.
//!
//! Four NOLOGIN roles, `directory`, `members`, `circles` and `pass_keys`, each with a pool
//! of its own whose connections take that role; the migrate command makes them
//! because they belong to the cluster. Every transaction on the directory goes
//! through [`begin_read`] or [`begin_write`], which set the scope that row-level security
//! asks for: a query outside sees nothing.
//!
//! To add a feature with tables of its own: a migration in `migrations/main`
//! (or `circles`, `pass_keys`), grants to its role there, and SQL in the feature's `store`.

mod error;
mod listen;
mod migrate;
mod pools;
mod scope;

pub use error::{describe, is_constraint, is_unavailable};
pub use listen::{CHANNEL, Wakeups};
pub use migrate::{MigrationStatus, migrate, migration_status, migrations_fingerprint};
pub use pools::{Databases, Pools, connect_options};
pub use scope::{Scope, Write, begin, begin_read, begin_write, set_scope};
