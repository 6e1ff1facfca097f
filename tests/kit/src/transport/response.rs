use std::fmt;
use std::time::Duration;

use steer_core::bytes::{Bytes, BytesMut};
use steer_core::http::TransportErrorKind;
use steer_core::http_types::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::pieces;

/// `Response` is what the transport does with one request.
#[derive(Clone, Debug)]
pub struct Response {
    pub(super) opening: Opening,
    pub(super) delay: Duration,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) steps: Vec<Step>,
}

/// `Step` is one act of the transport while a body is read.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Yields a piece of the body as it is, also an empty one.
    Piece(Bytes),
    /// Waits by Tokio's clock.
    Wait(Duration),
    /// Yields nothing more, for ever.
    Stall,
    /// Fails as a broken connection does, and ends.
    Break,
}

/// What comes before the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    Headers,
    Failure(TransportErrorKind),
    Silence,
}

impl Response {
    /// A response without headers and body.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            opening: Opening::Headers,
            delay: Duration::ZERO,
            status,
            headers: HeaderMap::new(),
            steps: Vec::new(),
        }
    }

    /// A successful event stream in one piece; see [`each_event_a_piece`](Self::each_event_a_piece) and
    /// [`random_pieces`](Self::random_pieces).
    pub fn sse(body: impl Into<Bytes>) -> Self {
        Self::new(StatusCode::OK).content_type("text/event-stream").piece(body)
    }

    /// A JSON body in one piece.
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status).content_type("application/json").piece(body)
    }

    /// No connection can be made.
    #[must_use]
    pub fn refuse() -> Self {
        Self::failure(TransportErrorKind::Connect)
    }

    /// The request fails before any header comes.
    #[must_use]
    pub fn failure(kind: TransportErrorKind) -> Self {
        Self { opening: Opening::Failure(kind), ..Self::new(StatusCode::OK) }
    }

    /// The request is taken, and no header ever comes.
    #[must_use]
    pub fn silence() -> Self {
        Self { opening: Opening::Silence, ..Self::new(StatusCode::OK) }
    }

    /// Adds a header after those already there.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Waits this long before the headers, or before the failure.
    #[must_use]
    pub fn delay_headers(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Adds one step to the body.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds a [`Step::Piece`].
    pub fn piece(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Piece(bytes.into()))
    }

    /// Adds a [`Step::Wait`].
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.step(Step::Wait(time))
    }

    /// Adds a [`Step::Stall`].
    #[must_use]
    pub fn stall(self) -> Self {
        self.step(Step::Stall)
    }

    /// Adds a [`Step::Break`].
    #[must_use]
    pub fn break_off(self) -> Self {
        self.step(Step::Break)
    }

    /// Cuts the bytes given so far anew, into pieces of this many bytes; 0 counts as 1.
    #[must_use]
    pub fn piece_size(self, size: usize) -> Self {
        self.recut(|bytes| pieces::by_size(bytes, || size))
    }

    /// Cuts the bytes given so far anew, after each blank line, whichever line ends the stream uses.
    #[must_use]
    pub fn each_event_a_piece(self) -> Self {
        self.recut(pieces::by_event)
    }

    /// Cuts the bytes given so far anew, into pieces of 1 to 64 bytes; the same seed cuts the same bytes alike.
    #[must_use]
    pub fn random_pieces(self, seed: u64) -> Self {
        let mut sizes = pieces::Sizes::new(seed);
        self.recut(move |bytes| pieces::by_size(bytes, || sizes.next()))
    }

    fn content_type(self, value: &'static str) -> Self {
        self.header(HeaderName::from_static("content-type"), HeaderValue::from_static(value))
    }

    /// Joins neighbouring pieces and cuts each run anew; all other steps stay where they are.
    fn recut(mut self, mut cut: impl FnMut(Bytes) -> Vec<Bytes>) -> Self {
        let mut run = BytesMut::new();
        let mut steps = Vec::new();
        for step in self.steps {
            if let Step::Piece(bytes) = step {
                run.extend_from_slice(&bytes);
            } else {
                steps.extend(cut(run.split().freeze()).into_iter().map(Step::Piece));
                steps.push(step);
            }
        }
        steps.extend(cut(run.freeze()).into_iter().map(Step::Piece));
        self.steps = steps;
        self
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Piece(bytes) => write!(f, "Piece(<{} bytes>)", bytes.len()),
            Self::Wait(time) => write!(f, "Wait({time:?})"),
            Self::Stall => f.write_str("Stall"),
            Self::Break => f.write_str("Break"),
        }
    }
}
