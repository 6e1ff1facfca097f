use steer_core::message::Citation;
use steer_core::stream::{MessageStart, SealOp};
use steer_core::{ChunkSink, Part, StreamChunk};

use super::block::Block;

/// Opens a block, and sends what it holds already as deltas, so that whoever reads deltas misses nothing.
pub(super) fn open(index: u32, block: Block, out: &mut ChunkSink) {
    let Block { part, content, citations, seal, model } = block;
    let delta = (!content.is_empty()).then(|| match part {
        Part::Thinking(_) => StreamChunk::ThinkingDelta { index, text: content },
        Part::ToolCall(_) => StreamChunk::ToolInputDelta { index, delta: content },
        _ => StreamChunk::TextDelta { index, text: content },
    });
    out.push(StreamChunk::ContentBlockStart { index, part: Box::new(part) });
    if let Some(delta) = delta {
        out.push(delta);
    }
    for citation in citations {
        cite(index, citation, out);
    }
    if let Some(seal) = seal {
        out.push(StreamChunk::SealDelta { index, seal, op: SealOp::Set });
    }
    // From here on another model answers, and the answer says so.
    if let Some(model) = model {
        let mut start = MessageStart::default();
        start.model = Some(model);
        out.push(StreamChunk::MessageStart(Box::new(start)));
    }
}

pub(super) fn cite(index: u32, citation: Citation, out: &mut ChunkSink) {
    out.push(StreamChunk::CitationAdded { index, citation: Box::new(citation) });
}
