//! Any bytes as the answer of each provider.

use steer_core::bytes::Bytes;
use steer_core::{Delivery, Registration};
use steer_testkit::conformance::Subject;

use crate::cut::Cut;

pub(crate) fn anthropic_stream(input: &[u8]) {
    ANTHROPIC.with(|subject| stream(subject, ANTHROPIC_START, &Cut::of(input)));
}

pub(crate) fn anthropic_whole(input: &[u8]) {
    ANTHROPIC.with(|subject| whole(subject, Streams::OfEvents, &Cut::of(input)));
}

pub(crate) fn chat_stream(input: &[u8]) {
    CHAT.with(|subject| stream(subject, CHAT_START, &Cut::of(input)));
}

pub(crate) fn chat_whole(input: &[u8]) {
    CHAT.with(|subject| whole(subject, Streams::OfEvents, &Cut::of(input)));
}

pub(crate) fn gemini_stream(input: &[u8]) {
    GEMINI.with(|subject| stream(subject, GEMINI_START, &Cut::of(input)));
}

pub(crate) fn gemini_whole(input: &[u8]) {
    GEMINI.with(|subject| whole(subject, Streams::OfEvents, &Cut::of(input)));
}

pub(crate) fn ollama_stream(input: &[u8]) {
    OLLAMA.with(|subject| stream(subject, OLLAMA_START, &Cut::of(input)));
}

pub(crate) fn ollama_whole(input: &[u8]) {
    OLLAMA.with(|subject| whole(subject, Streams::OfLines, &Cut::of(input)));
}

pub(crate) fn responses_stream(input: &[u8]) {
    RESPONSES.with(|subject| stream(subject, RESPONSES_START, &Cut::of(input)));
}

pub(crate) fn responses_whole(input: &[u8]) {
    RESPONSES.with(|subject| whole(subject, Streams::OfEvents, &Cut::of(input)));
}

thread_local! {
    static ANTHROPIC: Subject = subject(steer_anthropic::REGISTRATION, "anthropic/any");
    static CHAT: Subject = subject(steer_openai_compatible::REGISTRATION, "openai-compatible/any");
    static GEMINI: Subject = subject(steer_gemini::REGISTRATION, "gemini/any");
    static OLLAMA: Subject = subject(steer_ollama::REGISTRATION, "ollama/any");
    static RESPONSES: Subject = subject(steer_openai::REGISTRATION, "openai/any");
}

const ANTHROPIC_START: &[u8] = b"data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[]}}\n\n\
    data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";

const CHAT_START: &[u8] = b"data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}]}\n\n\
    data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}]}\n\n";

const GEMINI_START: &[u8] = b"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":{\"promptTokenCount\":1}}\n\n\
    data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]}}],\"usageMetadata\":{\"promptTokenCount\":2}}\n\n";

const OLLAMA_START: &[u8] =
    b"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"},\"done\":false}\n\
    {\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"b\"},\"done\":false}\n";

const RESPONSES_START: &[u8] = b"data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"status\":\"in_progress\"}}\n\n\
    data: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n\n";

/// What a provider's streams are made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Streams {
    OfEvents,
    OfLines,
}

fn subject(registration: Registration, model: &str) -> Subject {
    Subject::new(registration, model).expect("it builds")
}

/// Any bytes as a stream, in any pieces: nothing panics, one item ends the stream, and the pieces make no difference.
/// Half of the inputs begin with `start`, so that what follows is read inside an answer.
fn stream(subject: &Subject, start: &'static [u8], cut: &Cut<'_>) {
    let start = Bytes::from_static(if cut.is_limited() { start } else { b"" });
    let body = Bytes::copy_from_slice(cut.bytes);
    let pieces = cut.pieces().into_iter().map(Bytes::copy_from_slice);
    let (one, many) = if cut.is_clean() {
        let one = subject.decode(Delivery::Stream, [start.clone(), body]);
        (one, subject.decode(Delivery::Stream, [start].into_iter().chain(pieces)))
    } else {
        let one = subject.decode_broken(Delivery::Stream, [start.clone(), body]);
        (one, subject.decode_broken(Delivery::Stream, [start].into_iter().chain(pieces)))
    };
    if let Err(difference) = many.same_as(&one) {
        panic!("{difference}");
    }
}

/// Any bytes as a whole body, in any pieces: nothing panics, and the pieces make no difference. A stream of lines begins as
/// one body does, and may end before it breaks off.
fn whole(subject: &Subject, streams: Streams, cut: &Cut<'_>) {
    let pieces = cut.pieces().into_iter().map(Bytes::copy_from_slice);
    // Servers answer a request for a stream with one body, too.
    let delivery = if cut.is_limited() { Delivery::Stream } else { Delivery::Whole };
    let one = subject.decode(delivery, [Bytes::copy_from_slice(cut.bytes)]);
    if let Err(difference) = subject.decode(delivery, pieces).same_as(&one) {
        panic!("{difference}");
    }
    let may_end = streams == Streams::OfLines && cut.is_limited();
    if !cut.is_clean() && !may_end && cut.bytes.first().is_some_and(|byte| matches!(byte, b'{' | b'[')) {
        let broken = subject.decode_broken(delivery, [Bytes::copy_from_slice(cut.bytes)]);
        assert!(broken.result.is_err(), "a body that breaks off is never whole");
    }
}
