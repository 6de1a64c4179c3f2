//! All integration tests in one binary. `api` mirrors the routes, `cli` the
//! commands; `support` starts what they need.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod api;
mod architecture;
mod cli;
mod embedded_postgres;
mod support;
