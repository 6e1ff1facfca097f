use serde_json::value::RawValue;
use steer_core::json::Record;
use steer_core::{
    ApiError, BodyEnd, ChunkSink, Decoder, EndProof, ErrorKind, Frame, StreamChunk, StreamError,
};

use super::asked::Asked;
use super::items::Items;
use super::{broken, end, item};
use crate::failure;

/// `WholeDecoder` reads a whole body: the same chunks as a stream would give, each block in one delta.
#[derive(Debug)]
pub(crate) struct WholeDecoder {
    asked: Asked,
}

impl WholeDecoder {
    /// For the answer to what was asked.
    pub(crate) fn new(asked: Asked) -> Self {
        Self { asked }
    }
}

impl Decoder for WholeDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let mut members = Record::read(frame.data).map_err(|error| broken("response", &error))?;
        let Some(output) = members.take("output").filter(|_| members.get("error").is_none()) else {
            return Err(no_output(&members, frame.data));
        };
        let output: Vec<&RawValue> =
            serde_json::from_str(output.get()).map_err(|error| broken("output", &error))?;
        end::take_start(&mut members, out);
        let mut items = Items::default();
        for raw in output {
            let item = item::read(raw, &self.asked).map_err(|error| broken("output", &error))?;
            items.push(item, out);
        }
        end::report(&mut members, &items.seen, None, out);
        out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        Ok(())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

/// The error that a body without an output is, though its status was that of a success.
fn no_output(members: &Record<'_>, json: &str) -> StreamError {
    let is_failed = members.get("status").is_some_and(|raw| raw.get() == "\"failed\"");
    if members.get("error").is_some() || members.get("object").is_none() && members.get("id").is_none() {
        return failure::within(json);
    }
    if is_failed {
        return failure::unexplained();
    }
    ApiError::new(ErrorKind::NoChoices, "the server answered without an output and without an error").into()
}
