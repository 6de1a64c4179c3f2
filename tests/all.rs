//! All integration tests in one binary. `api` mirrors the routes, `cli` the
//! commands; `support` starts what they need.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test may")]

mod api;
mod architecture;
mod cli;
mod db;
mod device;
mod directory;
mod documentation;
mod durability;
mod embedded_postgres;
mod linker;
mod load;
mod support;
mod sync;
mod upkeep;
