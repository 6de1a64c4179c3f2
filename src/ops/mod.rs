//! Whether the service is well, and pages about its errors.

mod health;
mod problems;
mod routes;

pub use health::Health;
pub use routes::{get_livez, get_problem_page, get_readyz};
