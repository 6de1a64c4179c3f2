//! Where an HTTP/1.1 answer ends, and what it says: as little of the protocol
//! as servers need that are known, and cheap, for whoever asks shares the
//! machine with who answers.

use std::borrow::Cow;

use anyhow::{Context, bail};

/// Where the parts of a whole answer are in what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framed {
    /// Its status.
    pub status: u16,
    /// Where its body begins.
    pub body: usize,
    /// Where it ends.
    pub end: usize,
    chunked: bool,
}

/// The answer at the beginning of `read`; `None` as long as it is not whole.
///
/// # Errors
/// When it is none that ends by length or chunks.
pub fn frame(read: &[u8]) -> anyhow::Result<Option<Framed>> {
    let Some(body) = read.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4) else { return Ok(None) };
    let status = read.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()).context("no status")?.parse()?;
    let chunked = header(&read[..body], "transfer-encoding").is_some_and(|coding| coding == "chunked");
    let end = if matches!(status, 204 | 304) {
        Some(body)
    } else if chunked {
        chunks(read, body)?.map(|chunks| chunks.last().map_or(body, |(_, end)| *end))
    } else {
        let length: usize = header(&read[..body], "content-length").context("an answer without a length")?.parse()?;
        Some(body + length).filter(|end| *end <= read.len())
    };
    Ok(end.map(|end| Framed { status, body, end, chunked }))
}

/// A header of an answer, whose name is given in lower case.
pub fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let line = lines.find(|line| {
        let (start, rest) = line.split_at(name.len().min(line.len()));
        start.eq_ignore_ascii_case(name.as_bytes()) && rest.first() == Some(&b':')
    })?;
    std::str::from_utf8(&line[name.len() + 1..]).ok().map(str::trim)
}

/// What an answer carries.
///
/// # Errors
/// When its chunks are none.
pub fn body<'a>(read: &'a [u8], framed: &Framed) -> anyhow::Result<Cow<'a, [u8]>> {
    if !framed.chunked {
        return Ok(Cow::Borrowed(&read[framed.body..framed.end]));
    }
    let chunks = chunks(read, framed.body)?.unwrap_or_default();
    let whole: Vec<&[u8]> = chunks.into_iter().map(|(start, end)| &read[start..(end - 2).max(start)]).collect();
    Ok(Cow::Owned(whole.concat()))
}

/// Where each chunk's bytes begin, and where the chunk ends, which is two bytes
/// behind them; the last is empty. `None` as long as that has not come.
fn chunks(read: &[u8], from: usize) -> anyhow::Result<Option<Vec<(usize, usize)>>> {
    let (mut at, mut chunks) = (from, Vec::new());
    loop {
        let rest = read.get(at..).unwrap_or_default();
        let Some(line) = rest.windows(2).position(|end| end == b"\r\n") else { return Ok(None) };
        let length = std::str::from_utf8(&rest[..line]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let Some(length) = length else { bail!("a chunk without a length") };
        let (start, end) = (at + line + 2, at + line + 2 + length + 2);
        if end > read.len() {
            return Ok(None);
        }
        chunks.push((start, end));
        if length == 0 {
            return Ok(Some(chunks));
        }
        at = end;
    }
}
