//! The program put together: what tests build is what `serve` runs.
//!
//! [`Database`] opens the operator's Postgres or the embedded one; [`Server`]
//! is the HTTP service over it; [`document`] is its OpenAPI document, and
//! [`document_of`] what of it one audience calls.

mod api;
mod database;
mod listener;
mod logging;
mod open_files;
pub mod postgres;
mod secret;
mod server;

pub use api::{AUDIENCES, document, document_of, every_operation};
pub use database::{Database, data_dir};
pub use logging::init_logging;
pub use secret::{is_exposed, load_secret, secret_path};
pub use server::{Parts, Server, feed_worker, start_worker};
