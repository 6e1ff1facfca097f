use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;

use super::clock::cancelled;
use super::reader::Reader;
use super::secrets::Secrets;
use super::watch::{CancelWatch, Timer};
use super::{Limits, TransportBody, TransportError};
use crate::error::{ApiError, ErrorKind, StreamError};
use crate::json::without_half_characters;
use crate::protocol::{BodyEnd, Call, Protocol};
use crate::response::{RawFrame, Warning, WarningKind};
use crate::stream::{ChunkSink, StreamChunk};

/// `Answer` reads a response body into chunks: bytes, frames, chunks, each pulled by the reader.
///
/// It yields `MessageEnd` when the vendor's end was seen, and then nothing; dropping it closes the connection.
pub(super) struct Answer<P> {
    body: Option<TransportBody>,
    piece: Bytes,
    /// How much of the piece has been read.
    read: usize,
    reader: Reader<P>,
    sink: ChunkSink,
    failed: Option<StreamError>,
    keep_raw: bool,
    /// Whether the frame that the sink's chunks are from waits in it as it came.
    raw_waits: bool,
    /// The whole bytes of the chunks that were handed out, which the accumulated answer holds.
    held: usize,
    limits: Limits,
    timer: Timer,
    cancel: Option<CancelWatch>,
    secrets: Secrets,
    /// Whether the caller was told of what the framing had to repair.
    warned: bool,
    /// How often the end of the body was looked for after that of its content.
    turns: u8,
    /// Whether the caller was told of half characters.
    halves_told: bool,
}

/// `Reading` is a response body, and what it is read with.
pub(super) struct Reading {
    pub(super) body: TransportBody,
    pub(super) timer: Timer,
    pub(super) secrets: Secrets,
    pub(super) limits: Limits,
}

/// A server says nothing after its own end, or a few bytes; one that says more has its connection closed.
const TURNS: u8 = 4;

impl<P: Protocol> Answer<P> {
    pub(super) fn new(protocol: Arc<P>, call: Call, reading: Reading) -> Self {
        let Reading { body, timer, secrets, limits } = reading;
        Self {
            body: Some(body),
            piece: Bytes::new(),
            read: 0,
            keep_raw: call.request.keep_raw,
            cancel: call.cancel.clone().map(CancelWatch::new),
            reader: Reader::new(protocol, call, limits),
            sink: ChunkSink::new(),
            failed: None,
            raw_waits: false,
            held: 0,
            limits,
            timer,
            secrets,
            warned: false,
            turns: 0,
            halves_told: false,
        }
    }
}

impl<P: Protocol> Stream for Answer<P> {
    type Item = Result<StreamChunk, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.cancel.as_ref().is_some_and(CancelWatch::is_cancelled) && !this.is_done() {
                return Poll::Ready(Some(Err(this.give_up(cancelled().into()))));
            }
            if let Some(chunk) = this.sink.pop() {
                if this.is_kept_already(&chunk) {
                    continue;
                }
                if let StreamChunk::MessageEnd { .. } = chunk
                    && this.lingers(cx)
                {
                    this.sink.push_front(chunk);
                    return Poll::Pending;
                }
                return Poll::Ready(Some(this.hand_out(chunk)));
            }
            if let Some(error) = this.failed.take() {
                return Poll::Ready(Some(Err(this.give_up(error))));
            }
            if this.read < this.piece.len() {
                this.read_frame();
                continue;
            }
            let Some(body) = &mut this.body else { return Poll::Ready(None) };
            // Whoever reads from the socket uses its buffer again once nobody holds a piece of it.
            this.piece = Bytes::new();
            this.read = 0;
            match body.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(piece))) => match this.timer.touch() {
                    Ok(()) => this.piece = piece,
                    Err(error) => this.interrupt(error),
                },
                Poll::Ready(Some(Err(error))) => this.broke(error),
                Poll::Ready(None) => this.finish(),
                Poll::Pending => {
                    if let Some(watch) = &mut this.cancel
                        && watch.poll(cx).is_ready()
                    {
                        continue;
                    }
                    let Poll::Ready(error) = this.timer.poll(cx) else { return Poll::Pending };
                    this.interrupt(error);
                }
            }
        }
    }
}

impl<P: Protocol> Answer<P> {
    fn is_done(&self) -> bool {
        self.body.is_none() && self.sink.is_empty() && self.failed.is_none()
    }

    /// Gives a chunk to the caller; the vendor's end ends everything, whatever follows on the wire.
    fn hand_out(&mut self, chunk: StreamChunk) -> Result<StreamChunk, StreamError> {
        if let StreamChunk::MessageEnd { .. } = chunk {
            if let Some(warning) = self.repairs() {
                self.sink = ChunkSink::new();
                self.sink.push(chunk);
                return Ok(StreamChunk::Warning(warning));
            }
            self.close();
            return Ok(chunk);
        }
        self.held = self.held.saturating_add(weight(&chunk));
        if self.held > self.limits.answer {
            let limit = self.limits.answer;
            return Err(self.give_up(
                ApiError::new(ErrorKind::LimitExceeded, format!("the answer is larger than {limit} bytes"))
                    .into(),
            ));
        }
        Ok(chunk)
    }

    /// Whether a chunk is a frame that its decoder keeps because it cannot read it, although all frames are kept.
    fn is_kept_already(&mut self, chunk: &StreamChunk) -> bool {
        let keeps = self.keep_raw || self.reader.decided().is_some_and(|half| half.is_whole);
        keeps && matches!(chunk, StreamChunk::Raw(_)) && !std::mem::take(&mut self.raw_waits)
    }

