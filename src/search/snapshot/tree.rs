//! Trees of intergroups and regions, given as each node's parent.
//!
//! Invariant: whatever the parents say, also a circle, every walk ends.

use super::entry::Index;

/// A node and the nodes above it, up to the root or to where a circle closes.
fn lineage(parents: &[Option<Index>], node: Index) -> Vec<Index> {
    let mut above = vec![node];
    let mut last = node;
    while let Some(parent) = parents.get(last as usize).copied().flatten() {
        if above.contains(&parent) {
            break;
        }
        above.push(parent);
        last = parent;
    }
    above
}

/// The lineage of every node.
pub(in crate::search) fn lineages(parents: &[Option<Index>]) -> Vec<Vec<Index>> {
    (0..parents.len() as Index).map(|node| lineage(parents, node)).collect()
}

/// For every node itself and the nodes below it, in order.
pub(in crate::search) fn descendants(lineages: &[Vec<Index>]) -> Vec<Vec<Index>> {
    let mut below = vec![Vec::new(); lineages.len()];
    for (lineage, node) in lineages.iter().zip(0..) {
        lineage.iter().for_each(|ancestor| below[*ancestor as usize].push(node));
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_belongs_to_all_above_it() {
        let parents = [None, Some(0), Some(1), None];
        assert_eq!(lineage(&parents, 2), [2, 1, 0]);
        assert_eq!(descendants(&lineages(&parents)), [vec![0, 1, 2], vec![1, 2], vec![2], vec![3]]);
    }

    #[test]
    fn a_circle_ends() {
        let parents = [Some(1), Some(0), Some(0)];
        assert_eq!(lineage(&parents, 2), [2, 0, 1]);
        assert_eq!(descendants(&lineages(&parents))[0], [0, 1, 2]);
    }
}
