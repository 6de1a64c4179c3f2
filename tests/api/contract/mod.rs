//! What holds for every endpoint.

mod bodies;
mod conditional;
mod limits;
mod openapi;
mod privacy;
mod robustness;
mod shapes;

pub use openapi::conforms;
