//! The style sheets, and the policy that lets a browser use these alone.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{PrintQuery, Size};

const BASE: &str = include_str!("style/base.css");
const LETTER: &str = include_str!("style/letter.css");
const A4: &str = include_str!("style/a4.css");
const POCKET: &str = include_str!("style/pocket.css");
const LARGE: &str = include_str!("style/large.css");

/// The style sheets of a page, in their order.
pub(super) fn sheets(query: PrintQuery) -> Vec<&'static str> {
    let paper = match query.size {
        Size::Letter => LETTER,
        Size::A4 => A4,
        Size::Pocket => POCKET,
    };
    if query.large { vec![BASE, paper, LARGE] } else { vec![BASE, paper] }
}

/// Nothing runs, nothing is fetched, nothing is framed; the styles are known by
/// their hashes.
pub(super) fn policy(query: PrintQuery) -> String {
    let mut policy = "default-src 'none'; style-src".to_owned();
    for sheet in sheets(query) {
        // Writing to a string cannot fail.
        _ = write!(policy, " 'sha256-{}'", STANDARD.encode(Sha256::digest(sheet)));
    }
    policy + "; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
}
