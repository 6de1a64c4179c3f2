//! Which meetings may match a query that asks for no place, no words and no ids:
//! never all of them where a list or a set of fewer is kept.
//!
//! Invariants: what matches is among the candidates, each of which comes once;
//! whether one does match is for the filter to say. To keep another set, see
//! [`Sets`].

mod sets;
mod starts;

use roaring::RoaringBitmap;

pub(super) use sets::{Asked, Sets};
pub(super) use starts::{Moves, Starts};

use super::snapshot::entry::Index;

/// Those that may match.
pub(super) enum Candidates<'a> {
    /// Whoever there is.
    All,
    /// Those of lists that have nothing in common.
    Lists(Vec<&'a [Index]>),
    /// Those of a set.
    Set(RoaringBitmap),
}
