//! The embedded Postgres, broken on purpose: every process of it is killed in turn. Needs root, Linux and PostgreSQL.
//!
//! Times are limits of polls, never waits that a result depends on.

mod failures;
mod lifecycle;
mod support;
