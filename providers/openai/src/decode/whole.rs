use std::sync::Arc;

use steer_core::{
    ApiError, BodyEnd, ChunkSink, CompletionRequest, Decoder, EndProof, ErrorKind, Frame, StreamChunk,
    StreamError, Tool,
};

use super::items::Items;
use super::response::Response;
use super::{broken, end, item};
use crate::failure;

/// `WholeDecoder` reads a whole body: the same chunks as a stream would give, each block in one delta. `T` are the tools of
/// the request, or nothing: a decoder without them takes no memory.
#[derive(Debug)]
pub(crate) struct WholeDecoder<T>(pub(crate) T);

/// Whoever has the tools of the request that is answered.
pub(crate) trait Offered {
    fn tools(&self) -> &[Tool];
}

impl Offered for () {
    fn tools(&self) -> &[Tool] {
        &[]
    }
}

impl Offered for Arc<CompletionRequest> {
    fn tools(&self) -> &[Tool] {
        &self.tools
    }
}

impl<T: Offered + Send> Decoder for WholeDecoder<T> {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let mut response = Response::read(frame.data).map_err(|error| broken("response", &error))?;
        if !response.has_output() || response.members.get("error").is_some() {
            return Err(no_output(&response, frame.data));
        }
        let output = response.take_output().map_err(|error| broken("output", &error))?;
        end::take_start(&mut response.members, out);
        let mut items = Items::default();
        for raw in output.iter() {
            let item = item::read(raw, self.0.tools()).map_err(|error| broken("output", &error))?;
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
