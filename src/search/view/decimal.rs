//! Decimal numbers as every answer writes them: `812.4`.

use super::instant::pair;

/// The most digits of a number.
const LONGEST: usize = 20;

/// Appends a number given in parts, of which ten to the power of `decimals` make
/// one: with no more decimals than it needs, but one at least where it may have
/// some, as serde writes the same number. Rust's own formatting costs several
/// times more, which shows where there are many.
pub fn write_decimal(out: &mut Vec<u8>, parts: i64, decimals: usize) {
    let (mut text, mut at, mut left) = ([b'0'; LONGEST], LONGEST, parts.unsigned_abs());
    while left >= 10 {
        at -= 2;
        text[at..at + 2].copy_from_slice(pair((left % 100) as u32));
        left /= 100;
    }
    if left > 0 {
        at -= 1;
        text[at] = b'0' + left as u8;
    }
    if parts < 0 {
        out.push(b'-');
    }
    let (whole, rest) = text.split_at(LONGEST - decimals);
    out.extend_from_slice(&whole[at.min(whole.len() - 1)..]);
    if decimals > 0 {
        let zeros = rest.iter().skip(1).rev().take_while(|byte| **byte == b'0').count();
        out.push(b'.');
        out.extend_from_slice(&rest[..decimals - zeros]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(parts: i64, decimals: usize) -> String {
        let mut out = Vec::new();
        write_decimal(&mut out, parts, decimals);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn there_are_as_many_decimals_as_are_needed_and_one_at_least() {
        for (parts, decimals, text) in [
            (0, 0, "0"),
            (0, 3, "0.0"),
            (-5, 5, "-0.00005"),
            (812_400, 3, "812.4"),
            (1_000, 3, "1.0"),
            (20_015_114_442, 3, "20015114.442"),
            (-18_000_000, 5, "-180.0"),
            (100, 0, "100"),
            (i64::MIN, 3, "-9223372036854775.808"),
        ] {
            assert_eq!(written(parts, decimals), text);
        }
    }

    proptest! {
        #[test]
        fn it_is_the_number_that_serde_writes(parts in -99_999_999_999_i64..=99_999_999_999, decimals in 0_usize..=5) {
            let number: f64 = written(parts, decimals).parse().unwrap();
            prop_assert_eq!(number, parts as f64 / 10_f64.powi(decimals as i32));
            prop_assert_eq!(written(parts, 0), serde_json::to_string(&parts).unwrap());
            // Serde writes what is smaller with an exponent.
            if parts == 0 || parts.abs() >= 10 {
                prop_assert_eq!(written(parts, 3), serde_json::to_string(&(parts as f64 / 1000.0)).unwrap());
            }
        }
    }
}
