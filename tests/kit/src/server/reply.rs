use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::pack::{self, Packing};
use super::pieces;
use super::step::{ErrorCode, Step};

/// `Reply` is what the server does with one request. It is cheap to clone: bytes are shared.
///
/// Status and headers go out as they are given, valid or not. A `Content-Length` or `Transfer-Encoding`
/// among them takes the place of the server's own; nothing else is added but `Connection: close` where the
/// connection ends with the reply.
///
/// Over HTTP/2 a reply means the same as far as HTTP/2 has it: a status, names and values that it cannot carry are a
/// reset of the stream with `INTERNAL_ERROR`, framing headers other than `Content-Length` and the reason phrase are left
/// out, and [`Reply::close`] is a GOAWAY before the headers and a close behind the body.
#[derive(Clone)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) reason: Option<String>,
    pub(super) interim: Vec<(u16, Headers)>,
    pub(super) delay: Duration,
    pub(super) first: Vec<Step>,
    pub(super) headers: Headers,
    pub(super) framing: Framing,
    pub(super) steps: Vec<Step>,
    pub(super) trailers: Headers,
    pub(super) close: bool,
    pub(super) cut: Option<Cut>,
    pub(super) reset_behind: Option<ErrorCode>,
    refuse: bool,
}

pub(super) type Headers = Vec<(String, Bytes)>;

/// How a client learns where the body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Chunked,
    /// The body is chunked already, its end included.
    Prerendered,
    /// `None` stands for the true length.
    ContentLength(Option<u64>),
    UntilClose,
}

/// Where a connection is cut, counted in body bytes, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) at: u64,
    pub(super) reset: bool,
}

