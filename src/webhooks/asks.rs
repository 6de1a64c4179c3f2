//! What the operations ask of whoever calls them: all of them are the owners'.

use crate::{
    auth::{Need, Role},
    offices::{Asks, Writes},
};

const OWNER: Need = Need { role: Role::Owner, scope: None, step_up: false };

/// Sees what is told where.
#[derive(Debug)]
pub struct Sees;

impl Asks for Sees {
    const NEED: Need = OWNER;
    const WRITES: Writes = Writes::Nothing;
}

/// Looks through what was told, by parameters.
#[derive(Debug)]
pub struct LooksThrough;

impl Asks for LooksThrough {
    const NEED: Need = OWNER;
    const WRITES: Writes = Writes::Nothing;
    const TAKES_QUERY: bool = true;
}

/// Says what is told where.
#[derive(Debug)]
pub struct Arranges;

impl Asks for Arranges {
    const NEED: Need = OWNER;
    const WRITES: Writes = Writes::Aside;
}
