//! What Postgres itself holds: roles, row-level security, the clock, migrations.

mod clock;
mod migrations;
mod scopes;
