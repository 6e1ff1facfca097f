use steer_core::usage::UsageProvenance;
use steer_core::{
    ApiError, BodyEnd, ChunkSink, Decoder, EndProof, ErrorKind, Frame, StreamChunk, StreamError,
};

use super::chat::{groq_usage, other};
use super::choice::Choice;
use super::chunk::Chunk;
use super::echo::TakeEcho;
use super::{known, usage};

/// `WholeDecoder` reads a whole body: the same chunks as a stream would give, each block in one delta. `E` is what may be
/// echoed, or nothing: a decoder without it takes no memory.
#[derive(Debug)]
pub(crate) struct WholeDecoder<E>(pub(crate) E);

impl<E: TakeEcho + Send> Decoder for WholeDecoder<E> {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let mut chunk = Chunk::default();
        chunk.read(frame.data, None)?;
        let Chunk { members, choices } = &mut chunk;
        if choices.count == 0 {
            let message =
                "the server answered without an answer and without an error; it may do better a second time";
            return Err(ApiError::new(ErrorKind::NoChoices, message).into());
        }
        known::report_start(members, out);
        let (mut first, mut others) = (Choice::new(self.0.take_echo()), Vec::new());
        let mut counters = None;
        for entry in choices.entries() {
            let index = entry.members.whole::<u32>("index").unwrap_or_default();
            counters = entry.members.take_json("usage").or(counters);
            if index == 0 {
                first.take(&mut entry.members, &mut entry.message, out)?;
            } else {
                other(&mut others, index).take(&mut entry.members, &mut entry.message)?;
            }
        }
        first.take_citations(members);
        first.finish(out);
        for other in others {
            other.finish(out)?;
        }
        counters = members.take_json("usage").or(counters).or_else(|| groq_usage(members));
        if let Some(counters) = counters {
            let tier = usage::take_tier(members);
            usage::report(counters.get(), counters.to_raw().ok(), tier, UsageProvenance::Final, out);
        }
        known::report_inner(members, out);
        out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        Ok(())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}
