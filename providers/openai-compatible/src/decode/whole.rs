use serde_json::value::RawValue;
use steer_core::json::Members;
use steer_core::usage::UsageProvenance;
use steer_core::{
    ApiError, BodyEnd, ChunkSink, Decoder, EndProof, ErrorKind, Frame, StreamChunk, StreamError,
};

use super::broken;
use super::chat::{check_error, groq_usage, other};
use super::choice::Choice;
use super::known::Known;
use super::usage::UsageState;

/// `WholeDecoder` reads a whole body: the same chunks as a stream would give, each block in one delta.
#[derive(Debug, Default)]
pub(crate) struct WholeDecoder;

impl Decoder for WholeDecoder {
    fn frame(&mut self, frame: Frame<'_>, out: &mut ChunkSink) -> Result<(), StreamError> {
        let mut members = Members::read(frame.data).map_err(|error| broken("answer", &error))?;
        check_error(&mut members, frame.data)?;
        let choices: Vec<&RawValue> = match members.take("choices") {
            Some(raw) => serde_json::from_str(raw.get()).map_err(|error| broken("choices", &error))?,
            None => Vec::new(),
        };
        if choices.is_empty() {
            let message =
                "the server answered without an answer and without an error; it may do better a second time";
            return Err(ApiError::new(ErrorKind::NoChoices, message).into());
        }
        Known::default().take_start(&mut members, out);
        let (mut first, mut others) = (Choice::default(), Vec::new());
        let mut usage = UsageState::default();
        for raw in choices {
            let mut choice = Members::read(raw.get()).map_err(|error| broken("choices", &error))?;
            let index = choice.lenient::<u32>("index").unwrap_or_default();
            let message = choice.take("message");
            choice.take("delta");
            if let Some(raw) = choice.take("usage") {
                usage.take(raw.get());
            }
            if index == 0 {
                first.take(&mut choice, message, out)?;
            } else {
                other(&mut others, index).take(&mut choice, message)?;
            }
        }
        first.finish(out);
        for other in others {
            other.finish(out)?;
        }
        if let Some(raw) = members.take("usage") {
            usage.take(raw.get());
        }
        if let Some(raw) = groq_usage(&members) {
            usage.take_fallback(raw.get());
        }
        usage.report(UsageProvenance::Final, out);
        Known::default().report_rest(&members, out);
        out.push(StreamChunk::MessageEnd { proof: EndProof::Confirmed });
        Ok(())
    }

    fn end(&mut self, _: BodyEnd, _: &mut ChunkSink) -> Result<(), StreamError> {
        Ok(())
    }
}
