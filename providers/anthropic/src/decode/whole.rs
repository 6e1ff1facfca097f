use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::{ApiError, BodyEnd, ChunkSink, Decoder, EndProof, Failure, Frame, StreamChunk, StreamError};

use super::{block, broken, end, push, start, usage};

/// `WholeDecoder` reads a whole body: the same chunks as a stream would give, each block in one delta.
#[derive(Debug)]
pub(crate) struct WholeDecoder;

impl Decoder for WholeDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let mut members = Record::scan(frame.data).map_err(|error| broken("message", &error))?;
        let content = match start::take_content(&mut members) {
            Some(content) if members.get_json("error").is_none() => content,
            _ => return Err(no_message(frame.data)),
        };
        let content = content.map_err(|error| broken("content", &error))?;
        start::take_start(&mut members, out);
        for (index, raw) in (0..).zip(content) {
            push_whole(index, raw, out)?;
        }
        if let Some(json) = members.take_json("usage") {
            usage::report_whole(json, out);
        }
        end::take_stop(&mut members, out);
        end::report_rest(&members, out);
        out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        Ok(())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

/// The error that a body without a message is.
fn no_message(json: &str) -> StreamError {
    match Failure::from_body(json) {
        Some(failure) => ApiError::from(failure).into(),
        None => ApiError::parsing("the server answered with JSON that is no message; is the base URL right?")
            .into(),
    }
}

fn push_whole(index: u32, raw: &RawValue, out: &mut ChunkSink) -> Result<(), StreamError> {
    let block = block::read(raw.into()).map_err(|error| broken("content", &error))?;
    push::open(index, block, out);
    out.push(StreamChunk::ContentBlockStop { index, part: None });
    Ok(())
}
