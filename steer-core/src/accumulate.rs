//! Chunks into the whole answer: a pure fold that also enforces the grammar of chunks.

mod block;

use std::sync::Arc;

use crate::error::{ApiError, FailedAttempt};
use crate::message::Part;
use crate::model::Origin;
use crate::response::{CompletionResponse, EndProof, StopReason, Warning};
use crate::stream::{MessageStart, StreamChunk};
use block::Block;

/// `Accumulator` folds chunks into a [`CompletionResponse`].
///
/// A chunk that breaks the grammar, such as a delta for a block that is not open, is a `ResponseParsing` error.
#[derive(Debug, Default)]
pub struct Accumulator {
    response: CompletionResponse,
    /// The blocks in the order in which they opened.
    blocks: Vec<Block>,
    origin: Option<Origin>,
}

impl Accumulator {
    /// Starts with what is known before the first chunk; `origin` is where the parts will come from.
    pub fn new(head: CompletionResponse, origin: Option<Origin>) -> Self {
        Self { response: head, blocks: Vec::new(), origin }
    }

    /// Takes a chunk.
    ///
    /// # Errors
    /// The chunk breaks the grammar.
    pub fn push(&mut self, chunk: &StreamChunk) -> Result<(), ApiError> {
        match chunk {
            StreamChunk::TextDelta { index, text } => self.block(*index)?.append_text(text)?,
            StreamChunk::ThinkingDelta { index, text } => self.block(*index)?.append_thinking(text)?,
            StreamChunk::ToolInputDelta { index, delta } => self.block(*index)?.append_input(delta)?,
            StreamChunk::ContentBlockStart { index, part } => self.open(*index, (**part).clone())?,
            StreamChunk::ContentBlockStop { index, part } => self.block(*index)?.close(part.as_deref()),
            StreamChunk::ThinkingSection { index, form } => self.block(*index)?.begin_section(*form)?,
            StreamChunk::SealDelta { index, seal, op } => self.block(*index)?.seal(seal, *op)?,
            StreamChunk::ToolInputReplace { index, input } => self.block(*index)?.replace_input(input)?,
            StreamChunk::ToolCallRevised { index, id, name } => {
                self.block(*index)?.revise_call(id.as_deref(), name.as_deref())?;
            }
            StreamChunk::ServerToolStatus { index, status } => self.block(*index)?.set_status(status)?,
            StreamChunk::RefusalDelta { index, text } => self.block(*index)?.append_refusal(text)?,
            StreamChunk::CitationAdded { index, citation } => self.block(*index)?.cite(citation)?,
            StreamChunk::AudioDelta { index, audio } => self.block(*index)?.append_audio(audio)?,
            StreamChunk::TranscriptDelta { index, text } => self.block(*index)?.append_transcript(text)?,
            StreamChunk::MediaPartial { index, media, .. } => self.block(*index)?.replace_media(media)?,
            StreamChunk::Logprobs { index, json } => self.block(*index)?.add_logprobs(json)?,
            StreamChunk::Replay { index, json } => self.block(*index)?.set_replay(json),
            StreamChunk::Alternative(answer) => self.response.alternatives.push((**answer).clone()),
            StreamChunk::MessageStart(start) => self.start((**start).clone()),
            StreamChunk::Usage(usage) => self.response.usage = Some((**usage).clone()),
            StreamChunk::Stop { reason, raw } => {
                self.response.stop_reason = Some(reason.clone());
                self.response.stop_reason_raw = Some(raw.clone());
            }
            StreamChunk::Metadata { key, json } => {
                self.response.provider_metadata.insert(key.clone(), json.clone());
            }
            StreamChunk::Safety { json } => {
                self.response.provider_metadata.insert("safety".to_owned(), json.clone());
            }
            StreamChunk::Warning(warning) => self.response.warnings.push(warning.clone()),
            StreamChunk::Raw(frame) => self.response.raw.push(frame.clone()),
            StreamChunk::Reset { .. } => self.reset(),
            StreamChunk::Heartbeat | StreamChunk::MessageEnd { .. } | StreamChunk::MessageComplete(_) => {}
        }
        Ok(())
    }

    /// Takes a chunk that nobody else needs: what it holds is moved and not copied.
    ///
    /// # Errors
    /// The chunk breaks the grammar.
    pub fn take(&mut self, chunk: StreamChunk) -> Result<(), ApiError> {
        match chunk {
            StreamChunk::TextDelta { index, text } => self.block(index)?.take_text(text)?,
            StreamChunk::ContentBlockStart { index, part } => self.open(index, *part)?,
            StreamChunk::MessageStart(start) => self.start(*start),
            StreamChunk::Usage(usage) => self.response.usage = Some(*usage),
            StreamChunk::Stop { reason, raw } => {
                self.response.stop_reason = Some(reason);
                self.response.stop_reason_raw = Some(raw);
            }
            StreamChunk::Metadata { key, json } => {
                self.response.provider_metadata.insert(key, json);
            }
            StreamChunk::Alternative(answer) => self.response.alternatives.push(*answer),
            StreamChunk::Warning(warning) => self.response.warnings.push(warning),
            StreamChunk::Raw(frame) => self.response.raw.push(frame),
            chunk => self.push(&chunk)?,
        }
        Ok(())
    }

