use steer_core::{
    ApiError, BodyEnd, ChunkSink, Decoder, EndProof, ErrorKind, Frame, StreamChunk, StreamError,
};

use super::asked::Asked;
use super::items::Items;
use super::response::Response;
use super::{broken, end, item};
use crate::failure;

/// `WholeDecoder` reads a whole body: the same chunks as a stream would give, each block in one delta. It
/// takes no memory where nothing was asked that matters to it.
#[derive(Debug)]
pub(crate) struct WholeDecoder<A>(pub(crate) A);

impl<A: AsRef<Asked> + Send> Decoder for WholeDecoder<A> {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let mut response = Response::read(frame.data).map_err(|error| broken("response", &error))?;
        if !response.has_output() || response.members.get("error").is_some() {
            return Err(no_output(&response, frame.data));
        }
        let output = response.take_output().map_err(|error| broken("output", &error))?;
        end::take_start(&mut response.members, out);
        let mut items = Items::default();
        for raw in output.iter() {
            let item = item::read(raw, self.0.as_ref()).map_err(|error| broken("output", &error))?;
            items.push(item, out);
        }
        end::report(&mut response.members, &items.seen, None, out);
        out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        Ok(())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}

/// The error that a body without an output is, though its status was that of a success.
fn no_output(response: &Response<'_>, json: &str) -> StreamError {
    let members = &response.members;
    if members.get("error").is_some() || members.get("object").is_none() && members.get("id").is_none() {
        return failure::within(json);
    }
    if response.is_failed() {
        return failure::unexplained();
    }
    ApiError::new(ErrorKind::NoChoices, "the server answered without an output and without an error").into()
}
