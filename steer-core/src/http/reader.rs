use std::sync::Arc;

use super::Limits;
use crate::error::{ApiError, ErrorKind};
use crate::framing::{Framer, Framing};
use crate::protocol::{Call, Decoder, Delivery, Protocol};

/// What turns bytes into chunks. The first byte of a body tells whether it is a stream or one JSON body, whatever was
/// asked and whatever its type claims: servers answer a request for a stream with one JSON body, most of all when
/// it is an error, and the other way round.
pub(super) struct Reader<P> {
    undecided: Option<Undecided<P>>,
    decided: Option<Half>,
    beginning: Beginning,
}

/// What the way to read is made of. It holds the conversation, and goes when the first byte is there.
struct Undecided<P> {
    protocol: Arc<P>,
    call: Call,
    limits: Limits,
}

/// The way to read the body.
pub(super) struct Half {
    pub(super) framer: Framer,
    pub(super) decoder: Box<dyn Decoder>,
    pub(super) is_whole: bool,
}

impl<P: Protocol> Reader<P> {
    pub(super) fn new(protocol: Arc<P>, call: Call, limits: Limits) -> Self {
        Self {
            undecided: Some(Undecided { protocol, call, limits }),
            decided: None,
            beginning: Beginning::Start,
        }
    }

    /// The way to read these bytes; `None` while they are all white space, which no way needs.
    ///
    /// # Errors
    /// They are no text.
    pub(super) fn decide(&mut self, input: &mut &[u8]) -> Result<Option<&mut Half>, ApiError> {
        if let Some(undecided) = &self.undecided {
            let Some(start) = input.iter().position(|byte| !byte.is_ascii_whitespace()) else {
                return Ok(None);
            };
            *input = input.get(start..).unwrap_or_default();
            let looks_whole = matches!(input.first(), Some(b'{' | b'[' | b'<'));
            // Lines of JSON begin as one JSON body does, so there nothing but the request can tell.
            let delivery = match undecided.protocol.framing() {
                Framing::JsonLines => undecided.call.request.delivery,
                _ if looks_whole => Delivery::Whole,
                _ => Delivery::Stream,
            };
            self.decided = Some(undecided.half(delivery));
            self.undecided = None;
        }
        self.beginning.check(input)?;
        Ok(self.decided.as_mut())
    }

    /// The way that was taken.
    pub(super) fn decided(&self) -> Option<&Half> {
        self.decided.as_ref()
    }

    /// The way that was taken or, for a body without a single byte, the one that was asked for.
    pub(super) fn at_end(&mut self) -> Option<&mut Half> {
        if let Some(undecided) = self.undecided.take() {
            self.decided = Some(undecided.half(undecided.call.request.delivery));
        }
        self.decided.as_mut()
    }
}

impl<P: Protocol> Undecided<P> {
    fn half(&self, delivery: Delivery) -> Half {
        let is_whole = delivery == Delivery::Whole;
        let framing = if is_whole { Framing::Whole } else { self.protocol.framing() };
        Half {
            framer: Framer::new(framing, self.limits.framing),
            decoder: self.protocol.decoder(&self.call, delivery),
            is_whole,
        }
    }
}

/// How much of a body's first two bytes has been seen, however they are cut. What is compressed may hold its text as it was, so
/// that only the first of it would be lost, in silence: a line that no event has is passed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Start,
    Second,
    Past,
}

impl Beginning {
    /// Refuses what no text begins with. What begins as gzip does is named by the framer.
    #[inline]
    fn check(&mut self, piece: &[u8]) -> Result<(), ApiError> {
        /// The first byte of gzip (RFC 1952, section 2.3.1).
        const GZIP: u8 = 0x1F;
        for byte in piece {
            let is_control = byte.is_ascii_control() && !byte.is_ascii_whitespace();
            *self = match (*self, *byte) {
                (Self::Past, _) | (Self::Start, GZIP) => Self::Past,
                _ if is_control => return Err(not_text()),
                (Self::Start, _) => Self::Second,
                (Self::Second, _) => Self::Past,
            };
            if *self == Self::Past {
                break;
            }
        }
        Ok(())
    }
}

#[cold]
fn not_text() -> ApiError {
    let message = "the body does not begin with text; a server or a proxy may have compressed it, which was not asked for";
    ApiError::new(ErrorKind::ResponseParsing, message)
}
