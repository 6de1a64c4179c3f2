//! Which known name somebody may have meant.

/// The known name at an edit distance of at most two, and of less than half of
/// what was written: nearer than that and the two have little in common.
pub(super) fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let close = |valid: &&'static str| valid.len().abs_diff(name.len()) <= 2;
    let scored = known.iter().copied().filter(close).map(|valid| (edits(name.as_bytes(), valid.as_bytes()), valid));
    scored.min().filter(|(edits, _)| *edits <= 2 && edits * 2 < name.len()).map(|(_, valid)| valid)
}

/// The distance in bytes where a change, a slip of one and a swap of two
/// neighbours count one each (optimal string alignment).
fn edits(a: &[u8], b: &[u8]) -> usize {
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(row[j - 1] + 1).min(last[j] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}
