//! How a table is laid out: what stands between its cells, where its rows end,
//! whether its quotes are closed.
//!
//! The `csv` crate reads cells; it takes a quotation mark that is never closed
//! for a cell that reaches to the end, in which half of a directory would
//! vanish, and it does not say which row of a spreadsheet a record is, since
//! it skips empty lines. Both are found out here, by the same rules as its own:
//! a mark opens a cell at its beginning only, and two marks in a quoted cell
//! are one. A cell of several lines whose mark is closed in the middle of a
//! word was closed by the mark that opens another: it was never closed itself.

/// What may stand between cells; the first of those that occur most often.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The layout of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// What stands between cells.
    pub delimiter: u8,
    /// Where the table begins: behind a line `sep=;`, which Excel writes.
    pub start: usize,
    /// The row in which a quotation mark opens that is never closed.
    pub open_quote: Option<u32>,
    /// Whether its last row is ended by a line break.
    pub is_ended: bool,
    /// Where each row ends, before its line break.
    ends: Vec<usize>,
    /// Where the text ends.
    end: usize,
}

impl Layout {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let line = text.lines().next().unwrap_or_default();
        let told = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP=")).map(str::as_bytes);
        if let Some([delimiter]) = told {
            let start = (line.len() + 1 + usize::from(bytes.get(line.len()) == Some(&b'\r'))).min(bytes.len());
            return Self::read(bytes, *delimiter, start);
        }
        let fewest_first = DELIMITERS.iter().rev();
        let most = fewest_first.max_by_key(|delimiter| Self::in_first_row(bytes, **delimiter));
        Self::read(bytes, most.copied().unwrap_or(b','), 0)
    }

    /// How many cells the first row that has any is cut into.
    fn in_first_row(bytes: &[u8], delimiter: u8) -> usize {
        let mut scan = Scan::default();
        let (mut cells, mut is_blank) = (0, true);
        for byte in bytes {
            match scan.step(*byte, delimiter) {
                Some(Edge::Row) if is_blank => cells = 0,
                Some(Edge::Row) => break,
                Some(Edge::Cell) => cells += 1,
                None => is_blank &= byte.is_ascii_whitespace() || DELIMITERS.contains(byte),
            }
        }
        cells
    }

    fn read(bytes: &[u8], delimiter: u8, start: usize) -> Self {
        // The line that tells the delimiter is a row of the sheet's.
        let mut ends = if start > 0 { vec![0] } else { Vec::new() };
        let (mut scan, mut opened, mut has_lines, mut astray) = (Scan::default(), 0, false, None);
        for (at, byte) in bytes.iter().enumerate().skip(start) {
            let before = scan.cell;
            if scan.step(*byte, delimiter) == Some(Edge::Row)
                && !(*byte == b'\n' && at > start && bytes[at - 1] == b'\r')
            {
                ends.push(at);
            }
            match (before, scan.cell) {
                (Cell::Start, Cell::Quoted) => (opened, has_lines) = (ends.len() + 1, false),
                (Cell::Quoted, Cell::Quoted) => has_lines |= matches!(byte, b'\n' | b'\r'),
                // Over lines, up to the mark that opens another cell.
                (Cell::Closing, Cell::Bare) if has_lines && !byte.is_ascii_whitespace() => {
                    astray = astray.or(Some(opened));
                }
                _ => {}
            }
        }
        let open = astray.or((scan.cell == Cell::Quoted).then_some(opened));
        Self {
            delimiter,
            start,
            open_quote: open.map(|row| u32::try_from(row).unwrap_or(u32::MAX)),
            is_ended: matches!(bytes.last(), Some(b'\n' | b'\r')),
            ends,
            end: bytes.len(),
        }
    }

    /// The row of the sheet, from 1, that was read up to an offset.
    pub(super) fn row(&self, read_to: usize) -> u32 {
        let ended = self.ends.partition_point(|end| *end < read_to);
        // The last row may have no line break behind it.
        let open = read_to >= self.end && !self.is_ended;
        u32::try_from(ended + usize::from(open)).unwrap_or(u32::MAX)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Cell {
    #[default]
    Start,
    Bare,
    Quoted,
    /// Behind a mark in a quoted cell: the next byte says what it was.
    Closing,
}

#[derive(Debug, PartialEq, Eq)]
enum Edge {
    Cell,
    Row,
}

#[derive(Debug, Default)]
struct Scan {
    cell: Cell,
}

impl Scan {
    fn step(&mut self, byte: u8, delimiter: u8) -> Option<Edge> {
        let (cell, edge) = match (self.cell, byte) {
            (Cell::Quoted, b'"') => (Cell::Closing, None),
            (Cell::Quoted, _) | (Cell::Start | Cell::Closing, b'"') => (Cell::Quoted, None),
            (_, byte) if byte == delimiter => (Cell::Start, Some(Edge::Cell)),
            (_, b'\n' | b'\r') => (Cell::Start, Some(Edge::Row)),
            _ => (Cell::Bare, None),
        };
        self.cell = cell;
        edge
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_delimiter_is_what_the_first_row_is_cut_by() {
        for (text, delimiter) in [
            ("name,day\n", b','),
            ("name;day;time, zone\n", b';'),
            ("name\tday\n", b'\t'),
            ("\n\n\"a,b,c\";day\n", b';'),
            ("name,day\n1;2;3;4,5\n", b','),
            (";;;\nname,day\n", b','),
            ("sep=|\nname|day\n", b'|'),
            ("name\n", b','),
            ("", b','),
        ] {
            assert_eq!(Layout::of(text).delimiter, delimiter, "{text:?}");
        }
    }

    #[test]
    fn a_mark_that_is_never_closed_is_found_in_its_row() {
        for (text, row) in [
            ("a,b\n\"x\",y\n", None),
            ("a,b\n\"x\ny\",\"z\"\"\"\n5\" pipe,c\n", None),
            ("a,b\n\n1,2\n3,\"x\ny\n", Some(4)),
            ("a,b\n1,\"\"\"\n", Some(2)),
            ("a,b\n1,\"x\"\n2,\"", Some(3)),
            ("a,b\n1,\"x\n2,\"y\"\n", Some(2)),
            ("a,b\n1,\"x\n2,y\n3,\"z, \"\"w\"\"\"\n", Some(2)),
            ("a,b\n\"Tea\" Light,2\n\"x\ny\" ,3\n", None),
        ] {
            assert_eq!(Layout::of(text).open_quote, row, "{text:?}");
        }
    }

    proptest! {
        /// Rows are those that a person counts: one a record, and one for each
        /// empty line that the reader skips.
        #[test]
        fn each_record_knows_its_row(
            rows in prop::collection::vec(prop_oneof![Just(String::new()), "[a-c]{1,3},[d-f]{0,2}", "\"x\r?\n?y\"\"\",z"], 0..8),
            ending in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
            ended in any::<bool>(),
        ) {
            let text = rows.join(ending) + if ended { ending } else { "" };
            let layout = Layout::of(&text);
            prop_assert_eq!(layout.open_quote, None);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let mut record = csv::StringRecord::new();
            let mut found = Vec::new();
            while reader.read_record(&mut record).unwrap() {
                found.push(layout.row(reader.position().byte() as usize) as usize);
            }
            let expected: Vec<usize> = rows.iter().enumerate().filter(|(_, row)| !row.is_empty()).map(|(at, _)| at + 1).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
