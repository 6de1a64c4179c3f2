//! What Postgres itself holds: roles, row-level security, the clock, migrations.

mod apart;
mod clock;
mod migrations;
mod scopes;
