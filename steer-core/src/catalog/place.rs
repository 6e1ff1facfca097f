use std::fmt;
use std::sync::Arc;

/// `Place` is where something stands in a catalog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Place {
    /// The file, or what else the catalog is called.
    pub file: Arc<str>,
    /// The line, from 1 on; 0 where nothing but the file is known.
    pub line: u32,
    /// The character in the line, from 1 on.
    pub column: u32,
}

impl Place {
    /// The file as a whole.
    pub(crate) fn file(file: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), line: 0, column: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}:{}", self.file, self.column),
        }
    }
}

/// `Lines` turns offsets in a text into places.
pub(super) struct Lines<'a> {
    file: &'a Arc<str>,
    /// Where each line begins.
    starts: Vec<usize>,
    /// The bytes that go on with a character, so that a long line is not counted again for each place in it.
    inner: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(file: &'a Arc<str>, text: &str) -> Self {
        let behind = |(at, _): (usize, &str)| at.saturating_add(1);
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(behind)).collect();
        let goes_on = |(at, byte): (usize, u8)| (byte & 0xc0 == 0x80).then_some(at);
        Self { file, starts, inner: text.bytes().enumerate().filter_map(goes_on).collect() }
    }

    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let inner = |end: usize| self.inner.partition_point(|at| *at < end);
        let before = offset.saturating_sub(start).saturating_sub(inner(offset).saturating_sub(inner(start)));
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place {
            file: Arc::clone(self.file),
            line: number(line.max(1)),
            column: number(before.saturating_add(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let file: Arc<str> = "a.toml".into();
        let lines = Lines::new(&file, "é = 1\n\nb = 2");
        for (offset, shown) in
            [(0, "a.toml:1:1"), (3, "a.toml:1:3"), (7, "a.toml:2:1"), (8, "a.toml:3:1"), (12, "a.toml:3:5")]
        {
            assert_eq!(lines.place(offset).to_string(), shown);
        }
        assert_eq!(Place::file(&file).to_string(), "a.toml");
    }
}
