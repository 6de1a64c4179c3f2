//! Where help is: crisis lines by country, static, always there.

mod support;

pub use support::SupportView;
