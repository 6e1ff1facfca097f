use super::Limits;
use crate::framing::{Framer, Framing};
use crate::protocol::{Call, Decoder, Delivery, Protocol};

/// What turns bytes into chunks. The first byte of a body tells whether it is a stream or one JSON body, whatever was
/// asked and whatever its type claims: servers answer a request for a stream with one JSON body, most of all when
/// it is an error, and the other way round.
pub(super) struct Reader {
    candidates: Option<Candidates>,
    decided: Option<Half>,
}

struct Candidates {
    asked: Half,
    other: Half,
}

/// One way to read the body.
pub(super) struct Half {
    pub(super) framer: Framer,
    pub(super) decoder: Box<dyn Decoder>,
    pub(super) is_whole: bool,
}

impl Reader {
    pub(super) fn new<P: Protocol>(protocol: &P, call: &Call, limits: Limits) -> Self {
        let half = |delivery: Delivery| {
            let is_whole = delivery == Delivery::Whole;
            let framing = if is_whole { Framing::Whole } else { protocol.framing() };
            Half {
                framer: Framer::new(framing, limits.framing),
                decoder: protocol.decoder(call, delivery),
                is_whole,
            }
        };
        let (asked, other) = match call.request.delivery {
            Delivery::Stream => (half(Delivery::Stream), half(Delivery::Whole)),
            Delivery::Whole => (half(Delivery::Whole), half(Delivery::Stream)),
        };
        // Lines of JSON begin as one JSON body does, so there nothing but the request can tell.
        if protocol.framing() == Framing::JsonLines {
            return Self { candidates: None, decided: Some(asked) };
        }
        Self { candidates: Some(Candidates { asked, other }), decided: None }
    }

    /// The way to read these bytes; `None` while they are all white space, which neither way needs.
    pub(super) fn decide(&mut self, input: &mut &[u8]) -> Option<&mut Half> {
        if let Some(Candidates { asked, other }) = self.candidates.take() {
            let Some(start) = input.iter().position(|byte| !byte.is_ascii_whitespace()) else {
                self.candidates = Some(Candidates { asked, other });
                return None;
            };
            *input = input.get(start..).unwrap_or_default();
            let looks_whole = matches!(input.first(), Some(b'{' | b'[' | b'<'));
            let fits = asked.is_whole == looks_whole;
            self.decided = Some(if fits { asked } else { other });
        }
        self.decided.as_mut()
    }

    /// The way that was taken.
    pub(super) fn decided(&self) -> Option<&Half> {
        self.decided.as_ref()
    }

    /// The way that was taken or, for a body without a single byte, the one that was asked for.
    pub(super) fn at_end(&mut self) -> Option<&mut Half> {
        if let Some(Candidates { asked, .. }) = self.candidates.take() {
            self.decided = Some(asked);
        }
        self.decided.as_mut()
    }
}
