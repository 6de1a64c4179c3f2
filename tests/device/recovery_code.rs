//! The recovery code as a device reads and shows it: what `docs/device-keys.md`
//! says, plainly. The service never sees one.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE: usize = 26;
const CHECK: usize = 2;
const MODULUS: u32 = 1021;

/// The text of a code.
pub fn show(code: [u8; 16]) -> String {
    let bits = u128::from_be_bytes(code);
    // 128 bits and two spare ones: the last character has three bits of the code.
    let mut digits: Vec<u32> = (0..CODE - 1).map(|at| (bits >> (123 - 5 * at)) as u32 & 31).collect();
    digits.push((bits as u32 & 7) << 2);
    digits.extend(check(&digits));
    let characters: Vec<u8> = digits.iter().map(|digit| ALPHABET[*digit as usize]).collect();
    let groups: Vec<&str> = characters.chunks(4).map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join("-")
}

/// The code of a text; `None` where there is a slip in it.
pub fn read(text: &str) -> Option<[u8; 16]> {
    let kept = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{a0}' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}'));
    let digits: Vec<u32> = kept.map(digit).collect::<Option<_>>()?;
    let (code, checked) = digits.split_at_checked(CODE)?;
    if checked.len() != CHECK || checked != check(code) || code[CODE - 1] & 3 != 0 {
        return None;
    }
    let high = code[..CODE - 1].iter().fold(0_u128, |bits, digit| bits << 5 | u128::from(*digit));
    Some((high << 3 | u128::from(code[CODE - 1] >> 2)).to_be_bytes())
}

fn digit(c: char) -> Option<u32> {
    let folded = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == folded).map(|at| at as u32)
}

fn check(code: &[u32]) -> [u32; CHECK] {
    let rest = code.iter().fold(0, |rest, digit| (rest * 32 + digit) % MODULUS);
    let number = (MODULUS + 1 - rest * 1024 % MODULUS) % MODULUS;
    [number / 32, number % 32]
}
