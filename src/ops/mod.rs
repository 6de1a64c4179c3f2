//! Whether the service is well, what it is, and pages about its errors.

mod health;
mod problems;
mod routes;
mod service;

pub use health::Health;
pub use routes::{get_livez, get_problem_page, get_readyz};
pub use service::*;
