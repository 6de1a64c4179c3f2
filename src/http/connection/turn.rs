//! Whose turn it is on a connection.

use std::{cell::Cell, rc::Rc};

/// Who has to do the next thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The last request has been answered, and nothing has come since.
    Nobody,
    /// A head is to come, or has begun to.
    Client,
    /// A request is being answered.
    Service,
}

/// The turn of one connection: shared by what reads and writes on it, and by
/// the envelope around its requests, which come one after the other.
#[derive(Debug, Clone)]
pub struct Turns(Rc<Cell<Turn>>);

impl Default for Turns {
    fn default() -> Self {
        Self(Rc::new(Cell::new(Turn::Client)))
    }
}

impl Turns {
    pub(super) fn now(&self) -> Turn {
        self.0.get()
    }

    pub(super) fn set(&self, turn: Turn) {
        self.0.set(turn);
    }

    /// A request has come, and is answered as long as this is held.
    pub(in crate::http) fn begin(&self) -> Answering {
        self.set(Turn::Service);
        Answering(self.clone())
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(in crate::http) struct Answering(Turns);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.set(Turn::Nobody);
    }
}
