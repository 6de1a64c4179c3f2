//! Where help is: crisis lines by country, static, always there.
//!
//! Nothing here looks at what anybody wrote, and nothing of who asks is kept.
//! The data are in the program, so that they answer without a database; each
//! entry has its source, a date, and how far it was checked, which an answer
//! says as it is. `doctor` warns when one grows old.

mod model;
mod routes;
mod support;

pub use model::{EmergencyNumber, HelpLine, Source, State, TextNumber, Words, state};
pub use routes::*;
pub use support::SupportView;
