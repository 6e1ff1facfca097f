/// Where in a line the parser stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Line {
    #[default]
    Start,
    /// Its first bytes are in `partial`, too few to tell what it is.
    Head,
    /// A `data` line of which the colon is the last byte seen.
    DataStart,
    /// A `data` line whose value goes straight to the data.
    Data,
    /// A line of another known field, gathered in `partial`.
    Label,
    /// A comment or an unknown field, of which nothing is kept.
    Skip,
}

/// How much of the byte order mark has come; it stands only at the start of the stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Bom {
    #[default]
    First,
    Second,
    Third,
    Past,
}

impl Bom {
    pub(super) fn awaited(self) -> Option<u8> {
        match self {
            Self::First => Some(0xEF),
            Self::Second => Some(0xBB),
            Self::Third => Some(0xBF),
            Self::Past => None,
        }
    }

    pub(super) fn advance(&mut self) {
        *self = match self {
            Self::First => Self::Second,
            Self::Second => Self::Third,
            Self::Third | Self::Past => Self::Past,
        };
    }

    /// Ends the wait; says how many bytes were wrongly taken for a mark.
    pub(super) fn give_up(&mut self) -> Option<usize> {
        let taken = match self {
            Self::First | Self::Past => None,
            Self::Second => Some(1),
            Self::Third => Some(2),
        };
        *self = Self::Past;
        taken
    }
}