    /// Adds the attempts before this one.
    pub(crate) fn after(&mut self, failed: Vec<FailedAttempt>) {
        self.response.failed_attempts = failed;
    }

    /// Adds what could not be done as asked.
    pub(crate) fn warn(&mut self, warning: Warning) {
        self.response.warnings.push(warning);
    }

    /// The whole answer.
    pub fn finish(mut self, proof: EndProof) -> CompletionResponse {
        self.response.proof = Some(proof);
        self.build(true)
    }

    /// What had come of an answer that broke off: blocks that were still open are there, and their tool calls are
    /// marked as incomplete.
    pub fn partial(self) -> CompletionResponse {
        self.build(false)
    }

    fn build(mut self, whole: bool) -> CompletionResponse {
        let limited = matches!(
            self.response.stop_reason,
            Some(StopReason::MaxOutputTokens | StopReason::ContextWindow)
        );
        let cut = !whole || limited;
        // A limit strikes in the last block: a call without a single argument there is no call without arguments.
        if let Some(last) = self.blocks.last_mut().filter(|_| limited) {
            last.cut_if_empty();
        }
        let origin = self.origin.take().map(|mut origin| {
            if let Some(model) = self.response.model.as_deref().filter(|model| **model != *origin.model) {
                origin.model = model.into();
            }
            origin.response_id.clone_from(&self.response.response_id);
            Arc::new(origin)
        });
        let content = &mut self.response.content;
        content.reserve_exact(self.blocks.len());
        content.extend(self.blocks.into_iter().map(|block| block.into_part(cut, origin.as_ref())));
        self.response.origin = origin;
        self.response
    }

    fn start(&mut self, start: MessageStart) {
        let response = &mut self.response;
        response.response_id = response.response_id.take().or(start.response_id);
        response.model = start.model.or(response.model.take());
        response.created = response.created.or(start.created);
    }

    fn open(&mut self, index: u32, part: Part) -> Result<(), ApiError> {
        if self.find(index).is_some_and(|block| block.is_open()) {
            return Err(broken("a block was opened twice", index));
        }
        // Most answers are one block, and blocks are large.
        if self.blocks.is_empty() {
            self.blocks.reserve_exact(1);
        }
        self.blocks.push(Block::new(index, part));
        Ok(())
    }

    /// What is known of the request stays; what came of the answer goes.
    fn reset(&mut self) {
        self.blocks.clear();
        let CompletionResponse { request_id, rate_limits, failed_attempts, warnings, .. } =
            std::mem::take(&mut self.response);
        self.response = CompletionResponse {
            request_id,
            rate_limits,
            failed_attempts,
            warnings,
            ..CompletionResponse::default()
        };
    }

    fn block(&mut self, index: u32) -> Result<&mut Block, ApiError> {
        match self.find(index) {
            Some(block) if block.is_open() => Ok(block),
            _ => Err(broken("a chunk names a block that is not open", index)),
        }
    }

    /// The block that opened last under this number. It is among the last few, so the search is short.
    fn find(&mut self, index: u32) -> Option<&mut Block> {
        self.blocks.iter_mut().rev().find(|block| block.index() == index)
    }
}

fn broken(what: &str, index: u32) -> ApiError {
    ApiError::parsing(format!("{what} (block {index}); the server's events do not fit together"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Text;
    use crate::response::{RawFrame, Warning, WarningKind};
    use crate::{RawJson, TokenUsage};

    #[test]
    fn what_is_moved_is_what_would_have_been_copied() {
        let json = RawJson::new("1").unwrap();
        let delta = |text: &str| StreamChunk::TextDelta { index: 0, text: text.to_owned() };
        let chunks = [
            StreamChunk::ContentBlockStart { index: 0, part: Box::new(Part::Text(Text::default())) },
            delta("one"),
            delta(" two"),
            StreamChunk::ContentBlockStop { index: 0, part: None },
            StreamChunk::Usage(Box::new(TokenUsage { output_tokens: Some(2), ..TokenUsage::default() })),
            StreamChunk::Stop { reason: StopReason::EndTurn, raw: "stop".to_owned() },
            StreamChunk::Metadata { key: "tier".to_owned(), json },
            StreamChunk::Warning(Warning::new(WarningKind::Converted, "x", "y")),
            StreamChunk::Raw(RawFrame::new("name", "data")),
        ];
        let (mut copied, mut moved) = (Accumulator::default(), Accumulator::default());
        for chunk in chunks {
            copied.push(&chunk).unwrap();
            moved.take(chunk).unwrap();
        }
        assert!(moved.take(delta("late")).is_err(), "its block is closed");
        let answer = moved.finish(EndProof::Confirmed);
        assert_eq!(answer, copied.finish(EndProof::Confirmed));
        assert_eq!((&*answer.extract_text(), answer.raw.len(), answer.warnings.len()), ("one two", 1, 1));
    }
}
