/// `Frame` is one unit of an answer as text: an event, a line or the whole body.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame<'a> {
    /// The event's type as sent; empty where none was sent and for frames that are no events.
    pub name: &'a str,
    /// The content: never blank, and not necessarily JSON.
    pub data: &'a str,
    unterminated: bool,
}

impl<'a> Frame<'a> {
    /// A frame as the framer gives it.
    pub fn new(name: &'a str, data: &'a str) -> Self {
        Self { name, data, unterminated: false }
    }

    /// Whether this is the `[DONE]` with which many servers end a stream, whatever blanks are around it.
    pub fn is_done(&self) -> bool {
        self.data.trim_ascii() == "[DONE]"
    }

    /// Whether the bytes ended before the event did; it was taken because it is `[DONE]` or complete JSON.
    pub fn unterminated(&self) -> bool {
        self.unterminated
    }

    /// The same frame with other data.
    pub(crate) fn with_data<'b>(self, data: &'b str) -> Frame<'b>
    where
        'a: 'b,
    {
        Frame { name: self.name, data, unterminated: self.unterminated }
    }

    pub(super) fn ended_early(mut self, unterminated: bool) -> Self {
        self.unterminated = unterminated;
        self
    }
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("name", &self.name)
            .field("data", &format_args!("<{} bytes>", self.data.len()))
            .field("unterminated", &self.unterminated)
            .finish()
    }
}
