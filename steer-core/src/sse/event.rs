/// `SseEvent` is one dispatched event, borrowed from the bytes or from the parser.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SseEvent<'a> {
    /// The event's type as sent; empty where the standard says `message`.
    pub name: &'a [u8],
    /// The values of its `data` lines, joined by LF: raw bytes, at most [`SseLimits::event`](super::SseLimits::event).
    pub data: &'a [u8],
    /// The last event id of the stream as of this event; empty if there is none.
    pub id: &'a [u8],
}

impl std::fmt::Debug for SseEvent<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SseEvent")
            .field("name", &String::from_utf8_lossy(self.name))
            .field("data", &format_args!("<{} bytes>", self.data.len()))
            .field("id", &format_args!("<{} bytes>", self.id.len()))
            .finish()
    }
}

/// What of an event the piece at hand lends; the rest lies in the parser.
#[derive(Clone, Copy, Default)]
pub(crate) struct Ready<'i> {
    pub(crate) name: Option<&'i [u8]>,
    pub(crate) data: Option<&'i [u8]>,
}
