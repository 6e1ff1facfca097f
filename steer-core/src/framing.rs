//! The framing of answers: bytes in, text frames out, as servers of language models really send them.
//!
//! [`sse`](crate::sse) is strict; what it may not forgive is forgiven here. Invalid UTF-8 is repaired
//! and counted, keep-alives give nothing, and the last event may lack its empty line if it is whole.
//! Nothing here knows what a frame means.

mod frame;
mod gather;
mod limits;
mod source;
mod text;

pub use frame::Frame;
pub use limits::{FramingError, FramingLimits};

use crate::sse::{SseEvent, essence};
use source::Source;
use text::{GzipMark, Text, is_blank, without_bom};

/// `Framing` is how the body of an answer is cut into frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framing {
    /// An event stream; each event is a frame.
    Sse,
    /// One JSON document a line.
    JsonLines,
    /// The whole body is one frame.
    Whole,
}

impl Framing {
    /// The framing that a `Content-Type` announces, whatever its case and its parameters; `None` for
    /// a type that announces none.
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        match essence(content_type).to_ascii_lowercase().as_str() {
            "text/event-stream" => Some(Self::Sse),
            "application/json" => Some(Self::Whole),
            "application/x-ndjson" | "application/jsonl" | "application/stream+json" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// `Framer` turns the bytes of one body into text frames, whatever the piece borders.
///
/// The bytes of a frame are checked to be UTF-8 once; a frame that is, and lies whole in one piece, is
/// borrowed from it. Memory is bounded by [`FramingLimits`].
///
/// ```
/// use steer_core::framing::{Framer, Framing, FramingLimits};
///
/// let mut framer = Framer::new(Framing::Sse, FramingLimits::default());
/// let mut piece: &[u8] = b": keep-alive\n\ndata: {\"n\":1}\n\ndata: [DONE]";
/// assert_eq!(framer.next(&mut piece)?.map(|frame| frame.data), Some("{\"n\":1}"));
/// assert!(framer.next(&mut piece)?.is_none());
/// let clean = true;
/// assert!(framer.finish(clean)?.is_some_and(|frame| frame.is_done() && frame.unterminated()));
/// # Ok::<(), steer_core::framing::FramingError>(())
/// ```
pub struct Framer {
    framing: Framing,
    limits: FramingLimits,
    source: Source,
    gzip: GzipMark,
    text: Text,
    frames: u64,
    skipped: u64,
    ended: bool,
    failure: Option<FramingError>,
}

impl Framer {
    /// A framer at the start of a body.
    pub fn new(framing: Framing, limits: FramingLimits) -> Self {
        Self {
            framing,
            limits,
            source: Source::new(framing, &limits),
            gzip: GzipMark::default(),
            text: Text::default(),
            frames: 0,
            skipped: 0,
            ended: false,
            failure: None,
        }
    }

    /// Consumes `input` up to and including the next frame and gives that frame; `None` says that all of
    /// `input` is consumed.
    ///
    /// # Errors
    /// A limit of [`FramingLimits`] is reached, or the body is compressed. The framer then gives the same
    /// error for ever.
    pub fn next<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Result<Option<Frame<'a>>, FramingError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        if self.ended {
            *input = &[];
            return Ok(None);
        }
        let Self { source, text, failure, .. } = self;
        if self.gzip.is_completed_by(input) {
            return Err(fail(failure, FramingError::Compressed));
        }
        let found = match source.next(input, &mut self.skipped) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(error) => return Err(fail(failure, error)),
        };
        let frame = count(&mut self.frames, self.limits.frames)
            .and_then(|()| text.frame(found, self.limits.longest(self.framing)));
        frame.map(Some).map_err(|error| fail(failure, error))
    }

    /// Ends the body. After a clean end (`clean`: the server said that nothing follows) gives what waits:
    /// the whole body, or the last event or line although it is unfinished, provided it is `[DONE]` or
    /// complete JSON. After any other end gives nothing.
    ///
    /// # Errors
    /// As for [`next`](Self::next).
    pub fn finish(&mut self, clean: bool) -> Result<Option<Frame<'_>>, FramingError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let ended_before = std::mem::replace(&mut self.ended, true);
        if ended_before || !clean {
            return Ok(None);
        }
        let Some(found) = self.source.last() else { return Ok(None) };
        let frame = count(&mut self.frames, self.limits.frames)
            .and_then(|()| self.text.frame(found, self.limits.longest(self.framing)));
        let failure = &mut self.failure;
        let unterminated = self.framing == Framing::Sse;
        frame.map(|frame| Some(frame.ended_early(unterminated))).map_err(|error| fail(failure, error))
    }

    /// Frames a body that lies whole in memory, without copying it: what [`Framing::Whole`] gives at a
    /// clean end. `None` for a body of blanks. Ends the framer.
    ///
    /// # Errors
    /// As for [`next`](Self::next).
    pub fn whole<'a>(&'a mut self, body: &'a [u8]) -> Result<Option<Frame<'a>>, FramingError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        self.ended = true;
        let limit = self.limits.whole;
        let failure = &mut self.failure;
        if GzipMark::default().is_completed_by(body) {
            return Err(fail(failure, FramingError::Compressed));
        }
        if body.len() > limit {
            return Err(fail(failure, FramingError::TooLong { limit }));
        }
        let body = without_bom(body);
        if is_blank(body) {
            return Ok(None);
        }
        let frame = self.text.frame(SseEvent { name: b"", data: body, id: b"" }, limit);
        frame.map(Some).map_err(|error| fail(failure, error))
    }

    /// The body that [`finish`](Self::finish) gave, as text and without a copy of it where it was text; `None` for any other
    /// framing than [`Framing::Whole`]. Nothing is left of it here.
    pub fn take_whole(&mut self) -> Option<String> {
        let Source::Whole(body) = &mut self.source else { return None };
        Some(String::from_utf8(body.take()).unwrap_or_else(|_| self.text.take()))
    }

    /// How many frames had invalid UTF-8, each such sequence now U+FFFD.
    pub fn replacements(&self) -> u64 {
        self.text.repaired()
    }

    /// How many events were left out because their data is a comment that a gateway sent on as data.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }
}

impl std::fmt::Debug for Framer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Framer")
            .field("framing", &self.framing)
            .field("limits", &self.limits)
            .field("frames", &self.frames)
            .field("skipped", &self.skipped)
            .field("replacements", &self.replacements())
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

#[cold]
fn fail(place: &mut Option<FramingError>, error: FramingError) -> FramingError {
    *place = Some(error.clone());
    error
}

#[inline]
fn count(frames: &mut u64, limit: u64) -> Result<(), FramingError> {
    *frames = frames.saturating_add(1);
    if *frames > limit { Err(FramingError::TooManyFrames { limit }) } else { Ok(()) }
}
