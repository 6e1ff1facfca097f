use steer_core::message::{Citation, Seal, ThinkingSection, ToolCallPart};
use steer_core::stream::SealOp;
use steer_core::tools::ToolInput;
use steer_core::{ChunkSink, Part, RawJson, StreamChunk};

/// `Held` is what a part held that goes out as deltas.
#[derive(Debug)]
pub(super) enum Held {
    Nothing,
    Text { text: String, citations: Vec<Citation>, logprobs: Vec<RawJson> },
    Refusal(String),
    Thinking { sections: Vec<ThinkingSection>, seal: Option<Seal> },
    Input(String),
}

impl Held {
    /// Takes it out of a part.
    pub(super) fn take(part: &mut Part) -> Self {
        use std::mem::take;
        match part {
            Part::Text(part) => Self::Text {
                text: take(&mut part.text),
                citations: take(&mut part.citations),
                logprobs: take(&mut part.logprobs),
            },
            Part::Refusal(part) => Self::Refusal(take(&mut part.text)),
            Part::Thinking(part) => {
                Self::Thinking { sections: take(&mut part.sections), seal: part.seal.take() }
            }
            Part::ToolCall(part) => Self::Input(take_input(part)),
            _ => Self::Nothing,
        }
    }

    /// Sends it to the part's block.
    pub(super) fn send(self, index: u32, out: &mut ChunkSink) {
        match self {
            Self::Nothing => {}
            Self::Text { text, citations, logprobs } => {
                if !text.is_empty() {
                    out.push(StreamChunk::TextDelta { index, text });
                }
                for citation in citations.into_iter().map(Box::new) {
                    out.push(StreamChunk::CitationAdded { index, citation });
                }
                for json in logprobs {
                    out.push(StreamChunk::Logprobs { index, json });
                }
            }
            Self::Refusal(text) => {
                if !text.is_empty() {
                    out.push(StreamChunk::RefusalDelta { index, text });
                }
            }
            Self::Thinking { sections, seal } => {
                for section in sections {
                    out.push(StreamChunk::ThinkingSection { index, form: section.form });
                    out.push(StreamChunk::ThinkingDelta { index, text: section.text });
                }
                if let Some(seal) = seal {
                    out.push(StreamChunk::SealDelta { index, seal, op: SealOp::Set });
                }
            }
            Self::Input(delta) => {
                if !delta.is_empty() {
                    out.push(StreamChunk::ToolInputDelta { index, delta });
                }
            }
        }
    }
}

/// Opens a block, sends what it holds as deltas, and closes it.
pub(super) fn whole(index: u32, mut part: Part, out: &mut ChunkSink) {
    let held = Held::take(&mut part);
    out.push(StreamChunk::ContentBlockStart { index, part: Box::new(part) });
    held.send(index, out);
    out.push(StreamChunk::ContentBlockStop { index, part: None });
}

/// Whether a part holds something that goes out as deltas.
pub(super) fn has_deltas(part: &Part) -> bool {
    match part {
        Part::Text(part) => !part.text.is_empty() || !part.citations.is_empty(),
        Part::Refusal(part) => !part.text.is_empty(),
        Part::Thinking(part) => !part.sections.is_empty() || part.seal.is_some(),
        Part::ToolCall(part) => !part.call.raw().is_empty(),
        _ => true,
    }
}

fn take_input(part: &mut ToolCallPart) -> String {
    match &mut part.call.input {
        ToolInput::Json(raw) | ToolInput::Text(raw) => std::mem::take(raw),
    }
}
