//! The event-stream parser: bytes in, events out, whatever the piece borders.
//!
//! Nothing here waits, decodes text, or opens a connection again: the grammar is the one of
//! [the HTML standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream),
//! to the letter. What servers of language models add to it stands in [`framing`](crate::framing).

mod check;
mod cut;
mod event;
mod field;
mod limits;
mod state;
mod store;

pub use event::SseEvent;
pub use limits::{SseLimits, SseParseError};

use event::Ready;
use field::{Field, is_bare_done, line_end, line_end_behind, without_space};
use state::{Bom, Line};
use store::Label;
pub(crate) use store::{grow, recycle};

/// Whether a `Content-Type` names an event stream: its type is `text/event-stream` in any case of
/// letters, whatever its parameters.
pub fn is_event_stream(content_type: &str) -> bool {
    essence(content_type).eq_ignore_ascii_case("text/event-stream")
}

/// The media type of a `Content-Type` without its parameters and without blanks around it.
pub(crate) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim_matches([' ', '\t', '\r', '\n'])
}

/// `SseParser` turns bytes into events, whatever the piece borders.
///
/// Each byte is looked at once, so the time is linear in the bytes and independent of how they are
/// cut. An event whose one `data` line lies whole in one piece is borrowed from that piece; any other
/// is gathered in a buffer that the next event uses again. Comments and unknown fields are never
/// stored. Data stays bytes: line ends are ASCII, so whoever reads it as UTF-8 with replacement gets
/// what a decoder in front of the parser would have given.
///
/// ```
/// use steer_core::sse::{SseLimits, SseParser};
///
/// let mut parser = SseParser::new(SseLimits::default());
/// let mut piece: &[u8] = b"data: one\n\nevent: tick\ndata: two\n\ndata: thr";
/// let mut seen = Vec::new();
/// while let Some(event) = parser.next(&mut piece)? {
///     seen.push((event.name.to_vec(), event.data.to_vec()));
/// }
/// assert_eq!(seen, [(b"".to_vec(), b"one".to_vec()), (b"tick".to_vec(), b"two".to_vec())]);
/// # Ok::<(), steer_core::sse::SseParseError>(())
/// ```
#[derive(Default)]
pub struct SseParser {
    limits: SseLimits,
    /// Nothing stands between the parser and the next byte: the start of the stream is past, no event
    /// waits to be cleared, no half of a CRLF waits for the other. One test instead of four.
    settled: bool,
    /// Settled, and nothing of an event has come since the last one.
    fresh: bool,
    /// The longest values for which no limit needs a closer look.
    quick_data: usize,
    quick_label: usize,
    line: Line,
    /// Bytes of the current line that came in earlier pieces.
    line_len: usize,
    /// Lines of `data` in the current event.
    data_lines: usize,
    /// The values of those lines, joined by LF, unless the piece at hand still holds them.
    data: Vec<u8>,
    name: Vec<u8>,
    /// The start of a line that is cut by a piece border: at most a head, or a whole label line.
    partial: Vec<u8>,
    id: Vec<u8>,
    next_id: Label,
    retry: Option<u64>,
    /// The event given last lies in `data` or `name`, which are free again from the next call on.
    spent: bool,
    swallow_lf: bool,
    bom: Bom,
    failure: Option<SseParseError>,
    /// A line that is nothing but `[DONE]` is an event at once.
    bare_done: bool,
}

impl SseParser {
    /// A parser at the start of a stream.
    pub fn new(limits: SseLimits) -> Self {
        let limits = limits.sane();
        let line = limits.line.saturating_sub(b"event: ".len());
        Self {
            quick_data: line.min(limits.event),
            quick_label: line.min(limits.label.saturating_sub(b"event: ".len())),
            limits,
            ..Self::default()
        }
    }

