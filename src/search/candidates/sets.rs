//! Sets of meetings by what is said of them: day, attendance, type, region.

use std::sync::Arc;

use roaring::{MultiOps, RoaringBitmap};

use crate::search::snapshot::{
    Chunks,
    entry::{Facts, Index, NONE},
};

/// Shared between snapshots until it is changed.
type Set = Arc<RoaringBitmap>;

/// Sunday to Saturday, and by appointment.
const DAYS: usize = 8;
/// The options of attendance.
const ATTENDANCES: usize = 4;

/// The sets of all meetings. To keep another, put and take it in
/// [`Sets::members`], and let a query name it in [`Asked`].
#[derive(Debug, Default, Clone)]
pub(in crate::search) struct Sets {
    days: [Set; DAYS],
    attendances: [Set; ATTENDANCES],
    /// By the bit of a type code.
    types: Vec<Set>,
    /// By region, those of its sub-regions not among them.
    regions: Chunks<Set>,
}

/// What a query asks of meetings that sets tell of; bits as `Facts` has them.
pub(in crate::search) struct Asked {
    /// On one of these days.
    pub days: u8,
    /// Of one of these options.
    pub attendances: u8,
    /// Of each of these types.
    pub types_all: u128,
    /// For each of these of one of its types.
    pub types_any: [Option<u128>; 2],
}

impl Sets {
    /// A meeting is there.
    pub(in crate::search) fn come(&mut self, meeting: Index, facts: &Facts) {
        self.members(facts, |set| {
            set.insert(meeting);
        });
    }

    /// A meeting, of which that was known, is no longer there.
    pub(in crate::search) fn leave(&mut self, meeting: Index, facts: &Facts) {
        self.members(facts, |set| {
            set.remove(meeting);
        });
    }

    /// Shows the sets that a meeting is in.
    fn members(&mut self, facts: &Facts, mut show: impl FnMut(&mut RoaringBitmap)) {
        show(Arc::make_mut(&mut self.days[usize::from(facts.day).min(DAYS - 1)]));
        bits(facts.attendance.into(), |at| show(Arc::make_mut(&mut self.attendances[at.min(ATTENDANCES - 1)])));
        let types = (u128::BITS - facts.types.leading_zeros()) as usize;
        if self.types.len() < types {
            self.types.resize_with(types, Set::default);
        }
        bits(facts.types, |at| show(Arc::make_mut(&mut self.types[at])));
        if facts.region != NONE {
            while self.regions.len() <= facts.region as usize {
                self.regions.push(Set::default());
            }
            show(Arc::make_mut(&mut self.regions[facts.region as usize]));
        }
    }

    /// Those in one of these regions.
    pub(in crate::search) fn in_regions(&self, regions: impl Iterator<Item = usize>) -> RoaringBitmap {
        regions.filter_map(|region| self.regions.get(region)).map(|set| &**set).union()
    }

    /// Those of whom all that holds; `None` where nothing is asked.
    pub(in crate::search) fn of(&self, asked: &Asked) -> Option<RoaringBitmap> {
        let Asked { days, attendances, types_all, types_any } = *asked;
        let mut unions = Vec::new();
        let some = |sets: &[Set], asked: u128, unions: &mut Vec<RoaringBitmap>| {
            let mut named = Vec::new();
            bits(asked, |at| named.extend(sets.get(at).map(|set| &**set)));
            unions.push(named.union());
        };
        if days != u8::MAX {
            some(&self.days, days.into(), &mut unions);
        }
        // What is active is nearly all.
        if attendances.count_ones() < 3 {
            some(&self.attendances, attendances.into(), &mut unions);
        }
        types_any.into_iter().flatten().for_each(|types| some(&self.types, types, &mut unions));
        bits(types_all, |at| some(&self.types, 1 << at, &mut unions));
        unions.sort_unstable_by_key(RoaringBitmap::len);
        unions.into_iter().reduce(|all, one| all & one)
    }
}

/// Shows the position of every bit that is set.
fn bits(mut bits: u128, mut show: impl FnMut(usize)) {
    while bits != 0 {
        show(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}
