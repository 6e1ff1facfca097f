/// `SseLimits` bounds what one stream may make the parser hold; all figures count raw bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SseLimits {
    /// The longest line, of whatever kind, without its end. 16 MiB; never less than 16 bytes.
    pub line: usize,
    /// The longest line of an event name, an id or a reconnection time. 64 KiB; never less than 16 bytes.
    pub label: usize,
    /// The most data in one event, line ends between its lines included. 32 MiB.
    pub event: usize,
    /// The most `data` lines in one event. 100,000; never less than 1.
    pub lines_per_event: usize,
}

impl SseLimits {
    /// Sets the longest line, in bytes.
    pub fn line(mut self, bytes: usize) -> Self {
        self.line = bytes;
        self
    }

    /// Sets the longest line of an event name, an id or a reconnection time, in bytes.
    pub fn label(mut self, bytes: usize) -> Self {
        self.label = bytes;
        self
    }

    /// Sets the most data in one event, in bytes.
    pub fn event(mut self, bytes: usize) -> Self {
        self.event = bytes;
        self
    }

    /// Sets the most `data` lines in one event.
    pub fn lines_per_event(mut self, lines: usize) -> Self {
        self.lines_per_event = lines;
        self
    }

    /// A line shorter than a field's name could not be told from another, an event has a line.
    pub(crate) fn sane(self) -> Self {
        Self {
            line: self.line.max(SHORTEST),
            label: self.label.max(SHORTEST),
            event: self.event,
            lines_per_event: self.lines_per_event.max(1),
        }
    }
}

impl Default for SseLimits {
    fn default() -> Self {
        Self { line: 16 << 20, label: 64 << 10, event: 32 << 20, lines_per_event: 100_000 }
    }
}

/// `SseParseError` says which limit an event stream reached. Any bytes are an event stream, so there
/// is no other error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SseParseError {
    /// A line is longer than [`SseLimits::line`], or a name, an id or a reconnection time longer than
    /// [`SseLimits::label`].
    #[error(
        "the event stream has a line of more than {limit} bytes; raise the limit if the server is to be trusted"
    )]
    LineTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The data of one event is longer than [`SseLimits::event`].
    #[error(
        "the event stream has an event of more than {limit} bytes; raise the limit if the server is to be trusted"
    )]
    EventTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// One event has more `data` lines than [`SseLimits::lines_per_event`].
    #[error(
        "the event stream has an event of more than {limit} lines; raise the limit if the server is to be trusted"
    )]
    TooManyLines {
        /// The limit, in lines.
        limit: usize,
    },
}

const SHORTEST: usize = 16;
