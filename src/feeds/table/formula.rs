//! Cells that a spreadsheet would take for a formula.
//!
//! A cell that begins with `=`, `+`, `-` or `@` is computed when the table is
//! opened, and may then send what stands beside it elsewhere. What we publish
//! has an apostrophe before such a cell, which spreadsheets read as "this is
//! text". It is taken off again when a table is read; a cell that begins with
//! apostrophes before such a sign gets one more, so that none is ever lost.

use std::borrow::Cow;

/// Signs that begin a formula: the full-width ones in East Asian editions,
/// white space because it is skipped over.
const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that is text wherever it is opened. Plain numbers stay: to compute
/// one gives itself.
pub(in crate::feeds) fn guarded(cell: &str) -> Cow<'_, str> {
    if begins_formula(cell) && !is_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell without the guard.
pub(super) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| begins_formula(text)).unwrap_or(cell)
}

fn begins_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(SIGNS)
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    are_digits(whole) && are_digits(decimals)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_is_computed_is_left_bare() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+13125550100,,1#", "'+13125550100,,1#"),
            ("@Lantern", "'@Lantern"),
            ("- bring a chair", "'- bring a chair"),
            ("-87.63", "-87.63"),
            ("-87.63+cmd", "'-87.63+cmd"),
            ("-", "'-"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("'til dawn", "'til dawn"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell), expected, "{cell}");
            assert_eq!(unguarded(expected), cell);
        }
        // Written by hand: the apostrophe is a spreadsheet's own.
        assert_eq!(unguarded("'+1 312"), "+1 312");
    }

    proptest! {
        #[test]
        fn a_guard_comes_off_as_it_was_put_on(cell in "['=+@a-]{0,6}|\\PC{0,12}|-?[0-9]{1,3}(\\.[0-9]{1,3})?") {
            let out = guarded(&cell);
            prop_assert!(!out.starts_with(SIGNS) || is_number(&out));
            prop_assert_eq!(unguarded(&out), cell.as_str());
        }
    }
}
