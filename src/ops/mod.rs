//! Whether the service is well, where it is reached, and pages about it.

mod health;
mod problems;
mod public_url;
mod routes;

pub use health::Health;
pub use public_url::PublicUrl;
pub use routes::{get_livez, get_problem_page, get_readyz};
