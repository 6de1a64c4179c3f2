//! Lists that are in order, read as one in order.

use std::{cmp::Reverse, collections::BinaryHeap};

/// The items of all sources, each of which is in order, in order.
pub(super) fn merge<S: Iterator>(sources: impl IntoIterator<Item = S>) -> impl Iterator<Item = S::Item>
where
    S::Item: Ord,
{
    let mut sources: Vec<S> = sources.into_iter().collect();
    let firsts = sources.iter_mut().map(Iterator::next).zip(0_usize..);
    let mut heads: BinaryHeap<_> = firsts.filter_map(|(first, at)| Some(Reverse((first?, at)))).collect();
    std::iter::from_fn(move || {
        let Reverse((item, at)) = heads.pop()?;
        if let Some(next) = sources.get_mut(at).and_then(Iterator::next) {
            heads.push(Reverse((next, at)));
        }
        Some(item)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_of_it_in_order(mut sources: Vec<Vec<u8>>) {
            sources.iter_mut().for_each(|source| source.sort_unstable());
            let mut all: Vec<u8> = sources.concat();
            all.sort_unstable();
            prop_assert_eq!(merge(sources.into_iter().map(Vec::into_iter)).collect::<Vec<u8>>(), all);
        }
    }
}
