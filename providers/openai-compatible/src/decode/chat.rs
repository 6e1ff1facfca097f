use steer_core::json::{Json, Record};
use steer_core::response::Alternative;
use steer_core::usage::UsageProvenance;
use steer_core::{
    Accumulator, ApiError, BodyEnd, ChunkSink, CompletionResponse, Decoder, EndProof, Failure, Frame,
    RawJson, StreamChunk, StreamError,
};

use super::choice::Choice;
use super::chunk::{Choices, Chunk, Message};
use super::echo::Echo;
use super::head::Head;
use super::known::Known;
use super::repeat::{Added, Repeat};
use super::usage::UsageState;
use crate::dialect::StreamEnd;
use crate::failure::{known, with_upstream};

/// `ChunkDecoder` reads the chunks of a stream: <https://platform.openai.com/docs/api-reference/chat-streaming>.
#[derive(Debug)]
pub(crate) struct ChunkDecoder {
    end: StreamEnd,
    head: Head,
    known: Known,
    first: Choice,
    others: Vec<Other>,
    usage: UsageState,
    /// Whether the answer ended with a reason, so that nothing but counters may follow.
    done: bool,
    repeat: Repeat,
}

/// One of several answers, after the first: it is handed out whole, when all is said.
#[derive(Debug)]
pub(super) struct Other {
    index: u32,
    choice: Choice,
    sink: ChunkSink,
    whole: Accumulator,
}

impl ChunkDecoder {
    pub(crate) fn new(end: StreamEnd, echo: Echo) -> Self {
        Self {
            end,
            head: Head::default(),
            known: Known::default(),
            first: Choice::new(echo),
            others: Vec::new(),
            usage: UsageState::default(),
            done: false,
            repeat: Repeat::default(),
        }
    }
}

impl Decoder for ChunkDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        if self.done || self.repeat.read(frame.data, out) {
            return Ok(());
        }
        if frame.is_done() {
            let proof = if self.is_finished() { EndProof::Confirmed } else { EndProof::Inferred };
            return self.finish(proof, out);
        }
        let mut chunk = Chunk::default();
        chunk.read(frame.data, Some(&mut self.head))?;
        let Chunk { members, choices } = &mut chunk;
        self.known.take_start(members, out);
        let added = self.choices(choices, out)?;
        if let Some(json) = members.take_json("usage") {
            self.usage.take(json.get());
        }
        if let Some(json) = groq_usage(members) {
            self.usage.take_fallback(json.get());
        }
        self.usage.take_tier(members);
        self.first.take_citations(members);
        let is_new = self.known.report_rest(members, out);
        // Of a member that stands twice, the two values are news to each other in every chunk.
        if let Some(added) = added.filter(|_| !is_new) {
            self.repeat.learn(frame.data, added, members);
        }
        Ok(())
    }

    fn end(&mut self, end: BodyEnd, out: &mut ChunkSink) -> Result<(), StreamError> {
        if self.done {
            return Ok(());
        }
        if self.is_finished() {
            return self.finish(EndProof::Confirmed, out);
        }
        if end == BodyEnd::Clean && self.end == StreamEnd::CleanEnd {
            return self.finish(EndProof::Inferred, out);
        }
        // The answer is cut off; what it has cost so far is known to whoever sends counters in every chunk.
        self.usage.report(UsageProvenance::Partial, out);
        Ok(())
    }
}

impl ChunkDecoder {
    /// Whether the vendor has said of each answer why it ended.
    fn is_finished(&self) -> bool {
        self.first.is_finished() && self.others.iter().all(|other| other.choice.is_finished())
    }

