//! The operations: anybody's, then the office's.

mod decisions;
mod inbox;
mod public;

pub use decisions::{accept_feedback, decline_feedback};
pub use inbox::list_feedback;
pub use public::{create_feedback, get_feedback};
