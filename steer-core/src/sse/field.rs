/// One line, taken apart.
#[derive(Clone, Copy)]
pub(super) enum Field<'a> {
    Data(&'a [u8]),
    Event(&'a [u8]),
    Id(&'a [u8]),
    Retry(&'a [u8]),
    /// A comment, or a field nobody knows.
    Unknown,
}

impl<'a> Field<'a> {
    #[inline]
    pub(super) fn of(line: &'a [u8]) -> Self {
        if let Some(value) = line.strip_prefix(b"data:") {
            return Self::Data(without_space(value));
        }
        if let Some(value) = line.strip_prefix(b"event:") {
            return Self::Event(without_space(value));
        }
        Self::of_other(line)
    }

    fn of_other(line: &'a [u8]) -> Self {
        let colon = line.iter().take(LONGEST_HEAD).position(|byte| *byte == b':');
        let (name, value) = match colon.and_then(|at| line.split_at_checked(at)) {
            Some((name, value)) => (name, value.strip_prefix(b":").unwrap_or(value)),
            None => (line, Default::default()),
        };
        let value = without_space(value);
        match name {
            b"data" => Self::Data(value),
            b"event" => Self::Event(value),
            b"id" => Self::Id(value),
            b"retry" => Self::Retry(value),
            _ => Self::Unknown,
        }
    }
}

/// What the first bytes of an unfinished line tell.
#[derive(Clone, Copy)]
pub(super) enum Head {
    Undecided,
    Data,
    Label,
    Skip,
}

impl Head {
    #[inline]
    pub(super) fn of(head: &[u8], bare_done: bool) -> Self {
        if head.starts_with(b"data:") {
            Self::Data
        } else if [&b"event:"[..], b"id:", b"retry:"].iter().any(|name| head.starts_with(name)) {
            Self::Label
        } else if HEADS.iter().any(|known| known.starts_with(head))
            || bare_done && BARE_DONE.starts_with(head)
        {
            Self::Undecided
        } else {
            Self::Skip
        }
    }
}

pub(super) fn is_bare_done(line: &[u8]) -> bool {
    line == BARE_DONE
}

#[inline]
pub(super) fn without_space(value: &[u8]) -> &[u8] {
    value.strip_prefix(b" ").unwrap_or(value)
}

/// Cuts before the first line end.
#[inline]
pub(super) fn line_end(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    memchr::memchr2(b'\n', b'\r', bytes).and_then(|at| bytes.split_at_checked(at))
}

/// [`line_end`] of bytes whose first `seen` have none.
#[inline]
pub(super) fn line_end_behind(bytes: &[u8], seen: usize) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr2(b'\n', b'\r', bytes.get(seen..)?)?;
    bytes.split_at_checked(seen.saturating_add(at))
}

const HEADS: [&[u8]; 4] = [b"data:", b"event:", b"id:", b"retry:"];
const LONGEST_HEAD: usize = 6;
const BARE_DONE: &[u8] = b"[DONE]";
