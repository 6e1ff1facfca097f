use serde::de::IgnoredAny;

use super::gather::{Body, Lines};
use super::text::is_blank;
use super::{Framing, FramingError, FramingLimits};
use crate::sse::{SseEvent, SseParser};

/// Where raw frames come from, one variant a framing.
pub(super) enum Source {
    Sse(Box<SseParser>),
    Lines(Lines),
    Whole(Body),
}

impl Source {
    pub(super) fn new(framing: Framing, limits: &FramingLimits) -> Self {
        match framing {
            Framing::Sse => {
                let mut parser = SseParser::new(limits.sse);
                parser.accept_bare_done();
                Self::Sse(Box::new(parser))
            }
            Framing::JsonLines => Self::Lines(Lines::new(limits.sse.line)),
            Framing::Whole => Self::Whole(Body::new(limits.whole)),
        }
    }

    /// Consumes `input` up to and including the next raw frame that says something.
    #[inline]
    pub(super) fn next<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        skipped: &mut u64,
    ) -> Result<Option<SseEvent<'a>>, FramingError> {
        match self {
            Self::Sse(parser) => loop {
                let Some(ready) = parser.advance(input)? else { return Ok(None) };
                match parser.view(ready).data.trim_ascii_start().first() {
                    None => {}
                    // No JSON starts so: a gateway has taken a comment for data.
                    Some(b':') => *skipped = skipped.saturating_add(1),
                    Some(_) => break Ok(Some(parser.view(ready))),
                }
            },
            Self::Lines(lines) => loop {
                let Some(line) = lines.advance(input)? else { return Ok(None) };
                if !is_blank(lines.view(line)) {
                    break Ok(Some(nameless(lines.view(line))));
                }
            },
            Self::Whole(body) => body.add(std::mem::take(input)).map(|()| None),
        }
    }

    /// What waits at the end of the bytes, if it is worth something.
    pub(super) fn last(&self) -> Option<SseEvent<'_>> {
        match self {
            Self::Sse(parser) if parser.pending_bare_done() => Some(nameless(b"[DONE]")),
            Self::Sse(parser) => parser.pending().filter(|event| is_complete(event.data)),
            Self::Lines(lines) => Some(nameless(lines.last())).filter(|line| is_complete(line.data)),
            Self::Whole(body) => Some(nameless(body.view())).filter(|body| !is_blank(body.data)),
        }
    }
}

fn nameless(data: &[u8]) -> SseEvent<'_> {
    SseEvent { name: b"", data, id: b"" }
}

/// Whether nothing can be missing. A bare number never is complete: its last digits may have been cut.
fn is_complete(data: &[u8]) -> bool {
    let data = data.trim_ascii();
    let is_number = data.last().is_some_and(u8::is_ascii_digit);
    data == b"[DONE]" || !is_number && serde_json::from_slice::<IgnoredAny>(data).is_ok()
}