    /// Reads the next frame of the piece into the sink.
    fn read_frame(&mut self) {
        let Some(mut input) = self.piece.get(self.read..) else { return };
        let before = input.len();
        let half = match self.reader.decide(&mut input) {
            Ok(Some(half)) => half,
            undecided => {
                self.read = self.piece.len();
                self.failed = undecided.err().map(StreamError::from);
                return;
            }
        };
        let result = match half.framer.next(&mut input) {
            Ok(Some(frame)) => {
                self.raw_waits = self.keep_raw || half.is_whole;
                if self.raw_waits {
                    self.sink.push(StreamChunk::Raw(RawFrame::new(frame.name, frame.data)));
                }
                let data = whole(frame.data, &mut self.halves_told, &mut self.sink);
                half.decoder.frame(frame.with_data(&data), &mut self.sink)
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        self.read = self.read.saturating_add(before.saturating_sub(input.len()));
        self.failed = result.err();
    }

    /// The body ended where HTTP says that it ends.
    fn finish(&mut self) {
        self.body = None;
        let Some(half) = self.reader.at_end() else { return };
        let result = match half.framer.finish(true) {
            Ok(Some(frame)) => {
                if frame.unterminated() {
                    self.sink.push(StreamChunk::Warning(Warning::new(
                        WarningKind::UnterminatedFrame,
                        "framing",
                        "the last event was taken although the blank line that ends it never came",
                    )));
                }
                self.raw_waits = self.keep_raw || half.is_whole;
                if self.raw_waits && !half.is_whole {
                    self.sink.push(StreamChunk::Raw(RawFrame::new(frame.name, frame.data)));
                }
                let data = whole(frame.data, &mut self.halves_told, &mut self.sink);
                half.decoder.frame(frame.with_data(&data), &mut self.sink)
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        // A whole body is given away once it has been read. It is large, and it comes before what was read from it.
        if half.is_whole
            && self.raw_waits
            && let Some(body) = half.framer.take_whole()
        {
            self.sink.push_front(StreamChunk::Raw(RawFrame::new("", body)));
        }
        self.failed = result.and_then(|()| half.decoder.end(BodyEnd::Clean, &mut self.sink)).err();
    }

    /// The connection broke. What waits in the framer is no whole frame, and goes.
    fn broke(&mut self, error: TransportError) {
        let message = format!("the connection ended before the answer did: {error}");
        self.interrupt(ApiError::new(ErrorKind::Truncated, message).with_source(error));
    }

    /// No more bytes will be read. If the vendor's end had come already, nothing of the answer is missing.
    fn interrupt(&mut self, error: ApiError) {
        self.body = None;
        if let Some(half) = self.reader.at_end() {
            self.failed = half.decoder.end(BodyEnd::Broken, &mut self.sink).err();
        }
        if !self.sink.has_end() {
            self.failed.get_or_insert_with(|| error.into());
        }
    }

    /// Whether the body, whose content has ended, may be about to end too. One that is read to its very end leaves its
    /// connection free for the next call; whoever lets it go before that makes the next call wait for another one. So
    /// what has arrived already is read, and whoever reads the connection gets a turn; nothing is waited for.
    fn lingers(&mut self, cx: &mut Context<'_>) -> bool {
        // What the piece still holds counts for nothing now, and a piece that is held costs the connection its buffer.
        self.piece = Bytes::new();
        self.read = 0;
        while self.turns < TURNS
            && let Some(body) = &mut self.body
        {
            self.turns = self.turns.saturating_add(1);
            match body.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(None | Some(Err(_))) => self.body = None,
                Poll::Pending => {
                    cx.waker().wake_by_ref();
                    return true;
                }
            }
        }
        false
    }

    /// What the framing had to repair, told once.
    fn repairs(&mut self) -> Option<Warning> {
        let replacements = self.reader.decided()?.framer.replacements();
        if replacements == 0 || std::mem::replace(&mut self.warned, true) {
            return None;
        }
        let message =
            format!("{replacements} frames held bytes that are not UTF-8; they were replaced by U+FFFD");
        Some(Warning::new(WarningKind::ReplacedBytes, "utf-8", message))
    }

    fn give_up(&mut self, error: StreamError) -> StreamError {
        self.close();
        match error {
            StreamError::Api(error) => self.secrets.scrub(error).into(),
            error => error,
        }
    }

    fn close(&mut self) {
        self.body = None;
        self.piece = Bytes::new();
        self.read = 0;
        self.sink = ChunkSink::new();
        self.failed = None;
    }
}

/// How many bytes of content a chunk adds to the accumulated answer.
fn weight(chunk: &StreamChunk) -> usize {
    match chunk {
        StreamChunk::TextDelta { text, .. }
        | StreamChunk::ThinkingDelta { text, .. }
        | StreamChunk::RefusalDelta { text, .. }
        | StreamChunk::TranscriptDelta { text, .. } => text.len(),
        StreamChunk::ToolInputDelta { delta, .. } => delta.len(),
        StreamChunk::AudioDelta { audio, .. } => audio.len(),
        StreamChunk::SealDelta { seal, .. } => seal.data.len(),
        StreamChunk::Raw(frame) => frame.data.len(),
        StreamChunk::Logprobs { json, .. } => json.get().len(),
        // The rest is small, or is bounded by the size of its one event; its own structures count for something.
        _ => 64,
    }
}

/// The data without half characters, for which a parser would refuse all of it; the caller is told once.
fn whole<'a>(data: &'a str, told: &mut bool, sink: &mut ChunkSink) -> Cow<'a, str> {
    let data = without_half_characters(data);
    if matches!(data, Cow::Owned(_)) && !std::mem::replace(told, true) {
        let message = "an escape stood for half a character; it was replaced by U+FFFD";
        sink.push(StreamChunk::Warning(Warning::new(WarningKind::ReplacedBytes, "json", message)));
    }
    data
}