    fn choices<'a>(
        &mut self,
        choices: &mut Choices<'a>,
        out: &mut ChunkSink,
    ) -> Result<Option<Added<'a>>, StreamError> {
        let alone = choices.count == 1;
        let mut added = None;
        for entry in choices.entries() {
            let index = entry.members.whole::<u32>("index").unwrap_or_default();
            // One server puts the counters here; some repeat the whole message beside each delta, which is not read.
            if let Some(json) = entry.members.take_json("usage") {
                self.usage.take(json.get());
            }
            if index == 0 {
                added = self.first.take(&mut entry.members, &mut entry.delta, out)?;
            } else {
                other(&mut self.others, index).take(&mut entry.members, &mut entry.delta)?;
                added = None;
            }
        }
        Ok(added.filter(|_| alone))
    }

    fn finish(&mut self, proof: EndProof, out: &mut ChunkSink) -> Result<(), StreamError> {
        self.done = true;
        self.first.finish(out);
        for other in std::mem::take(&mut self.others) {
            other.finish(out)?;
        }
        self.usage.report(UsageProvenance::Final, out);
        if let Some(json) = self.usage.tier_alone().and_then(|tier| RawJson::of(&tier).ok()) {
            out.push(StreamChunk::Metadata { key: "service_tier".to_owned(), json });
        }
        out.push(StreamChunk::MessageEnd { proof });
        Ok(())
    }
}

/// The answer of this number.
pub(super) fn other(others: &mut Vec<Other>, index: u32) -> &mut Other {
    let place = match others.iter().position(|other| other.index == index) {
        Some(place) => place,
        None => {
            others.push(Other {
                index,
                choice: Choice::default(),
                sink: ChunkSink::new(),
                whole: Accumulator::default(),
            });
            others.len().saturating_sub(1)
        }
    };
    // The place was found or made just now.
    #[allow(clippy::indexing_slicing)]
    &mut others[place]
}

impl Other {
    pub(super) fn take<'a>(
        &mut self,
        members: &mut Record<'a>,
        message: &mut Message<'a>,
    ) -> Result<(), StreamError> {
        self.choice.take(members, message, &mut self.sink)?;
        self.gather()
    }

    pub(super) fn finish(mut self, out: &mut ChunkSink) -> Result<(), StreamError> {
        self.choice.finish(&mut self.sink);
        self.gather()?;
        let CompletionResponse { content, stop_reason, stop_reason_raw, .. } =
            self.whole.finish(EndProof::Confirmed);
        let mut answer = Alternative::default();
        answer.index = self.index;
        (answer.content, answer.stop_reason, answer.stop_reason_raw) =
            (content, stop_reason, stop_reason_raw);
        out.push(StreamChunk::Alternative(Box::new(answer)));
        Ok(())
    }

    fn gather(&mut self) -> Result<(), StreamError> {
        while let Some(chunk) = self.sink.pop() {
            self.whole.push(&chunk)?;
        }
        Ok(())
    }
}

/// An error that stands where an answer should: as an object or a text, in a frame or in a whole body.
pub(super) fn check_error(
    members: &mut Record<'_>,
    has_choices: bool,
    json: &str,
) -> Result<(), StreamError> {
    let has_error =
        members.take_json("error").is_some_and(|json| !matches!(json.get(), "{}" | "\"\"" | "false"));
    // Some servers put the error's own members where the answer's should be; any other object without an answer is
    // something that the vendor added.
    let is_answer = has_choices || members.get_json("usage").is_some();
    let no_answer = !is_answer && ["message", "detail"].iter().any(|key| members.get_json(key).is_some());
    if !has_error && !no_answer {
        return Ok(());
    }
    match Failure::from_body(json) {
        Some(failure) => Err(ApiError::from(with_upstream(known(failure), json)).into()),
        None if has_error => {
            Err(ApiError::parsing("the server reported an error that cannot be read").into())
        }
        None => Ok(()),
    }
}

/// <https://console.groq.com/docs/api-reference#chat-create>
pub(super) fn groq_usage<'a>(members: &Record<'a>) -> Option<Json<'a>> {
    Record::scan(members.get_json("x_groq")?.get()).ok()?.take_json("usage")
}
