//! What holds for every endpoint.

mod bodies;
mod both_ways;
mod conditional;
mod conforming;
mod content_coding;
mod kindness;
mod limits;
mod openapi;
mod privacy;
mod robustness;
mod screens;
mod shapes;
mod sockets;

pub use conforming::conforms;
pub use privacy::captured;