impl Reply {
    /// A reply without headers and with an empty body of known length.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            status,
            reason: None,
            interim: Vec::new(),
            delay: Duration::ZERO,
            first: Vec::new(),
            headers: Vec::new(),
            framing: Framing::ContentLength(None),
            steps: Vec::new(),
            trailers: Vec::new(),
            close: false,
            cut: None,
            reset_behind: None,
            refuse: false,
        }
    }

    /// A JSON body of known length.
    pub fn json(status: u16, text: impl Into<Bytes>) -> Self {
        Self::new(status).header("content-type", "application/json").step(Step::Bytes(text.into()))
    }

    /// A plain text of known length.
    pub fn text(status: u16, text: impl Into<Bytes>) -> Self {
        Self::new(status).header("content-type", "text/plain; charset=utf-8").step(Step::Bytes(text.into()))
    }

    /// An event stream with status 200, chunked: each piece is one HTTP chunk.
    pub fn sse<P: Into<Bytes>>(pieces: impl IntoIterator<Item = P>) -> Self {
        Self::stream("text/event-stream", pieces)
    }

    /// An event stream with status 200 in one piece; see [`Reply::each_event_a_piece`] and
    /// [`Reply::piece_size`].
    #[must_use]
    pub fn sse_text(text: &str) -> Self {
        Self::sse([Bytes::copy_from_slice(text.as_bytes())])
    }

    /// A chunked body of any content type with status 200: each piece is one HTTP chunk.
    pub fn stream<P: Into<Bytes>>(content_type: &str, pieces: impl IntoIterator<Item = P>) -> Self {
        let steps = pieces.into_iter().map(|piece| Step::Bytes(piece.into()));
        Self::new(200).header("content-type", content_type).chunked().steps(steps)
    }

    /// An event stream with status 200 whose chunk framing, end included, stands in the bytes already, as
    /// [`prerender`](super::prerender) makes them. Written in pieces of 16 KiB and never copied: the
    /// cheapest reply for a benchmark.
    #[must_use]
    pub fn prerendered(body: Bytes) -> Self {
        let mut reply = Self::new(200).header("content-type", "text/event-stream").step(Step::RawBytes(body));
        reply.framing = Framing::Prerendered;
        reply
    }

    /// Closes the connection and answers nothing. In a queue of replies it takes the next *connection*,
    /// closed as soon as it is accepted and before anything is read; a request that meets it later, or
    /// through a handler or route, is read and recorded first.
    #[must_use]
    pub fn refuse() -> Self {
        Self { refuse: true, ..Self::new(0) }
    }

    /// Sets the status, which may be any number.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Sets the reason phrase instead of the usual one.
    #[must_use]
    pub fn reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    /// Adds a header after those already there, also when the name is there.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(header(name, value));
        self
    }

    /// Removes all headers of this name, in whatever case.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self
    }

    /// Sets the content type instead of the one that the constructor gave.
    #[must_use]
    pub fn content_type(self, value: &str) -> Self {
        self.without_header("content-type").header("content-type", value)
    }

    /// Sends an interim response (such as 103) before this one, and before its delay.
    #[must_use]
    pub fn interim(mut self, status: u16, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| header(name, value)).collect();
        self.interim.push((status, headers));
        self
    }

    /// Waits this long, with the request read, before the status line.
    #[must_use]
    pub fn delay_headers(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Does a step before the status line, and after the delay. Bytes go out as they are, whatever the framing, so that
    /// a client may get garbage where it looks for the status.
    ///
    /// ```
    /// use steer_testkit::server::{Reply, Step};
    ///
    /// let broken = Reply::json(200, "{}").before_headers(Step::Reset);
    /// ```
    #[must_use]
    pub fn before_headers(mut self, step: Step) -> Self {
        self.first.push(step);
        self
    }

    /// Adds a trailer, which only a chunked body can carry.
    #[must_use]
    pub fn trailer(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.trailers.push(header(name, value));
        self
    }

    /// Sends the body chunked.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.framing = Framing::Chunked;
        self
    }

    /// Announces this length whatever the body has. Where it is wrong, the connection is closed after the
    /// body.
    #[must_use]
    pub fn content_length(mut self, length: u64) -> Self {
        self.framing = Framing::ContentLength(Some(length));
        self
    }

    /// Sends the body without any length: it ends where the connection does.
    #[must_use]
    pub fn until_close(mut self) -> Self {
        self.framing = Framing::UntilClose;
        self
    }

    /// Announces and does the close of the connection after the reply.
    #[must_use]
    pub fn close(mut self) -> Self {
        self.close = true;
        self
    }

    /// Adds one step to the body.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds steps to the body.
    #[must_use]
    pub fn steps(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.steps.extend(steps);
        self
    }

    /// Adds a [`Step::Pause`].
    #[must_use]
    pub fn pause(self, time: Duration) -> Self {
        self.step(Step::Pause(time))
    }

    /// Adds a [`Step::Stall`].
    #[must_use]
    pub fn stall(self) -> Self {
        self.step(Step::Stall)
    }

    /// Adds a [`Step::Fin`].
    #[must_use]
    pub fn fin(self) -> Self {
        self.step(Step::Fin)
    }

    /// Adds a [`Step::Reset`].
    #[must_use]
    pub fn reset(self) -> Self {
        self.step(Step::Reset)
    }

    /// Adds a [`Step::GoAway`] that still covers this reply: the client may read on, and must send nothing more over this
    /// connection.
    #[must_use]
    pub fn go_away(self, code: ErrorCode) -> Self {
        self.step(Step::GoAway { code, covers_this: true })
    }

    /// Adds a [`Step::ResetStream`].
    #[must_use]
    pub fn reset_stream(self, code: ErrorCode) -> Self {
        self.step(Step::ResetStream(code))
    }

    /// Resets the stream (RST_STREAM) once the reply is whole, which must take nothing from it. Changes nothing over
    /// HTTP/1.1.
    #[must_use]
    pub fn reset_behind(mut self, code: ErrorCode) -> Self {
        self.reset_behind = Some(code);
        self
    }

    /// Sends the bytes given so far at this pace at most, 0 counting as 1. Up to 20 bytes in a second come one by one.
    #[must_use]
    pub fn slow(self, bytes_per_second: u32) -> Self {
        let rate = bytes_per_second.max(1);
        let piece = rate.div_ceil(20);
        let time = Duration::from_secs(1).saturating_mul(piece).checked_div(rate).unwrap_or_default();
        let mut reply = self.piece_size(usize::try_from(piece).unwrap_or(1)).pause_between(time);
        reply.steps.insert(0, Step::Pause(time));
        reply
    }

    /// Changes the byte at this place of the bytes given so far: each of its bits that `mask` has is turned over. A place
    /// behind the end changes nothing.
    #[must_use]
    pub fn corrupt(mut self, at: u64, mask: u8) -> Self {
        self.steps = pieces::corrupted(self.steps, at, mask);
        self
    }

    /// Sends the n-th piece of the bytes given so far twice, the first having the number 0. A number behind the last
    /// changes nothing.
    #[must_use]
    pub fn duplicate(mut self, piece: usize) -> Self {
        self.steps = pieces::doubled(self.steps, piece);
        self
    }

    /// Packs the bytes given so far, and says so in `Content-Encoding`. What is packed is stored and not made smaller,
    /// which every reader of the format must take; each piece stays one that can be read at once.
    /// [`Reply::without_header`] takes the label off again, and [`Reply::header`] gives a false one.
    #[must_use]
    pub fn packed(mut self, packing: Packing) -> Self {
        self.steps = pack::packed(self.steps, packing);
        self.without_header("content-encoding").header("content-encoding", packing.name())
    }

    /// Cuts the bytes given so far anew, into pieces of this many bytes; 0 counts as 1. Pieces do not reach
    /// over a step of another kind.
    #[must_use]
    pub fn piece_size(mut self, size: usize) -> Self {
        self.steps = pieces::recut(self.steps, |bytes| pieces::by_size(bytes, size));
        self
    }

    /// Cuts the bytes given so far anew, after each blank line, whichever line ends the stream uses.
    #[must_use]
    pub fn each_event_a_piece(mut self) -> Self {
        self.steps = pieces::recut(self.steps, pieces::by_event);
        self
    }

    /// Puts a pause before each piece of the body given so far but the first.
    #[must_use]
    pub fn pause_between(mut self, time: Duration) -> Self {
        let mut paced = Vec::with_capacity(self.steps.len().saturating_mul(2));
        for step in self.steps {
            if matches!(step, Step::Bytes(_)) && matches!(paced.last(), Some(Step::Bytes(_))) {
                paced.push(Step::Pause(time));
            }
            paced.push(step);
        }
        self.steps = paced;
        self
    }

    /// Closes the connection, in good order, once this many body bytes are sent, wherever that falls.
    /// Framing does not count; a body that is shorter ends as usual.
    #[must_use]
    pub fn cut_at(mut self, bytes: u64) -> Self {
        self.cut = Some(Cut { at: bytes, reset: false });
        self
    }

    /// Resets the connection once this many body bytes are sent; otherwise as [`Reply::cut_at`].
    #[must_use]
    pub fn reset_at(mut self, bytes: u64) -> Self {
        self.cut = Some(Cut { at: bytes, reset: true });
        self
    }

    pub(super) fn is_refusal(&self) -> bool {
        self.refuse
    }

    /// The number of body bytes of all steps.
    pub(super) fn length(&self) -> u64 {
        self.steps.iter().map(Step::length).fold(0, u64::saturating_add)
    }
}

/// Shows names and sizes only.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("headers", &names)
            .field("framing", &self.framing)
            .field("steps", &self.steps)
            .field("cut", &self.cut)
            .field("before_headers", &self.first)
            .field("refuse", &self.refuse)
            .finish_non_exhaustive()
    }
}

fn header(name: &str, value: impl AsRef<[u8]>) -> (String, Bytes) {
    (name.to_owned(), Bytes::copy_from_slice(value.as_ref()))
}
