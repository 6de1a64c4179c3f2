//! What holds for every endpoint.

mod conditional;
mod openapi;
mod privacy;
mod robustness;
mod shapes;