    /// Consumes `input` up to and including the next event and gives that event; `None` says that all
    /// of `input` is consumed.
    ///
    /// # Errors
    ///
    /// A limit of [`SseLimits`] is reached. The parser then gives the same error for ever.
    pub fn next<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
    ) -> Result<Option<SseEvent<'a>>, SseParseError> {
        let ready = self.advance(input)?;
        Ok(ready.map(|ready| self.view(ready)))
    }

    /// Ends the stream: an event without its empty line is discarded, with the id it brought.
    /// Says whether data or a part of a line was lost.
    ///
    /// The parser then stands at the start of another stream that goes on where this one ended: the
    /// last event id and the reconnection time stay.
    pub fn finish(&mut self) -> bool {
        self.settle_spent();
        let discarded = self.data_lines > 0 || !matches!(self.line, Line::Start);
        self.settled = false;
        self.fresh = false;
        self.end_line();
        self.forget_event();
        self.next_id.clear();
        self.swallow_lf = false;
        self.bom = Bom::default();
        discarded
    }

    /// The event that waits for its empty line, as far as it has come: what a reader that forgives a
    /// missing empty line may take when the bytes end. `None` while no `data` has come, or while an
    /// event name is cut.
    pub fn pending(&self) -> Option<SseEvent<'_>> {
        let waits = !self.spent && self.data_lines > 0 && !matches!(self.line, Line::Label);
        waits.then(|| self.view(Ready::default()))
    }

    /// The id of the last dispatched event that had one; empty at first.
    pub fn last_event_id(&self) -> &[u8] {
        &self.id
    }

    /// The reconnection time the server asked for, in milliseconds. Advice only: nothing acts on it.
    pub fn retry(&self) -> Option<u64> {
        self.retry
    }

    /// The memory its buffers take, in bytes. What [`SseLimits`] allows bounds it, not what has come.
    pub fn reserved(&self) -> usize {
        [&self.data, &self.name, &self.partial, &self.id]
            .map(Vec::capacity)
            .iter()
            .fold(self.next_id.reserved(), |sum, capacity| sum.saturating_add(*capacity))
    }

    /// Takes a line that is nothing but `[DONE]` for an event, as some servers end a stream.
    pub(crate) fn accept_bare_done(&mut self) {
        self.bare_done = true;
    }

    /// Whether the unfinished line is nothing but `[DONE]`.
    pub(crate) fn pending_bare_done(&self) -> bool {
        self.bare_done
            && self.data_lines == 0
            && matches!(self.line, Line::Head)
            && is_bare_done(&self.partial)
    }

    /// [`next`](Self::next) without the borrow of the parser, for callers that look at several events
    /// before they give one away.
    ///
    /// Nearly all events are a line of data and an empty line, perhaps with a line for the name before;
    /// from one that lies whole in `input` nothing is stored and little is asked.
    #[inline]
    pub(crate) fn advance<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Ready<'i>>, SseParseError> {
        if !self.fresh {
            return self.resume(input);
        }
        let mut rest = *input;
        if rest.is_empty() {
            return Ok(None);
        }
        let mut name = None;
        if let Some(line) = rest.strip_prefix(b"event:") {
            match line_end(line) {
                Some((value, [b'\n', after @ ..])) if value.len() <= self.quick_label => {
                    name = Some(without_space(value));
                    rest = after;
                }
                _ => return self.walk(input, rest, Ready::default(), None),
            }
        }
        let Some(line) = rest.strip_prefix(b"data:") else {
            return self.walk(input, rest, Ready { name, data: None }, None);
        };
        let end = line_end(line);
        if let Some((value, [b'\n', b'\n', after @ ..])) = end
            && value.len() <= self.quick_data
        {
            *input = after;
            return Ok(Some(Ready { name, data: Some(without_space(value)) }));
        }
        let seen = end.map_or(rest.len(), |(value, _)| value.len().saturating_add(b"data:".len()));
        self.walk(input, rest, Ready { name, data: None }, Some(seen))
    }

    /// The event that [`advance`](Self::advance) announced.
    pub(crate) fn view<'a, 'i: 'a>(&'a self, ready: Ready<'i>) -> SseEvent<'a> {
        SseEvent {
            name: ready.name.unwrap_or(&self.name),
            data: ready.data.unwrap_or(&self.data),
            id: &self.id,
        }
    }

    /// Goes on in an event that came in part. A piece without a line end is mostly data.
    fn resume<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Ready<'i>>, SseParseError> {
        let rest = *input;
        if !self.settled || !matches!(self.line, Line::Data) {
            return self.walk(input, rest, Ready::default(), None);
        }
        let seen = line_end(rest).map_or(rest.len(), |(part, _)| part.len());
        if seen < rest.len() || self.check_value(self.line_len, seen).is_err() {
            return self.walk(input, rest, Ready::default(), Some(seen));
        }
        grow(&mut self.data, rest, self.limits.event);
        self.line_len = self.line_len.saturating_add(seen);
        *input = &[];
        Ok(None)
    }

    /// Goes on at `rest`, line by line; `seen` is how much of it is known to have no line end.
    #[inline(never)]
    fn walk<'i>(
        &mut self,
        input: &mut &'i [u8],
        rest: &'i [u8],
        ready: Ready<'i>,
        seen: Option<usize>,
    ) -> Result<Option<Ready<'i>>, SseParseError> {
        let (mut rest, mut ready, mut seen) = (rest, ready, seen.unwrap_or_default());
        if !self.settled {
            self.settle(&mut rest)?;
        }
        self.fresh = false;
        loop {
            let Some((&first, after)) = rest.split_first() else {
                self.keep(ready);
                *input = rest;
                return Ok(None);
            };
            let at_start = matches!(self.line, Line::Start);
            if at_start && (first == b'\n' || first == b'\r') {
                rest = self.after_line_end(first, after);
                if self.dispatch(&mut ready) {
                    *input = rest;
                    return Ok(Some(ready));
                }
                continue;
            }
            let outcome = match line_end_behind(rest, std::mem::take(&mut seen)) {
                Some((line, tail)) => {
                    if let Some((&end, after)) = tail.split_first() {
                        rest = self.after_line_end(end, after);
                    }
                    if at_start {
                        self.whole_line(line, &mut ready)
                    } else {
                        self.last_of_line(line, &mut ready)
                    }
                }
                None => {
                    let part = std::mem::take(&mut rest);
                    self.keep(std::mem::take(&mut ready));
                    self.part_of_line(part).map(|()| false)
                }
            };
            match outcome {
                Ok(false) => {}
                Ok(true) => {
                    *input = rest;
                    return Ok(Some(ready));
                }
                Err(failure) => {
                    *input = rest;
                    return Err(self.fail(failure));
                }
            }
        }
    }

    #[cold]
    fn settle(&mut self, input: &mut &[u8]) -> Result<(), SseParseError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        self.settle_spent();
        while let (Some(awaited), Some((&first, after))) = (self.bom.awaited(), input.split_first()) {
            if first != awaited {
                // The bytes taken for a mark were the start of a line, and no field name starts so.
                if let Some(taken) = self.bom.give_up() {
                    self.line = Line::Skip;
                    self.line_len = taken;
                }
                break;
            }
            self.bom.advance();
            *input = after;
        }
        if self.swallow_lf && !input.is_empty() {
            self.swallow_lf = false;
            *input = input.strip_prefix(b"\n").unwrap_or(input);
        }
        self.settled = self.bom.awaited().is_none() && !self.swallow_lf;
        Ok(())
    }

    fn settle_spent(&mut self) {
        if self.spent {
            self.forget_event();
        }
    }

    fn forget_event(&mut self) {
        self.spent = false;
        self.data_lines = 0;
        recycle(&mut self.data);
        recycle(&mut self.name);
    }

    #[cold]
    fn fail(&mut self, failure: SseParseError) -> SseParseError {
        self.forget_event();
        self.end_line();
        self.next_id.clear();
        self.settled = false;
        self.failure = Some(failure.clone());
        failure
    }

    /// What follows a line end; of a CRLF that is cut, the second half is awaited.
    #[inline]
    fn after_line_end<'i>(&mut self, end: u8, after: &'i [u8]) -> &'i [u8] {
        if end == b'\n' {
            return after;
        }
        if after.is_empty() {
            self.swallow_lf = true;
            self.settled = false;
        }
        after.strip_prefix(b"\n").unwrap_or(after)
    }

    /// The empty line. Says whether there is an event.
    #[inline]
    fn dispatch(&mut self, ready: &mut Ready<'_>) -> bool {
        if self.next_id.is_set() {
            self.next_id.move_into(&mut self.id);
        }
        if self.data_lines == 0 {
            ready.name = None;
            self.name.clear();
            return false;
        }
        self.data_lines = 0;
        if ready.data.is_none() || !self.name.is_empty() {
            self.spent = true;
            self.settled = false;
        }
        self.fresh = self.settled;
        true
    }

    /// Stores what the piece at hand lent, for it ends before the event does.
    fn keep(&mut self, ready: Ready<'_>) {
        if let Some(name) = ready.name {
            self.name.clear();
            self.name.extend_from_slice(name);
        }
        if let Some(data) = ready.data {
            grow(&mut self.data, data, self.limits.event);
        }
    }

    /// A line that lies whole in the piece at hand. Says whether it is an event by itself.
    #[inline]
    fn whole_line<'i>(&mut self, line: &'i [u8], ready: &mut Ready<'i>) -> Result<bool, SseParseError> {
        match Field::of(line) {
            Field::Data(value) => {
                self.begin_data(ready)?;
                self.check_value(line.len().saturating_sub(value.len()), value.len())?;
                if self.data_lines == 1 {
                    ready.data = Some(value);
                } else {
                    grow(&mut self.data, value, self.limits.event);
                }
            }
            Field::Event(value) => {
                self.check_label(line.len())?;
                ready.name = Some(value);
            }
            Field::Id(value) => {
                self.check_label(line.len())?;
                self.next_id.set_unless_nul(value);
            }
            Field::Retry(value) => {
                self.check_label(line.len())?;
                self.set_retry(value);
            }
            Field::Unknown => {
                self.check_line(line.len())?;
                if self.bare_done && self.data_lines == 0 && is_bare_done(line) {
                    ready.data = Some(line);
                    self.data_lines = 1;
                    return Ok(self.dispatch(ready));
                }
            }
        }
        Ok(false)
    }

    fn end_line(&mut self) {
        self.line = Line::Start;
        self.line_len = 0;
        self.partial.clear();
    }

    fn set_retry(&mut self, value: &[u8]) {
        if !value.is_empty() && value.iter().all(u8::is_ascii_digit) {
            let digit = |byte: &u8| u64::from(byte.saturating_sub(b'0'));
            let sum = |sum: u64, byte| sum.saturating_mul(10).saturating_add(digit(byte));
            self.retry = Some(value.iter().fold(0, sum));
        }
    }
}

impl std::fmt::Debug for SseParser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SseParser")
            .field("limits", &self.limits)
            .field("line", &self.line)
            .field("data", &format_args!("<{} bytes>", self.data.len()))
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}
